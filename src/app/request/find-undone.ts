import { chooseUndone, type UndoChoice } from '../../domain/outcome/undo.ts';
import { refusal } from '../../domain/refusal.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readAll, readable } from '../run/find-runs.ts';

/** Nobody goes further back than this one step at a time. */
const MOST_RUNS = 50;

/** The run that an undo of this site takes back. `wanted`: a run's id, or null for the newest run that changed the site. */
export async function findUndone(
  store: Pick<RunStore, 'read' | 'recentOn'>,
  site: Site,
  wanted: string | null,
): Promise<UndoChoice> {
  const ids = await store.recentOn(siteKey(site), MOST_RUNS);
  const known = await readAll(store, ids);
  // A run that can't be read may have changed the site, so nothing older than it may be undone.
  const end = known.findIndex(({ kind }) => kind === 'unreadable');
  const unread = known[end];
  const choice = chooseUndone(readable(end < 0 ? known : known.slice(0, end)), site.name, wanted);
  if (choice.kind === 'undo' || unread?.kind !== 'unreadable') return choice;
  const sentence = `The record of ${unread.id} can't be read (${unread.why}), so it's unknown what it changed on ${site.name}.`;
  const next =
    'Nothing was changed. If a newer bot wrote that record, update this one. Otherwise take the site back by hand.';
  return { kind: 'refused', refusal: refusal('record-unreadable', sentence, next) };
}
