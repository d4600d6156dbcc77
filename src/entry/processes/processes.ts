import type { Author } from '../../domain/run/seal.ts';
import { createLogger } from '../../log.ts';
import { createMetrics } from '../../metrics.ts';
import { openWakeups } from '../../queue/wakeups.ts';
import { redisFitness } from '../../store/fitness.ts';
import { lifeOfRecord } from '../../store/life.ts';
import { letsAnybodyIn, OPEN_DOOR } from '../../store/open-door.ts';
import { openStoreRedis, openWorkerRedis } from '../../store/redis.ts';
import { createRunStore } from '../../store/run-store.ts';
import { type Readiness, startHealthServer } from '../parts/health-server.ts';
import { createRecordKeys } from '../parts/record-keys.ts';
import { type Setup, secretsOf, systemClock } from '../parts/setup.ts';
import { type ProcessPart, RHYTHM, type Rhythm, type Shared } from './shared.ts';
import { startBot } from './start-bot.ts';
import { startWorker } from './start-worker.ts';

/** A stop that takes longer is cut off. The program on the host continues either way. */
const STOP_MS = 30_000;

/** Starts the halves in one process, and ends it on SIGTERM or SIGINT without losing anything. */
export async function runProcess(
  setup: Setup,
  halves: readonly Author[],
  pace: Rhythm = RHYTHM,
): Promise<void> {
  const shared = await openShared(setup, halves, pace);
  const { log } = shared;
  const parts: ProcessPart[] = [];
  // The worker first: it does not need Slack, and running rollbacks need it.
  if (halves.includes('worker')) parts.push(await startWorker(shared));
  if (halves.includes('bot')) parts.push(startBot(shared));
  const closeHttp = await openHttp(shared, parts);
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    void Promise.all(parts.map((part) => part.stop()))
      .then(() => shared.wakeups.close())
      .then(() => Promise.all([shared.storeLink.close(), shared.workerLink.close()]))
      .then(() => {
        closeHttp?.();
        log.info('stopped');
        process.exit(0);
      })
      .catch((error: unknown) => {
        log.error({ err: error }, 'stopping went wrong');
        process.exit(1);
      });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

async function openShared(setup: Setup, halves: readonly Author[], pace: Rhythm): Promise<Shared> {
  const { redisUrl, logLevel } = setup.environment;
  if (redisUrl === null) throw new Error('REDIS_URL is needed');
  const log = createLogger(logLevel);
  for (const warning of [...setup.environment.warnings, ...setup.configuration.warnings]) log.warn(warning);
  const storeLink = openStoreRedis(redisUrl.reveal());
  const workerLink = openWorkerRedis(redisUrl.reveal());
  await storeLink.ready();
  const fitness = await redisFitness(storeLink);
  for (const problem of fitness.problems) log.warn({ problem }, 'redis may lose runs');
  if (await letsAnybodyIn(redisUrl.reveal()))
    log.warn(`redis at ${storeLink.address}: ${OPEN_DOOR}: run "rollback-bot doctor", which says what to do`);
  return {
    ...setup,
    pace,
    log,
    metrics: createMetrics(),
    storeLink,
    workerLink,
    store: createRunStore(storeLink, {
      clock: systemClock,
      recordKeys: createRecordKeys(secretsOf(setup), halves),
      // An anchor outside of Redis: `audit verify --log` finds what Redis has lost since.
      written: (run, { seq, hash, event }) => log.info({ run, seq, event: event.type, hash }, 'recorded'),
    }),
    wakeups: await openWakeups(storeLink),
  };
}

async function openHttp(shared: Shared, parts: readonly ProcessPart[]): Promise<(() => void) | null> {
  const { metricsPort } = shared.environment;
  if (metricsPort === null) return null;
  const redis: Readiness = {
    name: 'redis',
    check: async () => {
      // This writes to Redis. A mere ping would be answered by a replica or a full Redis, too.
      await lifeOfRecord(shared.storeLink);
      return null;
    },
  };
  return startHealthServer(metricsPort, shared.metrics, [redis, ...parts.flatMap((part) => part.readiness)]);
}
