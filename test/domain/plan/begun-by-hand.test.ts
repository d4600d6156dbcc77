import { describe, expect, it } from 'vitest';
import { type MigrationVerdict, migrationVerdict } from '../../../src/domain/database/migrations.ts';
import type { Survey } from '../../../src/domain/host/survey.ts';
import {
  alreadyLive,
  checkedOutAt,
  environmentRefusal,
  mismatches,
  upgradedAt,
} from '../../../src/domain/plan/begun-by-hand.ts';
import {
  applied,
  commit,
  disk,
  healthy,
  LIVE,
  survey,
  TARGET,
  target,
  unit,
} from '../../support/story/evidence.ts';
import { T } from '../../support/story/site.ts';

/** v0.5.0 was live, v0.6.0 replaced it, and somebody has checked v0.5.0 out again. */
const CHECKED_OUT = '2026-03-01T02:10:00+00:00';
const BEGUN: Partial<Survey> = {
  live: commit(),
  reflog: [
    { commit: TARGET, at: CHECKED_OUT },
    { commit: LIVE, at: T.upgraded },
    { commit: TARGET, at: '2026-02-01T10:00:00Z' },
  ],
  units: [unit('gunicorn', { startedAt: Date.parse(CHECKED_OUT) / 1000 + 5 })],
};
const NONE: MigrationVerdict = { kind: 'none' };
const OLD = Date.parse(CHECKED_OUT) / 1000 - 300;

describe('what a rollback by hand has left behind', () => {
  it.each<[string, Partial<Survey>, MigrationVerdict, readonly string[]]>([
    ['nothing, when everything agrees', {}, NONE, []],
    [
      'an environment of the version before',
      { unmetPins: [{ name: 'sum-core', wanted: '0.5.0', installed: '0.6.0' }] },
      NONE,
      ['the environment has sum-core 0.6.0, but the code pins 0.5.0'],
    ],
    [
      'an environment without what is pinned',
      { unmetPins: [{ name: 'sum-core', wanted: 'v0.5.3', installed: null }] },
      NONE,
      ['the environment lacks sum-core, which the code pins at v0.5.3'],
    ],
    [
      'a process that still has the code from before in memory',
      { units: [unit('gunicorn', { startedAt: OLD })] },
      NONE,
      ['sum-acme-kitchens-gunicorn.service has been running since before this code was checked out'],
    ],
    [
      'a unit that was stopped and not started again',
      { units: [unit('gunicorn', { active: 'inactive', startedAt: null })] },
      NONE,
      ['sum-acme-kitchens-gunicorn.service is not running (inactive)'],
    ],
    [
      'no unit whose start cannot be seen, and no socket, which runs no code',
      { units: [unit('gunicorn', { startedAt: null }), unit('socket', { startedAt: OLD })] },
      NONE,
      [],
    ],
    [
      'migrations of the version before',
      {},
      { kind: 'applied', unwanted: [applied('website.0003_split_lead_name')] },
      ['the database has website.0003_split_lead_name, which this code does not know'],
    ],
    [
      'a database that went back too far',
      {},
      { kind: 'behind', missing: [applied('website.0002')], unwanted: [] },
      ['the database lacks website.0002, which this code needs'],
    ],
    [
      'a doubt, when the code cannot be loaded',
      {},
      { kind: 'cannot-tell', why: 'ImportError' },
      ["the bot can't tell yet whether the database matches this code"],
    ],
  ])('is %s', (_, more, verdict, lines) => {
    expect(mismatches(survey({ ...BEGUN, ...more }), verdict)).toEqual(lines);
  });

  it('counts from the first of several checkouts of the same commit', () => {
    const again = [{ commit: TARGET, at: '2026-03-01T05:00:00Z' }, ...(BEGUN.reflog ?? [])];

    expect(checkedOutAt(again)).toBe(CHECKED_OUT);
    expect(mismatches(survey({ ...BEGUN, reflog: again }), NONE)).toEqual([]);
    expect(checkedOutAt([])).toBeNull();
  });
});

describe('a version that is live already', () => {
  it('is refused with what agrees, and with what to do instead', () => {
    expect(alreadyLive(survey({ ...BEGUN, health: healthy }))).toEqual({
      code: 'already-live',
      sentence:
        'v0.5.0 (55555555) is already live: code, environment, processes and migrations all match it. The site answers 200 ok.',
      next: 'To go back further, type an older version. To restore only the database, type --database-only instead of a version.',
    });
  });

  it('is not promised to help where it is not healthy', () => {
    expect(alreadyLive(survey(BEGUN)).sentence).toBe(
      "v0.5.0 (55555555) is already live: code, environment, processes and migrations all match it. The site is not healthy (503 unhealthy, not ok: db), and a rollback to this version won't change that.",
    );
  });
});

describe('the migrations of code that is gone from the disk', () => {
  const CODE = [disk('web.0001')];
  const found = (at: string) => ({
    applied: [applied('web.0001'), applied('web.0003', at)],
    target: CODE,
    live: CODE,
  });

  it('are that code’s when they ran after it had replaced the target', () => {
    const since = upgradedAt(target(), survey(BEGUN).reflog);

    expect(since).toBe(T.upgraded);
    expect(migrationVerdict(found('2026-03-01T02:01:00Z'), since)).toMatchObject({ kind: 'applied' });
    expect(migrationVerdict(found(T.upgraded), since)).toMatchObject({ kind: 'applied' });
  });

  it('stay unexplained when they are older', () => {
    expect(migrationVerdict(found('2026-02-28T00:00:00Z'), T.upgraded)).toMatchObject({
      kind: 'cannot-tell',
    });
  });

  it('are counted from the code before where the target never ran here', () => {
    const reflog = (BEGUN.reflog ?? []).slice(0, 2);

    expect(upgradedAt(target({ liveUntil: null }), reflog)).toBe(T.upgraded);
    expect(upgradedAt(target({ liveUntil: null }), [])).toBeNull();
  });
});

describe('a restore of the database alone', () => {
  it('needs an environment that belongs to the code', () => {
    const one = { name: 'sum-core', wanted: '0.6.0', installed: '0.5.0' };

    expect(environmentRefusal([])).toBeNull();
    expect(environmentRefusal([one])).toEqual({
      code: 'environment-differs',
      sentence:
        "The live environment has sum-core 0.5.0, but the code pins 0.6.0. The bot can't trust it to say which migrations the site needs.",
      next: 'Instead of --database-only, type the version that should run, with --full. The bot then builds its environment and chooses the backup for it.',
    });
    expect(environmentRefusal([one, { ...one, name: 'gunicorn' }])?.sentence).toContain('(and 1 more).');
  });
});
