import { randomUUID } from 'node:crypto';
import { storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { runScript } from './script.ts';

const LIFE = `
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
`;

/**
 * A name that the record keeps for as long as it keeps anything: where it is another one than before, everything was lost in
 * between. Errors: throws the link's sentence.
 */
export async function lifeOfRecord(link: RedisLink, prefix?: string): Promise<string> {
  return String(await runScript(link, LIFE, [storeKeys(prefix).life], [randomUUID()]));
}
