import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { type RedisProxy, startRedisProxy } from '../../support/redis/redis-proxy.ts';
import { begun, clock, requested, SOON, useRedis } from '../../support/redis/redis-runs.ts';

const SITE = 'acme-kitchens@production';

const redis = useRedis();

let store: RunStore;

beforeEach(() => {
  store = createRunStore(redis.link, { clock, recordKeys, prefix: redis.prefix });
});

describe('when the connection breaks before the reply', () => {
  let proxy: RedisProxy;
  let broken: RedisLink;
  let over: RunStore;

  beforeEach(async () => {
    proxy = await startRedisProxy(redis.server.port);
    broken = openStoreRedis(redis.server.urlAt(proxy.port));
    await broken.ready();
    over = createRunStore(broken, { clock, recordKeys, prefix: redis.prefix });
    return async () => {
      await broken.close();
      await proxy.stop();
    };
  });

  test('a begin that is sent again begins one run', async () => {
    proxy.loseReplyOf('eval');

    const result = await over.begin(SITE, 'acme-kitchens', 'the request', requested());

    expect(proxy.lost()).toBe(1);
    expect(result).toMatchObject({ kind: 'begun', run: { id: 'acme-kitchens-1' } });
    expect(await store.recent(5)).toEqual(['acme-kitchens-1']);
    expect(await store.events('acme-kitchens-1')).toHaveLength(1);
  });

  test('an append that is sent again writes once and says so', async () => {
    const run = await begun(over);
    proxy.loseReplyOf('eval');

    const next = await over.append(
      run,
      { type: 'looked', what: 'disk' },
      { type: 'looked', what: 'backups' },
    );

    expect(proxy.lost()).toBe(1);
    expect(next).toMatchObject({ revision: 3, progress: 'backups' });
    expect(await store.events(run.id)).toHaveLength(3);
  });

  test('an append that is sent again after a later one still says that it won', async () => {
    const run = await begun(over);
    proxy.loseReplyOf('eval');
    const first = over.append(run, { type: 'looked', what: 'disk' });
    await expect.poll(() => proxy.lost(), SOON).toBe(1);
    const seen = await store.read(run.id);
    if (seen === null) throw new Error('no run');
    await store.append(seen, { type: 'looked', what: 'backups' });

    expect(await first).toMatchObject({ revision: 2, progress: 'disk' });
    expect(await store.events(run.id)).toHaveLength(3);
  });

  test('an append that lost still loses when it is sent again', async () => {
    const run = await begun(store);
    await store.append(run, { type: 'looked', what: 'disk' });
    proxy.loseReplyOf('eval');

    expect(await over.append(run, { type: 'looked', what: 'backups' })).toBeNull();
    expect(proxy.lost()).toBe(1);
  });
});
