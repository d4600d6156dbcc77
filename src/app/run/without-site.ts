import { isAllowed } from '../../domain/lifecycle/allowed.ts';
import { refusal } from '../../domain/refusal.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import { pickUp, type WriterDeps } from './pickup.ts';

/**
 * The worker's configuration lacks the site, so nothing can be done on its host: a run that has not begun its switch ends.
 * Errors: throws if the switch has begun; the run then waits for its site.
 */
export async function endWithoutSite(deps: WriterDeps, run: Run, pickup: string): Promise<void> {
  const refused: RunEvent = {
    type: 'refused',
    refusal: refusal(
      'host-unsupported',
      `The site ${run.request.site} is not in the worker's configuration.`,
      'Give bot and worker the same configuration.',
    ),
  };
  const end = [refused, { type: 'expired' } as const].find((event) => isAllowed(run, event));
  // Throw before writing anything. Otherwise each round would add an event for as long as the site is missing.
  if (end === undefined)
    throw new Error(
      `${run.id} is ${run.state}, but ${run.request.site} is no longer in the configuration: put it back until the run has ended`,
    );
  const writer = await pickUp(deps, run, pickup);
  await writer.append(end);
}
