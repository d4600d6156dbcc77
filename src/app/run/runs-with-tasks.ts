import type { KnownRun } from '../../domain/run/known-runs.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readAllOf } from './find-runs.ts';

const END_OF_TIME = '9999-12-31T23:59:59.999Z';

/**
 * Ended runs that owe something, now or at some time; of one site (`slug@environment`), or of all. Whoever has open follow-ups
 * is among them, because the next reminder is owed.
 */
export async function runsWithTasks(
  store: Pick<RunStore, 'withTasksDue' | 'read'>,
  site: string | null,
): Promise<readonly KnownRun[]> {
  return readAllOf(store, await store.withTasksDue(END_OF_TIME), site);
}
