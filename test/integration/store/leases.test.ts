import { beforeEach, describe, expect, test } from 'vitest';
import type { Leases } from '../../../src/app/ports/workers.ts';
import { createLeases } from '../../../src/store/leases.ts';
import { openStoreRedis } from '../../../src/store/redis.ts';
import { startRedisProxy } from '../../support/redis/redis-proxy.ts';
import { SOON, useRedis } from '../../support/redis/redis-runs.ts';

const redis = useRedis();

let leases: Leases;

beforeEach(() => {
  leases = createLeases(redis.link, { prefix: redis.prefix });
});

describe('leases', () => {
  test('are given to exactly one of twenty owners', async () => {
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, n) => leases.take('acme-1', `worker ${n}`, 60_000)),
    );

    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('can only be renewed by their owner', async () => {
    await leases.take('acme-1', 'w1', 30_000);

    expect(await leases.take('acme-1', 'w2', 60_000)).toBe(false);
    expect(await leases.take('acme-1', 'w1', 60_000)).toBe(true);
    expect(await redis.link.redis.pttl(`${redis.prefix}:rb:run:acme-1:lease`)).toBeGreaterThan(50_000);
  });

  test('expire on their own if they are not renewed', async () => {
    await leases.take('acme-1', 'w1', 50);

    await expect.poll(() => leases.take('acme-1', 'w2', 60_000), SOON).toBe(true);
    expect(await leases.take('acme-1', 'w1', 60_000)).toBe(false);
  });

  test('can only be released by their owner', async () => {
    await leases.take('acme-1', 'w1', 60_000);

    await leases.release('acme-1', 'w2');
    expect(await leases.take('acme-1', 'w2', 60_000)).toBe(false);
    await leases.release('acme-1', 'w1');
    expect(await leases.take('acme-1', 'w2', 60_000)).toBe(true);
  });

  test('for different tasks of a run are independent', async () => {
    const asking = createLeases(redis.link, { prefix: redis.prefix, of: 'asking' });
    await leases.take('acme-1', 'w1', 60_000);

    expect(await asking.take('acme-1', 'w2', 60_000)).toBe(true);
  });

  test('of different runs are independent', async () => {
    await leases.take('acme-1', 'w1', 60_000);

    expect(await leases.take('acme-2', 'w2', 60_000)).toBe(true);
  });

  test('are taken once if the reply is lost and the request is sent again', async () => {
    const proxy = await startRedisProxy(redis.server.port);
    const broken = openStoreRedis(redis.server.urlAt(proxy.port));
    await broken.ready();
    proxy.loseReplyOf('eval');

    expect(await createLeases(broken, { prefix: redis.prefix }).take('acme-1', 'w1', 60_000)).toBe(true);

    expect(proxy.lost()).toBe(1);
    await broken.close();
    await proxy.stop();
  });
});
