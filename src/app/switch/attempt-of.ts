import type { Run } from '../../domain/run/run.ts';
import type { Attempt } from '../../remote/run-commands.ts';

/** The attempt of a run that is under way or ended last, as its host knows it. */
export function attemptOf({ id, attempt, plan, recovery }: Run): Attempt {
  return { run: id, number: attempt, digest: recovery?.digest ?? plan?.digest ?? '' };
}
