import { type MigrationVerdict, migrationLabel } from '../database/migrations.ts';
import type { UnmetPin } from '../host/environment.ts';
import type { HealthReading } from '../host/health.ts';
import type { Survey, UnitState } from '../host/survey.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { commitLabel, type ReflogEntry, type ResolvedTarget } from '../version/commit.ts';

/** Since when the present code is checked out: a second checkout of the same commit changes nothing. */
export function checkedOutAt(reflog: readonly ReflogEntry[]): string | null {
  const next = reflog.findIndex((entry) => entry.commit !== reflog[0]?.commit);
  return (next < 0 ? reflog.at(-1) : reflog[next - 1])?.at ?? null;
}

/** When the code was checked out that ran before a rollback was begun by hand: what was applied since then is its own. */
export function upgradedAt(target: ResolvedTarget, reflog: readonly ReflogEntry[]): string | null {
  return target.liveUntil ?? reflog.find((entry) => entry.commit !== target.commit)?.at ?? null;
}

/**
 * A rollback by hand that stopped half way has the target's code and something else of the version before. What does not
 * belong to the code that is checked out, one line each; empty: everything agrees, and the target is really live.
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

/** `has sum-core 0.6.0, and the code pins 0.5.0` */
export function pinText({ name, wanted, installed }: UnmetPin): string {
  return installed === null
    ? `lacks ${name}, which the code pins at ${wanted}`
    : `has ${name} ${installed}, and the code pins ${wanted}`;
}

function unitLine({ name, kind, active, startedAt }: UnitState, since: string | null): readonly string[] {
  if (active !== 'active') return [`${name} does not run (${active})`];
  const isOlder = startedAt !== null && since !== null && startedAt * 1000 < Date.parse(since);
  return isOlder && kind !== 'socket' ? [`${name} runs since before this code was checked out`] : [];
}

function databaseLine(verdict: MigrationVerdict): readonly string[] {
  switch (verdict.kind) {
    case 'none':
      return [];
    case 'applied':
      return [
        `the database has ${verdict.unwanted.map(migrationLabel).join(', ')}, which this code does not know`,
      ];
    case 'behind':
      return [`the database lacks ${verdict.missing.map(migrationLabel).join(', ')}, which this code needs`];
    case 'cannot-tell':
      return ['whether the database belongs to this code cannot be told yet'];
  }
}

/** Nothing is left to roll back to this version: everything that can be compared agrees with it. */
export function alreadyLive({ live, health }: Pick<Survey, 'live' | 'health'>): Refusal {
  const sentence = `${commitLabel(live)} is live already: its code, its environment, its processes and the migrations of the database agree.`;
  if (health.status === 200)
    return refusal(
      'already-live',
      `${sentence} It answers ${healthText(health)}.`,
      'To go back further, type an older version; to restore its database alone, type --database-only instead of a version.',
    );
  return refusal(
    'already-live',
    `${sentence} It is not healthy (${healthText(health)}), and a rollback to this version does not change that.`,
    'Look for the cause in its log (journalctl -u the gunicorn unit), or type an older version. Only static files were not compared.',
  );
}

function healthText({ status, word, failing }: HealthReading): string {
  const why = failing.length > 0 ? `, not ok: ${failing.join(', ')}` : '';
  return status === null ? word : `${status} ${word}${why}`;
}

/** A restore alone keeps code and environment; they have to belong together. */
export function environmentRefusal(unmetPins: readonly UnmetPin[]): Refusal | null {
  const [first] = unmetPins;
  if (first === undefined) return null;
  const more = unmetPins.length > 1 ? `, and ${unmetPins.length - 1} more differ` : '';
  return refusal(
    'environment-differs',
    `The environment that runs ${pinText(first)}${more}: which migrations the site needs cannot be trusted.`,
    'Type the version that is to run, with --full, instead of --database-only: its environment is built anew, and the backup is chosen for it.',
  );
}
