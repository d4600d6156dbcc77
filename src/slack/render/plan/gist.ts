import { restoresDatabase } from '../../../domain/plan/mode.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import { utc } from '../../../report/text.ts';

/** The plan in two sentences, for places that have room for no more. */

export function windowSentence({ binding }: Plan): string {
  return restoresDatabase(binding.mode)
    ? 'The site goes down, and its database is overwritten with a backup.'
    : 'The site goes down for a moment.';
}

export function lossSentence({ facts: { backup } }: Plan): string {
  return backup
    ? `Everything written to its database after ${utc(backup.takenAt)} will be lost.`
    : 'Its database stays as it is.';
}
