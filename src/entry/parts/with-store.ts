import type { Factors } from '../../app/ports/factors.ts';
import type { RunStore } from '../../app/ports/run-store.ts';
import { createFactors } from '../../store/factors.ts';
import { openStoreRedis } from '../../store/redis.ts';
import { createRunStore } from '../../store/run-store.ts';
import { createFactorSeals } from './factor-seals.ts';
import { createRecordKeys } from './record-keys.ts';
import { type Setup, secretsOf, systemClock } from './setup.ts';

/** What one command needs of Redis. */
export interface Stores {
  readonly runs: RunStore;
  readonly factors: Factors;
}

/**
 * Opens Redis for one command, and closes it again. The command writes nothing to the record. Errors: throws a sentence if
 * Redis does not answer.
 */
export async function withStores<Result>(
  setup: Setup,
  work: (stores: Stores) => Promise<Result>,
): Promise<Result> {
  const { environment } = setup;
  const secrets = secretsOf(setup);
  if (environment.redisUrl === null) throw new Error('REDIS_URL is needed');
  const link = openStoreRedis(environment.redisUrl.reveal());
  try {
    await link.ready();
    return await work({
      runs: createRunStore(link, { clock: systemClock, recordKeys: createRecordKeys(secrets, []) }),
      factors: createFactors(link, createFactorSeals(secrets)),
    });
  } finally {
    await link.close();
  }
}

/** The same for a command that only reads the record. */
export function withStore(setup: Setup, work: (store: RunStore) => Promise<void>): Promise<void> {
  return withStores(setup, ({ runs }) => work(runs));
}

/** Ids of every run that the record knows, oldest first. Runs that have not ended are always among them. */
export async function allRuns(store: RunStore): Promise<readonly string[]> {
  const recent = (await store.recent(Number.MAX_SAFE_INTEGER)).toReversed();
  const active = (await store.active()).toSorted();
  return [...new Set([...recent, ...active])];
}
