import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { verifyChain } from '../../../src/store/audit.ts';
import { RETENTION_SECONDS, type StoreKeys, storeKeys } from '../../../src/store/keys.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { begun, clock, requested, useRedis } from '../../support/redis/redis-runs.ts';

const SITE = 'acme-kitchens@production';

const redis = useRedis();

let keys: StoreKeys;

let store: RunStore;

beforeEach(() => {
  keys = storeKeys(redis.prefix);
  store = createRunStore(redis.link, { clock, recordKeys, prefix: redis.prefix });
});

describe('begin', () => {
  test('counts runs per slug, across its environments', async () => {
    const first = await begun(store);
    const second = await store.begin(
      'acme-kitchens@staging',
      'acme-kitchens',
      'other',
      requested('acme-kitchens@staging'),
    );
    const other = await store.begin(
      'harbour@production',
      'harbour',
      'third',
      requested('harbour@production'),
    );

    expect(first.id).toBe('acme-kitchens-1');
    expect(second).toMatchObject({ kind: 'begun', run: { id: 'acme-kitchens-2' } });
    expect(other).toMatchObject({ kind: 'begun', run: { id: 'harbour-1' } });
  });

  test('returns the same run for the same request, in its current state', async () => {
    const run = await begun(store, 'the request');
    await store.append(run, { type: 'cancelled', by: 'U01ALICE' });

    const again = await store.begin(SITE, 'acme-kitchens', 'the request', requested());

    expect(again).toMatchObject({ kind: 'again', run: { id: run.id, state: 'cancelled' } });
    expect(await store.recent(10)).toEqual([run.id]);
  });

  test('says which run has the site', async () => {
    const run = await begun(store);

    const result = await store.begin(SITE, 'acme-kitchens', 'another request', requested());

    expect(result).toEqual({ kind: 'busy', runId: run.id });
    expect(await store.active()).toEqual([run.id]);
  });

  test('gives the site to exactly one of twenty requests at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.begin(SITE, 'acme-kitchens', `r${n}`, requested())),
    );

    expect(results.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'busy')).toHaveLength(19);
    expect(await store.recent(50)).toEqual(['acme-kitchens-1']);
  });

  test('makes one run from one request that is delivered twenty times at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => store.begin(SITE, 'acme-kitchens', 'one', requested())),
    );

    expect(results.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'again')).toHaveLength(19);
  });

  test.each([
    ['another event', { type: 'cancelled', by: 'U01ALICE' } as const],
    ["another site's request", requested('harbour@production')],
  ])('does not begin with %s, and leaves the site free', async (_, first) => {
    await expect(store.begin(SITE, 'acme-kitchens', 'r', first)).rejects.toThrow(
      /begins with a request for it/,
    );

    expect(await store.activeOn(SITE)).toBeNull();
  });

  test('never takes an id that has a record, even if the counter was lost', async () => {
    const run = await begun(store);
    await store.append(run, { type: 'cancelled', by: 'U01ALICE' });
    await redis.link.redis.del(keys.counter('acme-kitchens'));

    expect((await begun(store)).id).toBe('acme-kitchens-2');
  });

  test('puts nothing that a person typed into a key', async () => {
    await store.begin(SITE, 'acme-kitchens', 'hostile}words', requested(SITE, { reason: 'hostile' }));

    const names = await redis.server.admin((admin) => admin.keys('*'));
    expect(names.filter((name) => name.includes('hostile'))).toEqual([]);
    expect(names.filter((name) => name.startsWith(redis.prefix)).length).toBeGreaterThan(5);
  });
});

