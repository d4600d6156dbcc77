import { describe, expect, it } from 'vitest';
import { canonical, sha256 } from '../../../src/domain/digest.ts';
import { type PlanBinding, planDigest } from '../../../src/domain/plan/plan.ts';
import { stepsOf, stepTitle } from '../../../src/domain/plan/steps.ts';
import { healthy, survey, target, unit } from '../../support/story/evidence.ts';
import { plan } from '../../support/story/run.ts';

const { binding } = plan();

describe('the digest of a plan', () => {
  const changed: Readonly<Record<keyof PlanBinding, Partial<PlanBinding>>> = {
    site: { site: 'acme-kitchens@staging' },
    hostKey: { hostKey: 'SHA256:other' },
    mode: { mode: 'database-only' },
    liveCommit: { liveCommit: 'f'.repeat(40) },
    targetCommit: { targetCommit: null },
    database: { database: { ...binding.database, oid: '1' } },
    backupSha256: { backupSha256: null },
    restoreSha256: { restoreSha256: 'e'.repeat(64) },
    migrations: { migrations: 'none' },
    programSha256: { programSha256: 'e'.repeat(64) },
    approval: { approval: { reasons: [], quorum: 1 } },
  };

  it('changes with how many people have to approve', () => {
    const approval = { reasons: ['the database is overwritten'], quorum: 2 };

    expect(planDigest({ ...binding, approval })).not.toBe(planDigest(binding));
  });

  it('of a plan of an older version is what it was', () => {
    const { approval: _approval, ...older } = binding;

    expect(planDigest(older)).toBe(sha256(canonical({ ...older, database: { ...older.database } })));
  });

  it.each(Object.entries(changed))('changes with %s', (_, other) => {
    expect(planDigest({ ...binding, ...other })).not.toBe(planDigest(binding));
  });

  it.each([
    ['name', { name: 'other' }],
    ['host', { host: 'other' }],
    ['port', { port: 6543 }],
    ['oid', { oid: '1' }],
  ])("changes with the database's %s", (_, other) => {
    const database = { ...binding.database, ...other };

    expect(planDigest({ ...binding, database })).not.toBe(planDigest(binding));
  });

  it('does not depend on the order in which the binding was written', () => {
    const turned = Object.fromEntries(Object.entries(binding).reverse()) as unknown as PlanBinding;

    expect(planDigest(turned)).toBe(planDigest(binding));
  });

  it('does not change with what changes by itself every minute', () => {
    const { digest } = plan();
    const later = plan('full', {
      survey: survey({ freeBytes: 600_000_000, health: healthy, units: [unit('gunicorn', { restarts: 4 })] }),
      warnings: ["The site's git origin does not answer."],
      modeReason: 'said in other words',
      otherBackups: [{ name: 'x.sql.gz', why: 'it is empty' }],
      target: target({ liveUntil: '2026-02-20T00:00:00Z' }),
    });

    expect(later.digest).toBe(digest);
    expect(later.facts).not.toEqual(plan().facts);
  });
});

describe('canonical JSON', () => {
  it.each<[Parameters<typeof canonical>[0], string]>([
    [{ b: 1, a: { d: null, c: [true, 'x'] } }, '{"a":{"c":[true,"x"],"d":null},"b":1}'],
    [{ a: 1, B: 2, ä: 3 }, '{"B":2,"a":1,"ä":3}'],
    [[3, 1, 2], '[3,1,2]'],
    [{}, '{}'],
    ['"\n', String.raw`"\"\n"`],
  ])('writes one value in exactly one way: %j', (value, text) => {
    expect(canonical(value)).toBe(text);
  });

  it('keeps texts apart that only look alike when put together', () => {
    expect(canonical({ a: 'x', b: 'y' })).not.toBe(canonical({ a: 'x","b":"y' }));
  });
});

it('hashes text as UTF-8', () => {
  expect(sha256('ä')).toBe('33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc');
});

describe('the steps of a mode', () => {
  it('are all ten, in the order of the runbook, for code and database', () => {
    expect(stepsOf('full').map((step) => step.name)).toEqual([
      'recheck',
      'stop',
      'safety-backup',
      'checkout',
      'restore',
      'environment',
      'static',
      'start',
      'healthy',
      'stable',
    ]);
  });

  it('leave the database alone for code only, and still stop and start', () => {
    expect(stepsOf('code-only').map((step) => step.name)).toEqual([
      'recheck',
      'stop',
      'checkout',
      'environment',
      'static',
      'start',
      'healthy',
      'stable',
    ]);
  });

  it('leave the code alone for the database only', () => {
    expect(stepsOf('database-only').map((step) => step.name)).toEqual([
      'recheck',
      'stop',
      'safety-backup',
      'restore',
      'start',
      'healthy',
      'stable',
    ]);
  });

  it('each have words for people and a deadline', () => {
    for (const { name, title, deadlineSeconds } of stepsOf('full')) {
      expect(stepTitle(name)).toBe(title);
      expect(title).not.toBe(name);
      expect(deadlineSeconds).toBeGreaterThan(0);
    }
  });

  it.each<[readonly (number | null)[], number]>([
    [[], 150],
    [[90, 90, 90], 330],
    [[30], 150],
    [[null], 150],
    [[86_400], 660],
  ])('wait with the stop as long as systemd does: %j', (stopSeconds, seconds) => {
    const [, stop] = stepsOf('code-only', { databaseBytes: 0, restoredBytes: 0, stopSeconds });

    expect(stop).toMatchObject({ name: 'stop', deadlineSeconds: seconds });
  });

  it.each<[number, number]>([
    [1, 120],
    [2, 120],
    [40, 900],
  ])('give the copy of a backup of %i GB the time to be read once more', (gigabytes, seconds) => {
    const needs = { databaseBytes: 0, restoredBytes: gigabytes * 1024 ** 3, stopSeconds: [] };

    expect(stepsOf('full', needs)[0]).toMatchObject({ name: 'recheck', deadlineSeconds: seconds });
  });
});

describe('who has to agree', () => {
  it.each([
    ['full', {}, ['the database is overwritten']],
    ['database-only', {}, ['the database is overwritten']],
    ['code-only', {}, []],
    ['code-only', { target: target({ liveUntil: null }) }, ['this version has never run here']],
    ['code-only', { target: target({ source: 'branch' }) }, ['this version has never run here']],
    [
      'full',
      { target: target({ liveUntil: null }) },
      ['the database is overwritten', 'this version has never run here'],
    ],
  ] as const)('follows from %s and the target: %j', (mode, more, reasons) => {
    expect(plan(mode, more).approvalReasons).toEqual(reasons);
  });
});
