import type { Confirmation } from '../checklist/confirmation.ts';
import { isManualCheckId, MANUAL_CHECKS, type ManualCheckId } from '../checklist/manual-check-items.ts';
import { currentChecks, type Run } from '../run/run.ts';

export interface ManualCheck {
  readonly id: ManualCheckId;
  readonly text: string;
  /** The check of the proof that does the same; null: there is none. */
  readonly check: string | null;
  /** null: nobody has ticked it, or the tick was taken back. */
  readonly confirmed: Confirmation | null;
}

/** The boxes of a run that succeeded, without what the proof has done itself; empty in any other state. */
export function manualChecksOf(run: Run): readonly ManualCheck[] {
  if (run.state !== 'succeeded') return [];
  const passed = new Set(
    currentChecks(run).flatMap(({ name, result }) => (result === 'passed' ? [name] : [])),
  );
  return Object.keys(MANUAL_CHECKS)
    .filter(isManualCheckId)
    .filter((id) => !passed.has(MANUAL_CHECKS[id].check ?? ''))
    .map((id) => ({ id, ...MANUAL_CHECKS[id], confirmed: run.confirmations[id] ?? null }));
}
