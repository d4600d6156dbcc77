import type { RunStore } from '../../app/ports/run-store.ts';
import { openStoreRedis } from '../../store/redis.ts';
import { createRunStore } from '../../store/run-store.ts';
import { createRecordKeys } from './record-keys.ts';
import { type Setup, secretsOf, systemClock } from './setup.ts';

/**
 * Opens the record for one command, which writes nothing, and closes it again. Errors: throws a sentence if Redis does not
 * answer.
 */
export async function withStore(setup: Setup, work: (store: RunStore) => Promise<void>): Promise<void> {
  const { environment } = setup;
  const recordKeys = createRecordKeys(secretsOf(setup), []);
  if (environment.redisUrl === null) throw new Error('REDIS_URL is needed');
  const link = openStoreRedis(environment.redisUrl.reveal());
  try {
    await link.ready();
    await work(createRunStore(link, { clock: systemClock, recordKeys }));
  } finally {
    await link.close();
  }
}

/** Ids of every run that the record knows, oldest first. Runs that have not ended are always among them. */
export async function allRuns(store: RunStore): Promise<readonly string[]> {
  const recent = (await store.recent(Number.MAX_SAFE_INTEGER)).toReversed();
  const active = (await store.active()).toSorted();
  return [...new Set([...recent, ...active])];
}
