import { type Refusal, refusal } from '../refusal.ts';
import type { Run } from './run.ts';

/** Why the bot does not act on the word of this record; null if it is sealed. `next`: what to do instead. */
export function unsealedRefusal(
  { id, isSealed }: Pick<Run, 'id' | 'isSealed'>,
  next: string,
): Refusal | null {
  return isSealed
    ? null
    : refusal(
        'record-unsealed',
        `The record of ${id} was begun by an older version of the bot. It isn't sealed, so whoever can write to Redis could have changed it.`,
        next,
      );
}
