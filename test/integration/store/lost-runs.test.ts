import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import { verifyChain } from '../../../src/store/audit.ts';
import { type StoreKeys, storeKeys } from '../../../src/store/keys.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { begun, clock, newPrefix, useRedis } from '../../support/redis/redis-runs.ts';

const SITE = 'acme-kitchens@production';

const redis = useRedis();

let keys: StoreKeys;

let store: RunStore;

beforeEach(() => {
  keys = storeKeys(redis.prefix);
  store = createRunStore(redis.link, { clock, recordKeys, prefix: redis.prefix });
});

describe('adopt', () => {
  test('restores a run that this Redis has lost, with its site, number and chain', async () => {
    const run = await begun(store);
    const moved = await store.append(run, { type: 'looked', what: 'the host' });
    const events = await store.events(run.id);
    const emptied = createRunStore(redis.link, { clock, recordKeys, prefix: newPrefix() });

    expect(await emptied.adopt(moved ?? run, events)).toBe(true);

    expect(await emptied.events(run.id)).toEqual(events);
    expect(verifyChain(run.id, await emptied.events(run.id), recordKeys)).toBeNull();
    expect([await emptied.active(), await emptied.activeOn(SITE), await emptied.recent(5)]).toEqual([
      [run.id],
      run.id,
      [run.id],
    ]);
    expect(await emptied.append(moved ?? run, { type: 'cancelled', by: 'U01ALICE' })).toMatchObject({
      state: 'cancelled',
    });
    expect((await begun(emptied, 'the next')).id).toBe('acme-kitchens-2');
  });

  test('changes nothing if the run is known or the site is taken', async () => {
    const run = await begun(store);
    const events = await store.events(run.id);
    const emptied = createRunStore(redis.link, { clock, recordKeys, prefix: newPrefix() });
    await begun(emptied, 'another');

    expect(await store.adopt(run, events)).toBe(false);
    const elsewhere = createRunStore(redis.link, { clock, recordKeys, prefix: newPrefix() });
    await elsewhere.skipNumbers('acme-kitchens', 8);
    const ninth = await begun(elsewhere, 'the ninth');
    expect(ninth.id).toBe('acme-kitchens-9');
    expect(await emptied.adopt(ninth, await elsewhere.events(ninth.id))).toBe(false);
  });

  test('takes up no run under the entries of another', async () => {
    const run = await begun(store);
    const events = await store.events(run.id);
    const emptied = createRunStore(redis.link, { clock, recordKeys, prefix: newPrefix() });

    await expect(emptied.adopt({ ...run, id: 'acme-kitchens-9' }, events)).rejects.toThrow(
      /entry 0 \(requested\) doesn't match its seal/,
    );
  });

  test('moves an ended run aside if it got the id of the lost one, and no other run', async () => {
    const run = await begun(store);
    const events = await store.events(run.id);
    const prefix = newPrefix();
    const emptied = createRunStore(redis.link, { clock, recordKeys, prefix });
    const namesake = await begun(emptied, 'another');
    expect(namesake.id).toBe(run.id);
    expect(await emptied.adopt(run, events, namesake)).toBe(false);
    const ended = await emptied.append(namesake, { type: 'cancelled', by: 'U01ALICE' });
    if (ended === null) throw new Error('someone else wrote first');
    const others = await emptied.events(run.id);
    expect(await emptied.adopt(run, events, namesake)).toBe(false);

    expect(await emptied.adopt(run, events, ended)).toBe(true);

    expect(await emptied.events(run.id)).toEqual(events);
    expect([await emptied.activeOn(SITE), await emptied.withTasksDue('2099-01-01T00:00:00.000Z')]).toEqual([
      run.id,
      [],
    ]);
    expect(await redis.link.redis.llen(storeKeys(prefix).aside(run.id))).toBe(others.length);
    expect(await redis.ttl(storeKeys(prefix).aside(run.id))).toBeGreaterThan(0);
  });

  test('refuses entries whose chain is broken', async () => {
    const run = await begun(store);
    const [first] = await store.events(run.id);
    const emptied = createRunStore(redis.link, { clock, recordKeys, prefix: newPrefix() });

    await expect(emptied.adopt(run, first ? [{ ...first, hash: 'f'.repeat(64) }] : [])).rejects.toThrow(
      'damaged',
    );
    expect(await emptied.active()).toEqual([]);
  });
});

describe('catchUp', () => {
  test('appends the lost end of a record, unchanged and once', async () => {
    const run = await begun(store);
    await store.append(run, { type: 'looked', what: 'the host' }, { type: 'looked', what: 'its backups' });
    const whole = await store.events(run.id);
    await redis.link.redis.ltrim(keys.events(run.id), 0, 0);

    const took = await Promise.all([1, 2].map(() => store.catchUp(run, whole.slice(1))));

    expect(took.filter(Boolean)).toEqual([true]);
    expect(await store.events(run.id)).toEqual(whole);
  });
});

describe('append', () => {
  test('appends nothing to entries that were lost and rewritten by another process', async () => {
    const run = await begun(store);
    const ours = await store.append(run, { type: 'looked', what: 'the host' });
    await redis.link.redis.ltrim(keys.events(run.id), 0, 0);
    await store.append(run, { type: 'looked', what: 'its backups' });
    const theirs = await store.events(run.id);

    expect(await store.append(ours ?? run, { type: 'looked', what: 'its commits' })).toBeNull();
    expect(await store.events(run.id)).toEqual(theirs);
  });
});
