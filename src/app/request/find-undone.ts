import { chooseUndone, type UndoChoice } from '../../domain/outcome/undo.ts';
import { refusal } from '../../domain/refusal.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readAll, readable } from '../run/find-runs.ts';

/** Further back than this nobody goes step by step. */
const MOST_RUNS = 50;

/** The run that an undo of this site takes back; `wanted`: a run's id, or null for the newest that changed the site. */
export async function findUndone(
  store: Pick<RunStore, 'read' | 'recentOn'>,
  site: Site,
  wanted: string | null,
): Promise<UndoChoice> {
  const ids = await store.recentOn(siteKey(site), MOST_RUNS);
  const known = await readAll(store, ids);
  // What one that cannot be read has changed is not known: nothing older than it may be taken back.
  const end = known.findIndex(({ kind }) => kind === 'unreadable');
  const unread = known[end];
  const choice = chooseUndone(readable(end < 0 ? known : known.slice(0, end)), site.name, wanted);
  if (choice.kind === 'undo' || unread?.kind !== 'unreadable') return choice;
  const sentence = `The record of ${unread.id} cannot be read (${unread.why}), so what it has changed on ${site.name} is not known.`;
  const next =
    'Nothing was changed. Update the bot if that is a newer record; else take the site back by hand.';
  return { kind: 'refused', refusal: refusal('record-unreadable', sentence, next) };
}
