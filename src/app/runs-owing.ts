import type { Known } from '../domain/standing.ts';
import { readAll } from './look-up.ts';
import type { RunStore } from './ports.ts';

const END_OF_TIME = '9999-12-31T23:59:59.999Z';

/**
 * Ended runs that owe something, now or at some time; of one site (`slug@environment`), or of all. Whoever has open follow-ups
 * is among them, because the next reminder is owed. Of one that cannot be read the environment is not known: it is among those
 * of each.
 */
export async function runsOwing(
  store: Pick<RunStore, 'owing' | 'read'>,
  site: string | null,
): Promise<readonly Known[]> {
  const ids = await store.owing(END_OF_TIME);
  // Ids begin with the slug: the records of other sites need not be read.
  const ofSlug = site === null ? '' : `${site.split('@')[0]}-`;
  const known = await readAll(
    store,
    ids.filter((id) => id.startsWith(ofSlug)),
  );
  return known.filter((one) => one.kind === 'unreadable' || site === null || one.run.request.site === site);
}
