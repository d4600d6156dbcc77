import { randomUUID } from 'node:crypto';
import { storeKeys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { runScript } from './script.ts';

const LIFE = `
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
`;

/**
 * A name for the unbroken life of the record. If it changes, either everything was lost in between, or the server was
 * restarted and may have lost the last second or come up from a backup. Errors: throws the link's sentence.
 */
export async function lifeOfRecord(link: RedisLink, prefix?: string): Promise<string> {
  const name = String(await runScript(link, LIFE, [storeKeys(prefix).life], [randomUUID()]));
  const server = /^run_id:(\w+)/m.exec(await link.run(() => link.redis.info('server')))?.[1];
  return `${name} ${server ?? ''}`;
}
