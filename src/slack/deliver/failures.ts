import type { Delivery } from '../../app/ports/deliveries.ts';
import type { Clock } from '../../app/ports/outside.ts';
import type { RunStore } from '../../app/ports/run-store.ts';
import type { Run } from '../../domain/run/run.ts';
import { slackError } from '../client/slack-error.ts';
import type { Surface } from '../render/blocks/surface.ts';
import { type UnreachableChannel, whyUnreachable } from '../render/stakeholders/unreachable-channel.ts';

/** A message that Slack does not take. */
export interface DeliveryFailure {
  readonly surface: Surface;
  readonly error: unknown;
}

/** A channel that takes nothing is for people to mend: it is tried again at first after this, and for a day. */
const SHORTEST_RETRY_MS = 30_000;

const LONGEST_RETRY_MS = 3_600_000;

const GIVEN_UP_AFTER_MS = 24 * 3_600_000;

/** Whether it is for the stakeholders. */
export function isTheirs({ key, thread }: Surface): boolean {
  return [key, thread].includes('stakeholders');
}

/** The stakeholders' channel where it takes nothing: that of the message, which need not be the one of today's configuration. */
export function unreachableOf(
  troubles: readonly DeliveryFailure[],
  posted: Readonly<Record<string, Delivery>>,
): UnreachableChannel | null {
  for (const { surface, error } of troubles) {
    const why = whyUnreachable(slackError(error));
    if (why !== null && isTheirs(surface))
      return { channel: posted[surface.key]?.channel ?? surface.channel, why };
  }
  return null;
}

/**
 * What is for the log, and after how many milliseconds to look again: a channel that takes nothing is tried ever more rarely,
 * and given up a day after the last that has happened. That of the stakeholders is not for the log: it is in the run's thread.
 */
export async function leftForTheLog(
  deps: { readonly clock: Clock; readonly store: RunStore },
  run: Run,
  troubles: readonly DeliveryFailure[],
): Promise<{ readonly rest: readonly unknown[]; readonly again: number | null }> {
  const isDeaf = ({ error }: DeliveryFailure) => whyUnreachable(slackError(error)) !== null;
  const again = troubles.some(isDeaf) ? await untilNextTry(deps, run) : null;
  const rest = troubles.filter((one) => !isDeaf(one) || (again !== null && !isTheirs(one.surface)));
  return { rest: rest.map(({ error }) => error), again };
}

/** In milliseconds; null: only the next event of the run is another try. */
async function untilNextTry(
  { clock, store }: { readonly clock: Clock; readonly store: RunStore },
  run: Run,
): Promise<number | null> {
  if (run.end === null) return SHORTEST_RETRY_MS;
  const newest = (await store.events(run.id)).at(-1)?.at ?? run.end.at;
  const age = Date.parse(clock.now()) - Date.parse(newest);
  return age > GIVEN_UP_AFTER_MS ? null : Math.min(Math.max(age / 4, SHORTEST_RETRY_MS), LONGEST_RETRY_MS);
}
