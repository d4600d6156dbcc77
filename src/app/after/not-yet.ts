/** Somebody else is in the way for now: it is tried again, and there is nothing to say about it. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}
