import type { RunEvent } from './event.ts';
import type { Author } from './seal.ts';

/** What people did. Only the bot sees who clicks, so no worker may say that somebody approved or decided. */
const OF_PEOPLE: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'requested',
  'measure-asked',
  'approved',
  'started',
  'denied',
  'cancelled',
  'cancel-asked',
  'recovery-asked',
  'recovery-approved',
  'recovery-begun',
  'glass-broken',
  'review-closed',
  'acknowledged',
  'taken-over',
  'ticked',
  'closed',
  'back-said',
  'follow-up',
]);

/** A person does these, or they happen on their own: a request expires, an undo closes what it took back. */
const OF_BOTH: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'recovery-dropped',
  'follow-ups-closed',
]);

/** Who may write such an event. */
export function authorsOf({ type }: RunEvent): readonly Author[] {
  if (OF_BOTH.has(type)) return ['bot', 'worker'];
  return OF_PEOPLE.has(type) ? ['bot'] : ['worker'];
}
