import type { HealthReading } from '../host/health.ts';
import { type ErrorCount, errorList } from '../host/journal-errors.ts';
import type { UndoFacts } from '../plan/plan.ts';
import type { Check } from '../run/event.ts';
import { journalCheck } from './checks.ts';

/**
 * The proof of an undo: it brings back what was there before a run, also what was wrong with it. What the health page said
 * then and says again is no reason to ask people; everything else is judged as after a rollback.
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

/** Errors that were in the journal before the run come back with its code; only others need people. */
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
    detail: `no other errors than before ${run}: ${errorList(since)}`,
  };
}
