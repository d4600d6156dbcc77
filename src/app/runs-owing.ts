import type { Run } from '../domain/run.ts';
import type { RunStore } from './ports.ts';

const END_OF_TIME = '9999-12-31T23:59:59.999Z';

/**
 * Ended runs that owe something, now or at some time; of one site, or of all. Whoever has open follow-ups is among them,
 * because the next reminder is owed.
 */
export async function runsOwing(
  store: Pick<RunStore, 'owing' | 'read'>,
  site: string | null,
): Promise<readonly Run[]> {
  const ids = await store.owing(END_OF_TIME);
  const runs = await Promise.all(ids.map((id) => store.read(id)));
  return runs.filter((run) => run !== null).filter((run) => site === null || run.request.site === site);
}
