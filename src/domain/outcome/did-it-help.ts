import type { HealthReading } from '../host/health.ts';
import { type ErrorCount, errorList } from '../host/journal-errors.ts';
import type { Run, Verification } from '../run/run.ts';

/**
 * Whether the rollback cured what was wrong, as far as health and journal say: a plain sentence, not escaped; null before
 * the proof. "So far", because an error that needs a visitor may not have had one yet.
 */
export function didItHelp(run: Run): string | null {
  const { plan, verification } = run;
  // An undo is there to bring back what was, and not to cure it.
  if (plan === null || verification === null || plan.facts.undo !== undefined) return null;
  const { healthBefore, errorsBefore = null } = plan.facts;
  const health = healthText(healthBefore, verification.health);
  const errors = errorText(errorsBefore ?? [], verification.errors);
  const verdict = verdictOf(isGood(healthBefore) && (errorsBefore ?? []).length === 0, verification);
  return `${verdict}: ${[health, errors].filter((part) => part !== null).join('; ')}.`;
}

function verdictOf(wasWell: boolean, { health, errors, checks }: Verification): string {
  if (!isGood(health) || (errors ?? []).length > 0) return 'No';
  if (wasWell) return 'That cannot be told from here';
  return checks.some(({ result }) => result === 'failed') ? 'In part' : 'So far, yes';
}

function healthText(before: HealthReading, after: HealthReading): string | null {
  if (isGood(before) && isGood(after)) return 'health was and is well';
  if (isGood(after)) return `health was ${said(before)} and is ${said(after)}`;
  return isGood(before) ? `health is ${said(after)}` : `health is still ${said(after)}`;
}

function errorText(before: readonly ErrorCount[], since: readonly ErrorCount[] | null): string {
  if (since === null) return 'the journal cannot be read';
  const known = new Set(before.map(({ what }) => what));
  const again = since.filter(({ what }) => known.has(what));
  if (again.length > 0) return `the same error still occurs: ${errorList(again)}`;
  if (since.length > 0) return `new since the switch: ${errorList(since)}`;
  return before.length === 0
    ? 'no errors in the journal of the hour before, and none since'
    : `errors in the hour before: ${errorList(before)}; since the switch none of them`;
}

function isGood({ status, word }: HealthReading): boolean {
  return status === 200 && (word === 'ok' || word === 'degraded');
}

function said({ status, word }: HealthReading): string {
  return status === null ? `without an answer (${word})` : `${status} ${word}`;
}
