import { type MigrationVerdict, someLabels } from '../database/migrations.ts';
import type { UnmetPin } from '../host/environment.ts';
import type { HealthReading } from '../host/health.ts';
import type { Survey, UnitState } from '../host/survey.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { commitLabel, type ReflogEntry, type ResolvedTarget } from '../version/commit.ts';

/** Since when the live code is checked out. A second checkout of the same commit does not count. */
export function checkedOutAt(reflog: readonly ReflogEntry[]): string | null {
  const next = reflog.findIndex((entry) => entry.commit !== reflog[0]?.commit);
  return (next < 0 ? reflog.at(-1) : reflog[next - 1])?.at ?? null;
}

/** If someone started a rollback by hand: when the code before it was checked out. It explains migrations applied since. */
export function upgradedAt(target: ResolvedTarget, reflog: readonly ReflogEntry[]): string | null {
  return target.liveUntil ?? reflog.find((entry) => entry.commit !== target.commit)?.at ?? null;
}

/**
 * A rollback by hand that stopped halfway has the target's code, but something else of the previous version. What does not
 * match the code that is checked out, one line each; empty: everything matches, and the target really is live.
 */
export function mismatches(
  { units, unmetPins, reflog }: Pick<Survey, 'units' | 'unmetPins' | 'reflog'>,
  verdict: MigrationVerdict,
): readonly string[] {
  const since = checkedOutAt(reflog);
  return [
    ...unmetPins.map((pin) => `the environment ${pinText(pin)}`),
    ...units.flatMap((unit) => unitLine(unit, since)),
    ...databaseLine(verdict),
  ];
}

/** `has sum-core 0.6.0, but the code pins 0.5.0` */
export function pinText({ name, wanted, installed }: UnmetPin): string {
  return installed === null
    ? `lacks ${name}, which the code pins at ${wanted}`
    : `has ${name} ${installed}, but the code pins ${wanted}`;
}

function unitLine({ name, kind, active, startedAt }: UnitState, since: string | null): readonly string[] {
  if (active !== 'active') return [`${name} is not running (${active})`];
  const isOlder = startedAt !== null && since !== null && startedAt * 1000 < Date.parse(since);
  return isOlder && kind !== 'socket'
    ? [`${name} has been running since before this code was checked out`]
    : [];
}

function databaseLine(verdict: MigrationVerdict): readonly string[] {
  switch (verdict.kind) {
    case 'none':
      return [];
    case 'applied':
      return [`the database has ${someLabels(verdict.unwanted)}, which this code does not know`];
    case 'behind':
      return [`the database lacks ${someLabels(verdict.missing)}, which this code needs`];
    case 'cannot-tell':
      return ["the bot can't tell yet whether the database matches this code"];
  }
}

/** The refusal if the target is live already, and everything that the bot can compare matches it. */
export function alreadyLive({ live, health }: Pick<Survey, 'live' | 'health'>): Refusal {
  const sentence = `${commitLabel(live)} is already live: code, environment, processes and migrations all match it.`;
  if (health.status === 200)
    return refusal(
      'already-live',
      `${sentence} The site answers ${healthText(health)}.`,
      'To go back further, type an older version. To restore only the database, type --database-only instead of a version.',
    );
  return refusal(
    'already-live',
    `${sentence} The site is not healthy (${healthText(health)}), and a rollback to this version won't change that.`,
    'Look for the cause in its log (journalctl -u the gunicorn unit), or type an older version. The bot did not compare static files.',
  );
}

function healthText({ status, word, failing }: HealthReading): string {
  const why = failing.length > 0 ? `, not ok: ${failing.join(', ')}` : '';
  return status === null ? word : `${status} ${word}${why}`;
}

/** A restore of the database alone keeps code and environment, so these two have to match. */
export function environmentRefusal(unmetPins: readonly UnmetPin[]): Refusal | null {
  const [first] = unmetPins;
  if (first === undefined) return null;
  const more = unmetPins.length > 1 ? ` (and ${unmetPins.length - 1} more)` : '';
  return refusal(
    'environment-differs',
    `The live environment ${pinText(first)}${more}. The bot can't trust it to say which migrations the site needs.`,
    'Instead of --database-only, type the version that should run, with --full. The bot then builds its environment and chooses the backup for it.',
  );
}
