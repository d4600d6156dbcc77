import type { RedisLink } from './redis.ts';

/** Whether this Redis can hold the record: what it is, and one line for each thing to change. */
export interface RedisFitness {
  readonly version: string;
  readonly aof: boolean;
  readonly policy: string;
  readonly problems: readonly string[];
}

const OLDEST = { major: 6, minor: 2 };

/** Asks only `INFO`: managed services block `CONFIG`. */
export async function redisFitness(link: RedisLink): Promise<RedisFitness> {
  return judgeInfo(await link.run(() => link.redis.info()));
}

/** Judges the text of `INFO`. */
export function judgeInfo(info: string): RedisFitness {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown';
  const version = field('redis_version');
  const aof = field('aof_enabled') === '1';
  const policy = field('maxmemory_policy');
  const problems = [
    isOld(version) && `Redis ${version} is too old: install 6.2 or later, or Valkey.`,
    !aof && 'The append-only file is off, so a restart would lose runs: set "appendonly yes".',
    policy !== 'noeviction' &&
      `maxmemory-policy is ${policy}, so Redis may drop runs when memory is short: set "maxmemory-policy noeviction".`,
    /^(slave|replica)$/.test(field('role')) &&
      'This is a replica, which takes no writes: set REDIS_URL to the primary.',
    aof &&
      field('aof_last_write_status') === 'err' &&
      "Redis can't write its append-only file: free disk space on its host, and check its log.",
  ];
  return { version, aof, policy, problems: problems.filter((problem) => problem !== false) };
}

function isOld(version: string): boolean {
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number);
  // An unreadable version counts as old: better one question too many than false trust.
  return !(major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor));
}
