import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Deliveries, Delivery } from '../app/ports/deliveries.ts';
import { RETENTION_SECONDS, storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { runScript } from './script.ts';

/** Longer than a post takes with its second try. If a process dies while it posts, the message is late by this much. */
const CLAIM_MS = 30_000;

const WRITE = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
`;

const CLAIM = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0
`;

const UNCLAIM = `
local holder = redis.call('GET', KEYS[1])
if holder and string.sub(holder, 1, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

const delivery = z.object({ channel: z.string(), ts: z.string(), hash: z.string() });

export function createDeliveries(link: RedisLink, options: { readonly prefix?: string } = {}): Deliveries {
  const keys = storeKeys(options.prefix);
  const owner = `${randomUUID()}:`;
  /**
   * Messages that were posted while Redis was unavailable. Nobody else knows of them, and would post them again, so their
   * claims are kept until they are stored.
   */
  const unsaved = new Map<string, Map<string, Delivery>>();
  const save = async (runId: string, surface: string, { channel, ts, hash }: Delivery) => {
    // Progress after the end is stored too, so each write sets the expiry. No run waits 400 days for an approval.
    const args = [surface, JSON.stringify({ channel, ts, hash }), RETENTION_SECONDS];
    await runScript(link, WRITE, [keys.messages(runId)], args);
  };
  const unclaim = async (runId: string, surface: string) => {
    if (unsaved.get(runId)?.has(surface) === true) return;
    await runScript(link, UNCLAIM, [keys.claim(runId, surface)], [owner]);
  };
  return {
    async read(runId) {
      const owed = unsaved.get(runId) ?? new Map<string, Delivery>();
      for (const [surface, posted] of owed) {
        await save(runId, surface, posted);
        if (owed.get(surface) === posted) owed.delete(surface);
        await unclaim(runId, surface);
      }
      const fields = await link.run(() => link.redis.hgetall(keys.messages(runId)));
      return Object.fromEntries(
        Object.entries(fields).map(([surface, text]) => [surface, delivery.parse(JSON.parse(text))]),
      );
    },
    async write(runId, surface, posted) {
      try {
        await save(runId, surface, posted);
        unsaved.get(runId)?.delete(surface);
      } catch (error) {
        unsaved.set(runId, (unsaved.get(runId) ?? new Map<string, Delivery>()).set(surface, posted));
        throw error;
      }
    },
    async claim(runId, surface) {
      // The random part lets the same claim succeed when it is sent again, and a second claim of this process fail.
      return (
        (await runScript(link, CLAIM, [keys.claim(runId, surface)], [owner + randomUUID(), CLAIM_MS])) === 1
      );
    },
    unclaim,
  };
}
