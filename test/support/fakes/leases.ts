import type { Leases } from '../../../src/app/ports/workers.ts';

/** Remembers the leases that were taken. Refuses each one if someone else has it. */
export function leases(takenBySomeoneElse = false): Leases & { readonly held: Set<string> } {
  const held = new Set<string>();
  return {
    held,
    take: async (runId) => {
      if (takenBySomeoneElse) return false;
      held.add(runId);
      return true;
    },
    release: async (runId) => {
      held.delete(runId);
    },
  };
}
