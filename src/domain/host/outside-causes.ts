import { type Refusal, refusal } from '../refusal.ts';
import type { HealthReading } from './health.ts';
import type { Survey, UnitState } from './survey.ts';

/** Checks of the health page that ask Redis: its cache, and the queue of Celery. */
const ASK_REDIS = ['cache', 'celery'];

/** Restarts since the last start by hand from which on a unit that runs right now is still worth a word. */
const MANY_RESTARTS = 3;

/**
 * A cause that no rollback cures: the health page asks Redis, and Redis does not answer. The rollback's own wait for a
 * healthy answer could not end well either, with any version of the code.
 */
export function causeRefusal({ health, redis }: Pick<Survey, 'health' | 'redis'>): Refusal | null {
  if (!health.failing.includes('cache') || redis === null || redis.problem === null) return null;
  const others = health.failing.filter((name) => !ASK_REDIS.includes(name));
  const rest =
    others.length === 0
      ? 'Ask again only if something is still wrong then.'
      : `Then ask again: the health page does not pass ${others.join(', ')} either, and a rollback may cure that.`;
  return refusal(
    'cause-elsewhere',
    `Redis at ${redis.address} ${redis.problem}. The health page needs it (not ok: ${health.failing.join(', ')}), so no version of the site's code can be healthy now.`,
    `Start Redis first, on the host: sudo systemctl start redis-server, and try: redis-cli ping. ${rest}`,
  );
}

/** What people should know about the host's own trouble before they decide; nothing of it forbids a rollback. */
export function causeWarnings(
  { health, redis, units, otherUnits }: Pick<Survey, 'health' | 'redis' | 'units' | 'otherUnits'>,
  domain: string,
): readonly string[] {
  return [
    ...units.flatMap(unitWarning),
    ...otherUnits.map(
      (name) =>
        `${name} is neither stopped nor started by the bot: it goes on with the code and data that it has.`,
    ),
    ...healthWarning(health, domain),
    ...redisWarning(health, redis),
  ];
}

function healthWarning({ status }: HealthReading, domain: string): readonly string[] {
  return status === 400
    ? [
        `On the host itself the health page answers 400 to ${domain}: is that in ALLOWED_HOSTS of .env? If the target does the same, the rollback is put back.`,
      ]
    : [];
}

function redisWarning({ failing }: HealthReading, redis: Survey['redis']): readonly string[] {
  if (redis !== null && redis.problem !== null)
    return [
      `Redis at ${redis.address} ${redis.problem}. If the target's health page needs it, the rollback is put back.`,
    ];
  const onlyCache = failing.includes('cache') && failing.every((name) => ASK_REDIS.includes(name));
  if (!onlyCache) return [];
  const seen = redis === null ? 'whether it answers cannot be seen' : `Redis at ${redis.address} answers`;
  return [
    `The health page does not pass ${failing.join(' and ')} alone, and ${seen}. If the target uses the cache in the same way, it is not healthy either.`,
  ];
}

/** Visitors see the certificate of the proxy, which no rollback changes. */
export function certificateWarning(outside: HealthReading, behindProxy: HealthReading): readonly string[] {
  return outside.status === null && behindProxy.status !== null && /certificate|altname/i.test(outside.word)
    ? [
        `From outside, HTTPS fails by its certificate (${outside.word}). A rollback does not change that: visitors keep seeing it until the certificate is renewed.`,
      ]
    : [];
}

/** Exit codes of systemd itself: https://www.freedesktop.org/software/systemd/man/systemd.exec.html */
const EXIT_WORDS: Readonly<Record<number, string>> = {
  200: 'its working directory cannot be entered (200/CHDIR)',
  203: 'its program cannot be started (203/EXEC); look whether it is in venv/bin',
  217: 'its user does not exist (217/USER)',
};

const RESULT_WORDS: Readonly<Record<string, string>> = {
  'oom-kill': 'the host had no memory left for it',
  signal: 'it was killed by a signal',
  'start-limit-hit': 'it died so often that systemd gave up',
  timeout: 'it took too long',
};

function unitWarning(unit: UnitState): readonly string[] {
  const { name, active, sub, restarts } = unit;
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  if (active === 'failed') return [`${name} has failed: ${whyItEnded(unit)}.`];
  if (sub === 'auto-restart')
    return [`${name} does not stay up, and systemd has restarted it ${times}: ${whyItEnded(unit)}.`];
  if (active === 'active' && restarts >= MANY_RESTARTS)
    return [`${name} runs right now, but systemd has restarted it ${times}.`];
  return active === 'active' ? [] : [`${name} does not run (${active}).`];
}

function whyItEnded({ exitStatus, result }: UnitState): string {
  return EXIT_WORDS[exitStatus] ?? RESULT_WORDS[result] ?? `its last exit code was ${exitStatus}`;
}
