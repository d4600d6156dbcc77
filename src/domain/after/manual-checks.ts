import type { Confirmation } from '../checklist/confirmation.ts';
import { isManualCheckId, MANUAL_CHECKS, type ManualCheckId } from '../checklist/manual-check-items.ts';
import { currentChecks, type Run } from '../run/run.ts';

export interface ManualCheck {
  readonly id: ManualCheckId;
  readonly text: string;
  /** Name of the bot's own check that does the same; null: there is none. */
  readonly check: string | null;
  /** null: nobody has confirmed it, or someone took that back. */
  readonly confirmed: Confirmation | null;
}

/** The manual checks of a run that succeeded, without those that the bot's own checks cover; empty in any other state. */
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
