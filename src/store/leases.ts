import type { Leases } from '../app/ports/workers.ts';
import { type LeaseOf, storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { runScript } from './script.ts';

/** The owner names the operation: taking a lease again renews it, so sending a script again does no harm. */
const TAKE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

export function createLeases(
  link: RedisLink,
  { prefix, of = 'work' }: { readonly prefix?: string; readonly of?: LeaseOf } = {},
): Leases {
  const keys = storeKeys(prefix);
  const key = (runId: string) => keys.lease(runId, of);
  return {
    take: async (runId, owner, ttlMs) =>
      (await runScript(link, TAKE, [key(runId)], [owner, Math.max(1, Math.round(ttlMs))])) === 1,
    release: async (runId, owner) => {
      await runScript(link, RELEASE, [key(runId)], [owner]);
    },
  };
}
