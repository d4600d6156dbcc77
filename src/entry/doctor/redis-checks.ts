import { type RedisFitness, redisFitness } from '../../store/fitness.ts';
import { letsAnybodyIn, OPEN_DOOR } from '../../store/open-door.ts';
import { openStoreRedis } from '../../store/redis.ts';
import { type Asked, askOne, type CheckResult, fail, ok, warn } from '../parts/check-result.ts';

const DEADLINE_MS = 8_000;

export interface RedisFacts {
  readonly address: string;
  readonly fitness: Asked<RedisFitness>;
  /** Whether anybody gets in without a password; null: can't tell. */
  readonly isOpen: boolean | null;
}

/** Asks a Redis what it is, and whom it lets in. Never throws. */
export async function inspectRedis(url: string): Promise<RedisFacts> {
  const link = openStoreRedis(url);
  const fitness = await askOne(DEADLINE_MS, async () => {
    await link.ready();
    return redisFitness(link);
  });
  await link.close();
  return { address: link.address, fitness, isOpen: await letsAnybodyIn(url) };
}

/** The same as in `docs/install.md`: a test compares them. */
export const CLOSE_THE_DOOR = `password=$(openssl rand -hex 32)
hash=$(printf %s "$password" | sha256sum | cut -c -64)
sed "s/PASSWORD_SHA256/$hash/" /opt/rollback-bot/redis.acl | install -m 640 -g redis /dev/stdin /etc/redis/users.acl
echo 'aclfile /etc/redis/users.acl' >> /etc/redis/redis.conf
systemctl restart redis-server
sed -i '/^REDIS_URL=/d' /etc/rollback-bot/rollback.env
echo "REDIS_URL=redis://rollback:$password@127.0.0.1:6379" >> /etc/rollback-bot/rollback.env`;

const FIX = `as root, where Redis runs (docs/install.md, step 6; with containers, its last part):
${CLOSE_THE_DOOR}
systemctl restart rollback-bot`;

/** Pure. `allowUnfit`: the configuration accepts a Redis that may lose runs. */
export function redisResults(
  { address, fitness, isOpen }: RedisFacts,
  allowUnfit: boolean,
): readonly CheckResult[] {
  if ('error' in fitness)
    return [
      fail(
        'Redis',
        fitness.error,
        `check REDIS_URL, and from this machine: redis-cli ${toCli(address)} ping`,
      ),
    ];
  const { version, problems } = fitness.answer;
  return [
    ok(`Redis: ${address} answers, version ${version}`),
    doorResult(isOpen),
    ...(problems.length === 0
      ? [ok('Redis: the append-only file is on'), ok('Redis: noeviction is set, so it drops no run')]
      : problems.map((problem) => unfit(problem, allowUnfit))),
  ];
}

/** `allowUnfit` is about losing runs, and does not excuse this. Nor does an address that only this machine reaches. */
function doorResult(isOpen: boolean | null): CheckResult {
  if (isOpen === null) return warn('Redis', "can't tell whether it lets anybody in without a password");
  return isOpen ? fail('Redis', OPEN_DOOR, FIX) : ok('Redis: it asks for a password');
}

/** Each problem ends with `: ` and what to do. */
function unfit(problem: string, allowUnfit: boolean): CheckResult {
  const colon = problem.lastIndexOf(': ');
  const [why, fix] =
    colon < 0 ? [problem, undefined] : [problem.slice(0, colon), problem.slice(colon + 2).replace(/\.$/, '')];
  return allowUnfit ? warn('Redis', `${why} (redis.allowUnfit is true)`, fix) : fail('Redis', why, fix);
}

function toCli(address: string): string {
  const found = /^\[?(.*?)\]?:(\d+)$/.exec(address);
  return found ? `-h ${found[1]} -p ${found[2]}` : `-s ${address}`;
}