describe('append', () => {
  test('lets exactly one of twenty simultaneous writers win each revision', async () => {
    let run = await begun(store);

    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          store.append(run, { type: 'looked', what: `round ${round} by ${n}` }),
        ),
      );
      const winners = results.filter((result): result is Run => result !== null);
      expect(winners).toHaveLength(1);
      run = winners[0] ?? run;
    }

    const events = await store.events(run.id);
    expect(events).toHaveLength(6);
    expect(verifyChain(run.id, events, recordKeys)).toBeNull();
    expect(await store.read(run.id)).toEqual(run);
  });

  test('lets one of two win even if both write the same at the same moment', async () => {
    const frozen = createRunStore(redis.link, {
      recordKeys,
      clock: { now: () => '2026-11-20T03:00:00.000Z' },
      prefix: redis.prefix,
    });
    const run = await begun(frozen);

    const results = await Promise.all([
      frozen.append(run, { type: 'looked', what: 'disk' }),
      frozen.append(run, { type: 'looked', what: 'disk' }),
    ]);

    expect(results.filter((result) => result !== null)).toHaveLength(1);
  });

  test('writes several events as one unit', async () => {
    const run = await begun(store);
    const events = [
      { type: 'picked-up', worker: 'w1', epoch: 1 },
      { type: 'looked', what: 'disk' },
    ] as const;

    const [first, second] = await Promise.all([store.append(run, ...events), store.append(run, ...events)]);

    expect([first, second].filter((result) => result !== null)).toHaveLength(1);
    expect((await store.events(run.id)).map(({ event }) => event.type)).toEqual([
      'requested',
      'picked-up',
      'looked',
    ]);
  });

  test('throws for an event that is not allowed, and stores nothing of the same call', async () => {
    const run = await begun(store);

    await expect(
      store.append(run, { type: 'looked', what: 'disk' }, { type: 'closed', by: 'U01ALICE' }),
    ).rejects.toThrow('closed is not allowed while planning');

    expect(await store.events(run.id)).toHaveLength(1);
  });

  test('frees the site when the run ends, and keeps the record for 400 days', async () => {
    const run = await begun(store);

    const ended = await store.append(run, { type: 'cancelled', by: 'U01ALICE' });

    expect(ended?.state).toBe('cancelled');
    expect(await store.activeOn(SITE)).toBeNull();
    expect(await store.active()).toEqual([]);
    expect(await store.recent(5)).toEqual([run.id]);
    expect(await redis.ttl(keys.events(run.id))).toBeGreaterThan(RETENTION_SECONDS - 60);
    expect((await begun(store)).id).toBe('acme-kitchens-2');
  });

  test('keeps the record of an open run for ever', async () => {
    const run = await begun(store);
    await store.append(run, { type: 'looked', what: 'disk' });

    expect(await redis.ttl(keys.events(run.id))).toBe(-1);
    expect(await store.activeOn(SITE)).toBe(run.id);
  });

  test('does not free a site that another run has now', async () => {
    const run = await begun(store);
    await redis.link.redis.set(keys.site(SITE), 'acme-kitchens-99');

    await store.append(run, { type: 'cancelled', by: 'U01ALICE' });

    expect(await store.activeOn(SITE)).toBe('acme-kitchens-99');
  });

  test('reports a conflict if the whole record is gone', async () => {
    const run = await begun(store);
    await redis.link.redis.del(keys.events(run.id));

    expect(await store.append(run, { type: 'looked', what: 'disk' })).toBeNull();
    expect(await store.read(run.id)).toBeNull();
  });
});

describe('owing', () => {
  test('an ended run is due after each of its events, until it names a time', async () => {
    const run = await begun(store);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    const ended = await store.append(run, { type: 'cancelled', by: 'U01ALICE' });
    if (ended === null) throw new Error('someone else wrote');

    expect(await store.withTasksDue(clock.now())).toEqual([run.id]);

    await store.scheduleTasks(run, null);
    expect(await store.withTasksDue(clock.now()), 'what was read before the end says nothing').toEqual([
      run.id,
    ]);
    await store.scheduleTasks(ended, '2100-01-01T00:00:00.000Z');
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    expect(await store.withTasksDue('2100-01-01T00:00:00.000Z')).toEqual([run.id]);
    await store.scheduleTasks(ended, null);
    expect(await store.withTasksDue('2100-01-01T00:00:00.000Z')).toEqual([]);
  });
});

describe('recentOn', () => {
  test('names the newest runs of one site, newest first', async () => {
    const first = await begun(store, 'first');
    await store.append(first, { type: 'cancelled', by: 'U01ALICE' });
    const second = await begun(store, 'second');
    await store.begin('harbour@production', 'harbour', 'third', requested('harbour@production'));

    expect(await store.recentOn(SITE, 5)).toEqual([second.id, first.id]);
    expect(await store.recentOn(SITE, 1)).toEqual([second.id]);
    expect(await store.recentOn(SITE, 0)).toEqual([]);
    expect(await store.recentOn('nobody@staging', 5)).toEqual([]);
  });
});

describe('recent', () => {
  test('lists the newest first, whatever the clock says', async () => {
    const frozen = createRunStore(redis.link, {
      recordKeys,
      clock: { now: () => '2026-11-20T03:00:00.000Z' },
      prefix: redis.prefix,
    });
    for (let n = 0; n < 11; n += 1) {
      const run = await begun(frozen);
      await frozen.append(run, { type: 'cancelled', by: 'U01ALICE' });
    }

    expect(await frozen.recent(2)).toEqual(['acme-kitchens-11', 'acme-kitchens-10']);
    expect(await frozen.recent(0)).toEqual([]);
  });
});

describe('read', () => {
  test.each(['nothing-1', 'no id', '', '*', '{x}-1'])('finds no run %j', async (runId) => {
    expect(await store.read(runId)).toBeNull();
    expect(await store.events(runId)).toEqual([]);
  });

  test('refuses a record with a changed entry', async () => {
    const run = await begun(store);
    await store.append(run, { type: 'looked', what: 'disk' });
    const text = (await redis.link.redis.lindex(keys.events(run.id), 0)) ?? '';
    await redis.link.redis.lset(keys.events(run.id), 0, text.replace('U01ALICE', 'U02BOB'));

    await expect(store.read(run.id)).rejects.toThrow(/^the record of acme-kitchens-1 is damaged: entry 0 /);
    await expect(store.events(run.id)).rejects.toThrow(/is damaged/);
  });

  test('refuses a record with a missing entry', async () => {
    let run: Run | null = await begun(store);
    for (const what of ['disk', 'backups']) run = run && (await store.append(run, { type: 'looked', what }));
    const key = keys.events('acme-kitchens-1');
    await redis.link.redis.lrem(key, 1, (await redis.link.redis.lindex(key, 1)) ?? '');

    await expect(store.read('acme-kitchens-1')).rejects.toThrow(/is damaged: entry 1 says it is entry 2/);
  });
});
