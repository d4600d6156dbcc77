import type { Site } from '../domain/site.ts';
import { siteKey } from '../domain/site.ts';
import { chooseUndone, type UndoChoice } from '../domain/undo.ts';
import type { RunStore } from './ports.ts';

/** Further back than this nobody goes step by step. */
const MOST_RUNS = 50;

/** The run that an undo of this site takes back; `wanted`: a run's id, or null for the newest that changed the site. */
export async function findUndone(
  store: Pick<RunStore, 'read' | 'recentOn'>,
  site: Site,
  wanted: string | null,
): Promise<UndoChoice> {
  const ids = await store.recentOn(siteKey(site), MOST_RUNS);
  const runs = await Promise.all(ids.map((id) => store.read(id)));
  return chooseUndone(
    runs.filter((run) => run !== null),
    site.name,
    wanted,
  );
}
