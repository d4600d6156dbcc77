import { isReviewOpen } from '../after/review.ts';
import type { GlassEvent } from '../run/event.ts';
import type { GlassRecord } from '../run/glass.ts';
import { isTerminal, type Run } from '../run/run.ts';

export const NO_GLASS: GlassRecord = { broken: [], toTell: [], told: [], review: null, reminders: [] };

/** Whether an event about a broken glass may be written now. */
export function mayFollowGlass(run: Run, event: GlassEvent): boolean {
  const { broken, told, reminders } = run.glass;
  switch (event.type) {
    case 'glass-broken':
      return event.glass.digest === waitingDigest(run);
    case 'glass-told':
      return told.length < broken.length && event.number === told.length + 1;
    case 'review-closed':
      return isTerminal(run.state) && isReviewOpen(run);
    case 'review-reminded':
      return isTerminal(run.state) && isReviewOpen(run) && event.number === reminders.length + 1;
  }
}

/** What waits for a second person: the plan, or a decision. null: nothing does. */
function waitingDigest({ state, plan, stop }: Run): string | null {
  if (state === 'awaiting-approval') return plan?.digest ?? null;
  return state === 'needs-decision' ? (stop?.asked?.digest ?? null) : null;
}

/** Breaking the glass of a plan lets it start. A decision begins with its own event, written together with this one. */
export function glassChanged(run: Run, event: GlassEvent, at: string): Run {
  const { glass } = run;
  switch (event.type) {
    case 'glass-broken': {
      const broken = [...glass.broken, event.glass];
      const next = { ...run, glass: { ...glass, broken, toTell: [...glass.toTell, event.told] } };
      return run.state === 'awaiting-approval' ? { ...next, state: 'ready', waitingSince: at } : next;
    }
    case 'glass-told':
      return { ...run, glass: { ...glass, told: [...glass.told, event.webhook] } };
    case 'review-closed':
      return { ...run, glass: { ...glass, review: { by: event.by, at, note: event.note } } };
    case 'review-reminded':
      return { ...run, glass: { ...glass, reminders: [...glass.reminders, at] } };
  }
}
