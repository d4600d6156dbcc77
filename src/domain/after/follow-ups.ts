import type { Confirmation } from '../checklist/confirmation.ts';
import { type FollowUpId, ITEMS, isFollowUpId, type OpenFollowUp } from '../checklist/follow-up-items.ts';
import { changesCode } from '../plan/mode.ts';
import { kindOf } from '../run/request.ts';
import type { Run } from '../run/run.ts';

/** One follow-up as it stands. */
export interface FollowUp {
  readonly id: FollowUpId;
  readonly title: string;
  readonly questions: string;
  /** Who has taken it, and when; null: nobody. */
  readonly owner: Confirmation | null;
  /** Who says that it is done; null: it is open. */
  readonly done: Confirmation | null;
}

/**
 * All follow-ups of a run that succeeded and changed the site's code; empty for every other run. A restore of the database
 * alone leaves no version behind, and an undo has already tried that version again.
 */
export function followUpsOf(run: Run): readonly FollowUp[] {
  if (run.state !== 'succeeded' || run.plan === null || !changesCode(run.plan.binding.mode)) return [];
  if (kindOf(run.request) === 'undo') return [];
  const { owners, done } = run.followUps;
  return Object.keys(ITEMS)
    .filter(isFollowUpId)
    .map((id) => ({ id, ...ITEMS[id], owner: owners[id] ?? null, done: done[id] ?? null }));
}

/** Those that are still open; empty once all are done, or once someone closed them. */
export function openFollowUps(run: Run): readonly FollowUp[] {
  return run.followUps.closed === null ? followUpsOf(run).filter(({ done }) => done === null) : [];
}

export function openWithOwners(run: Run): readonly OpenFollowUp[] {
  return openFollowUps(run).map(({ id, owner }) => ({ item: id, owner: owner?.by ?? null }));
}

/** When the last one was done, or someone closed them, ISO 8601; null: some are open, or there are none. */
export function followUpsClosedAt(run: Run): string | null {
  return followUpsOf(run).length > 0 && openFollowUps(run).length === 0 ? run.followUps.changedAt : null;
}
