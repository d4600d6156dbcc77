import { type RedisFitness, redisFitness } from '../../store/fitness.ts';
import { openStoreRedis } from '../../store/redis.ts';
import { type Asked, askOne, type CheckResult, fail, ok, warn } from '../parts/check-result.ts';

const DEADLINE_MS = 8_000;

/** Asks a Redis what it is. Never throws. */
export async function inspectRedis(
  url: string,
): Promise<{ readonly address: string; readonly fitness: Asked<RedisFitness> }> {
  const link = openStoreRedis(url);
  const fitness = await askOne(DEADLINE_MS, async () => {
    await link.ready();
    return redisFitness(link);
  });
  await link.close();
  return { address: link.address, fitness };
}

/** Pure. `allowUnfit`: the configuration accepts a Redis that may lose runs. */
export function redisResults(
  address: string,
  fitness: Asked<RedisFitness>,
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
  const answers = ok(`Redis: ${address} answers, version ${version}`);
  if (problems.length === 0)
    return [
      answers,
      ok('Redis: the append-only file is on'),
      ok('Redis: noeviction is set, so it drops no run'),
    ];
  return [answers, ...problems.map((problem) => unfit(problem, allowUnfit))];
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
