import type { HealthReading } from '../host/health.ts';
import { type ErrorCount, errorList } from '../host/journal-errors.ts';
import type { UndoFacts } from '../plan/plan.ts';
import type { Check } from '../run/event.ts';
import { journalCheck } from './checks.ts';

/**
 * The checks of an undo. An undo brings back what was there before a run, even if it was broken. So it accepts the same bad
 * health as before that run; otherwise you could never undo a rollback that had fixed the site.
 */
export function asBefore(
  checks: readonly Check[],
  health: HealthReading,
  { run, healthBefore }: Pick<UndoFacts, 'run' | 'healthBefore'>,
): readonly Check[] {
  const isSame = health.status !== 200 && isAs(health, healthBefore);
  return checks.map((check) =>
    isSame && check.name === 'health' && check.result === 'failed'
      ? { ...check, result: 'passed', detail: `${check.detail}, as before ${run}` }
      : check,
  );
}

function isAs(health: HealthReading, before: HealthReading): boolean {
  return health.status !== null && health.status === before.status && health.word === before.word;
}

/** Errors from before the run come back with the old code; only others fail the check. */
export function undoJournalCheck(
  { run, errorsBefore }: Pick<UndoFacts, 'run' | 'errorsBefore'>,
  since: readonly ErrorCount[] | null,
): Check {
  const known = new Set(errorsBefore?.map(({ what }) => what));
  const other = since?.filter(({ what }) => !known.has(what)) ?? [];
  if (since === null || since.length === 0) return journalCheck([], since);
  if (other.length > 0) return journalCheck([], other);
  return {
    name: 'journal',
    result: 'passed',
    detail: `only errors that were there before ${run}: ${errorList(since)}`,
  };
}
