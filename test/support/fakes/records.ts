import type { Records, RecordsOutcome } from '../../../src/app/ports/records.ts';
import type { Recording } from '../../../src/domain/records/recording.ts';

/** Remembers every record. Each write gets the next of `outcomes`, and the last one again and again. */
export function records(
  ...outcomes: readonly RecordsOutcome[]
): Records & { readonly written: readonly Recording[] } {
  const written: Recording[] = [];
  return {
    written,
    matrix: async () => ({ kind: 'none' }),
    write: async (recording) => {
      written.push(recording);
      return outcomes[written.length - 1] ?? outcomes.at(-1) ?? { kind: 'none' };
    },
  };
}
