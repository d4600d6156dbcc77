import { expect, test } from 'vitest';
import { lifeOfRecord } from '../../../src/store/life.ts';
import { openStoreRedis } from '../../../src/store/redis.ts';
import { hasRealRedis, startRedis } from '../../support/redis/redis.ts';
import { useRedis } from '../../support/redis/redis-runs.ts';

const redis = useRedis();

test('a record has the same name for everyone until it loses its data', async () => {
  const names = await Promise.all([1, 2, 3].map(() => lifeOfRecord(redis.link, redis.prefix)));
  expect(new Set(names).size).toBe(1);

  await redis.link.redis.del(`${redis.prefix}:rb:life`);

  const after = await lifeOfRecord(redis.link, redis.prefix);
  expect(names).not.toContain(after);
  expect(await lifeOfRecord(redis.link, redis.prefix)).toBe(after);
});

test.skipIf(!hasRealRedis())(
  'a record has another name after a restart of its server, even with all its data',
  async () => {
    const server = await startRedis({ aof: true });
    const link = openStoreRedis(server.url);
    try {
      await link.ready();
      await link.redis.set('{rollback}:kept', 'yes');
      const before = await lifeOfRecord(link);
      expect(await lifeOfRecord(link)).toBe(before);

      await server.restart();

      await expect.poll(() => lifeOfRecord(link).catch(() => before)).not.toBe(before);
      expect(await link.redis.get('{rollback}:kept')).toBe('yes');
    } finally {
      await link.close();
      await server.stop();
    }
  },
);
