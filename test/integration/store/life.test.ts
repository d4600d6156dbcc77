import { expect, test } from 'vitest';
import { lifeOfRecord } from '../../../src/store/life.ts';
import { useRedis } from '../../support/redis-runs.ts';

const redis = useRedis();

test('a record says the same name to everybody until everything in it is lost', async () => {
  const names = await Promise.all([1, 2, 3].map(() => lifeOfRecord(redis.link, redis.prefix)));
  expect(new Set(names).size).toBe(1);

  await redis.link.redis.del(`${redis.prefix}:rb:life`);

  const after = await lifeOfRecord(redis.link, redis.prefix);
  expect(names).not.toContain(after);
  expect(await lifeOfRecord(redis.link, redis.prefix)).toBe(after);
});

test('a record whose server was started anew has another name', async () => {
  const before = await lifeOfRecord(redis.link, redis.prefix);

  await redis.server.restart();

  await expect.poll(() => lifeOfRecord(redis.link, redis.prefix).catch(() => before)).not.toBe(before);
});
