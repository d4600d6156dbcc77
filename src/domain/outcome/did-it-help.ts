import type { HealthReading } from '../host/health.ts';
import { type ErrorCount, errorList } from '../host/journal-errors.ts';
import type { Run, Verification } from '../run/run.ts';

/**
 * Did the rollback cure what was wrong, as far as health and systemd journal say? One sentence, not escaped; null: the site
 * was not checked yet. "So far", because an error may need a visitor to show.
 */
export function didItHelp(run: Run): string | null {
  const { plan, verification } = run;
  // An undo brings back what was there before, and cures nothing.
  if (plan === null || verification === null || plan.facts.undo !== undefined) return null;
  const { healthBefore, errorsBefore = null } = plan.facts;
  const health = healthText(healthBefore, verification.health);
  const errors = errorText(errorsBefore ?? [], verification.errors);
  const verdict = verdictOf(isGood(healthBefore) && (errorsBefore ?? []).length === 0, verification);
  return `${verdict}: ${[health, errors].filter((part) => part !== null).join('; ')}.`;
}

function verdictOf(wasWell: boolean, { health, errors, checks }: Verification): string {
  if (!isGood(health) || (errors ?? []).length > 0) return 'No';
  if (wasWell) return "Can't tell";
  return checks.some(({ result }) => result === 'failed') ? 'Partly' : 'So far, yes';
}

function healthText(before: HealthReading, after: HealthReading): string | null {
  if (isGood(before) && isGood(after)) return 'health was fine and still is';
  if (isGood(after)) return `health was ${said(before)} and is now ${said(after)}`;
  return isGood(before) ? `health is ${said(after)}` : `health is still ${said(after)}`;
}

function errorText(before: readonly ErrorCount[], since: readonly ErrorCount[] | null): string {
  if (since === null) return "the bot can't read the journal";
  const known = new Set(before.map(({ what }) => what));
  const again = since.filter(({ what }) => known.has(what));
  if (again.length > 0) return `the same error still occurs: ${errorList(again)}`;
  if (since.length > 0) return `new since the switch: ${errorList(since)}`;
  return before.length === 0
    ? 'the journal had no errors in the hour before, and has none since'
    : `errors in the hour before: ${errorList(before)}; none of them since the switch`;
}

function isGood({ status, word }: HealthReading): boolean {
  return status === 200 && (word === 'ok' || word === 'degraded');
}

function said({ status, word }: HealthReading): string {
  return status === null ? `unanswered (${word})` : `${status} ${word}`;
}
