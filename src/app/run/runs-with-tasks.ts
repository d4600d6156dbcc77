import type { KnownRun } from '../../domain/run/known-runs.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readAllOf } from './find-runs.ts';

const END_OF_TIME = '9999-12-31T23:59:59.999Z';

/**
 * Ended runs with tasks, due now or later; of one site (`slug@environment`), or of all. A run with open follow-ups is among
 * them: its next reminder is a task.
 */
export async function runsWithTasks(
  store: Pick<RunStore, 'withTasksDue' | 'read'>,
  site: string | null,
): Promise<readonly KnownRun[]> {
  return readAllOf(store, await store.withTasksDue(END_OF_TIME), site);
}
