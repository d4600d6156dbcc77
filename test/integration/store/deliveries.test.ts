import { beforeEach, describe, expect, test } from 'vitest';
import type { Deliveries } from '../../../src/app/ports/deliveries.ts';
import { createDeliveries } from '../../../src/store/deliveries.ts';
import { RETENTION_SECONDS, storeKeys } from '../../../src/store/keys.ts';
import { openStoreRedis } from '../../../src/store/redis.ts';
import { startRedisProxy } from '../../support/redis/redis-proxy.ts';
import { useRedis } from '../../support/redis/redis-runs.ts';
import { startTcpProxy } from '../../support/ssh/tcp-proxy.ts';

const CARD = { channel: 'C01OPS', ts: '1763604000.000100', hash: 'a1' };

const redis = useRedis();

let deliveries: Deliveries;

beforeEach(() => {
  deliveries = createDeliveries(redis.link, { prefix: redis.prefix });
});

describe('deliveries', () => {
  test('are read as they were last written, surface by surface', async () => {
    await deliveries.write('acme-1', 'card', CARD);
    await deliveries.write('acme-1', 'thread:approval', { ...CARD, hash: 'b1' });
    await deliveries.write('acme-1', 'card', { ...CARD, hash: 'a2' });

    expect(await deliveries.read('acme-1')).toEqual({
      card: { ...CARD, hash: 'a2' },
      'thread:approval': { ...CARD, hash: 'b1' },
    });
    expect(await deliveries.read('acme-2')).toEqual({});
  });

  test('are kept for 400 days', async () => {
    await deliveries.write('acme-1', 'card', CARD);

    expect(await redis.ttl(storeKeys(redis.prefix).messages('acme-1'))).toBeGreaterThan(
      RETENTION_SECONDS - 60,
    );
  });
});

describe('what was posted while Redis did not answer', () => {
  test('is known to the process that posted it, and to others once Redis is back', async () => {
    const proxy = await startTcpProxy({ port: redis.server.port });
    const link = openStoreRedis(redis.server.urlAt(proxy.port));
    await link.ready();
    const broken = createDeliveries(link, { prefix: redis.prefix });
    await broken.claim('acme-1', 'card');
    proxy.refuse();
    proxy.reset();

    await expect(broken.write('acme-1', 'card', CARD)).rejects.toThrow('redis at ');
    expect(await deliveries.read('acme-1')).toEqual({});

    await proxy.heal();
    await link.ready(20_000);
    // A process that got the claim now would post it a second time.
    await broken.unclaim('acme-1', 'card');
    expect(await deliveries.claim('acme-1', 'card')).toBe(false);
    expect(await broken.read('acme-1')).toEqual({ card: CARD });
    expect(await deliveries.claim('acme-1', 'card')).toBe(true);
    expect(await deliveries.read('acme-1')).toEqual({ card: CARD });
    await link.close();
    await proxy.stop();
  });
});

describe('a claim', () => {
  test('is given to exactly one of twenty, in one process or in two', async () => {
    const other = createDeliveries(redis.link, { prefix: redis.prefix });

    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? deliveries : other).claim('acme-1', 'card')),
    );

    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  test('expires on its own within half a minute', async () => {
    await deliveries.claim('acme-1', 'card');

    const ttl = await redis.link.redis.pttl(storeKeys(redis.prefix).claim('acme-1', 'card'));
    expect(ttl).toBeGreaterThan(20_000);
    expect(ttl).toBeLessThanOrEqual(30_000);
  });

  test('can only be released by the process that has it', async () => {
    const other = createDeliveries(redis.link, { prefix: redis.prefix });
    await deliveries.claim('acme-1', 'card');

    await other.unclaim('acme-1', 'card');
    expect(await other.claim('acme-1', 'card')).toBe(false);
    await deliveries.unclaim('acme-1', 'card');
    expect(await other.claim('acme-1', 'card')).toBe(true);
  });

  test('on one surface leaves others free', async () => {
    await deliveries.claim('acme-1', 'card');

    expect(await deliveries.claim('acme-1', 'thread:approval')).toBe(true);
    expect(await deliveries.claim('acme-2', 'card')).toBe(true);
  });

  test('succeeds if its reply is lost and it is sent again', async () => {
    const proxy = await startRedisProxy(redis.server.port);
    const broken = openStoreRedis(redis.server.urlAt(proxy.port));
    await broken.ready();
    proxy.loseReplyOf('eval');

    expect(await createDeliveries(broken, { prefix: redis.prefix }).claim('acme-1', 'card')).toBe(true);

    expect(proxy.lost()).toBe(1);
    await broken.close();
    await proxy.stop();
  });
});
