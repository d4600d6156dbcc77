import { oneLine } from '../text/printable.ts';

/** In characters: one line of a phone's card, more or less twice. */
export const LONGEST_REASON = 200;

/**
 * What somebody typed beside Approve or Deny, as it is stored: one line, bounded, with a mark for what nobody can see. A press
 * counts whatever stands there, so nothing is refused. Absent: nothing that could be read. Whoever shows it takes the meaning of
 * marks out, by the rules of the place.
 */
export function reasonOf(typed: unknown): { readonly reason?: string } {
  const reason = typeof typed === 'string' ? oneLine(typed, LONGEST_REASON) : '';
  return reason === '' ? {} : { reason };
}
