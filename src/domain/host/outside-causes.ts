import { type Refusal, refusal } from '../refusal.ts';
import type { HealthReading } from './health.ts';
import type { Survey, UnitState } from './survey.ts';
import { startWarnings } from './unit-rules.ts';

/** Checks of the health page that ask Redis: its cache, and the queue of Celery. */
const ASK_REDIS = ['cache', 'celery'];

/** From so many restarts since a person started it, a running unit is worth a warning. */
const MANY_RESTARTS = 3;

/**
 * A cause that no rollback cures: the health page asks Redis, and Redis does not answer. With any version of the code, the
 * rollback's own wait for a healthy answer would fail too.
 */
export function causeRefusal({ health, redis }: Pick<Survey, 'health' | 'redis'>): Refusal | null {
  if (!health.failing.includes('cache') || redis === null || redis.problem === null) return null;
  const others = health.failing.filter((name) => !ASK_REDIS.includes(name));
  const rest =
    others.length === 0
      ? 'Ask again only if the site is still unhealthy.'
      : `Then ask again: the health page also fails ${others.join(', ')}, and a rollback may cure that.`;
  return refusal(
    'cause-elsewhere',
    `Redis at ${redis.address} ${redis.problem}. The health page needs it (not ok: ${health.failing.join(', ')}), so no version of the site's code can be healthy now.`,
    `Start Redis on the host first: sudo systemctl start redis-server. Check it with: redis-cli ping. ${rest}`,
  );
}

/** What is wrong on the host and people should know before they decide. None of it forbids a rollback. */
export function causeWarnings(
  survey: Pick<Survey, 'health' | 'redis' | 'units' | 'otherUnits' | 'starts' | 'application'>,
  domain: string,
): readonly string[] {
  const { health, redis, units, otherUnits } = survey;
  return [
    ...units.flatMap(unitWarning),
    ...startWarnings(survey),
    ...otherUnits.map(
      (name) => `The bot does not stop or start ${name}: it stays on the code and data that it has.`,
    ),
    ...healthWarning(health, domain),
    ...redisWarning(health, redis),
  ];
}

function healthWarning({ status }: HealthReading, domain: string): readonly string[] {
  return status === 400
    ? [
        `On the host, the health page answers 400 for ${domain}. Check ALLOWED_HOSTS in .env: if the target answers the same, the rollback fails.`,
      ]
    : [];
}

function redisWarning({ failing }: HealthReading, redis: Survey['redis']): readonly string[] {
  if (redis !== null && redis.problem !== null)
    return [
      `Redis at ${redis.address} ${redis.problem}. If the target's health page needs it, the rollback fails.`,
    ];
  const onlyCache = failing.includes('cache') && failing.every((name) => ASK_REDIS.includes(name));
  if (!onlyCache) return [];
  const seen =
    redis === null ? "the bot can't tell whether Redis answers" : `Redis at ${redis.address} answers`;
  return [
    `Nothing but ${failing.join(' and ')} fails on the health page, and ${seen}. If the target uses the cache the same way, it won't be healthy either.`,
  ];
}

/** Visitors see the certificate of the proxy, which no rollback changes. */
export function certificateWarning(outside: HealthReading, behindProxy: HealthReading): readonly string[] {
  return outside.status === null && behindProxy.status !== null && /certificate|altname/i.test(outside.word)
    ? [
        `From outside, HTTPS fails because of the certificate (${outside.word}). A rollback won't change that: visitors see the error until someone renews the certificate.`,
      ]
    : [];
}

/** Exit codes of systemd itself: https://www.freedesktop.org/software/systemd/man/systemd.exec.html */
const EXIT_WORDS: Readonly<Record<number, string>> = {
  200: "systemd can't enter its working directory (200/CHDIR)",
  203: "systemd can't start its program (203/EXEC); check that it is in venv/bin",
  217: 'its user does not exist (217/USER)',
};

const RESULT_WORDS: Readonly<Record<string, string>> = {
  'oom-kill': 'the host ran out of memory',
  signal: 'a signal killed it',
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
    return [`${name} is running, but systemd has restarted it ${times}.`];
  return active === 'active' ? [] : [`${name} is not running (${active}).`];
}

function whyItEnded({ exitStatus, result }: UnitState): string {
  return EXIT_WORDS[exitStatus] ?? RESULT_WORDS[result] ?? `its last exit code was ${exitStatus}`;
}
