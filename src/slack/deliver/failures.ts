import type { Delivery } from '../../app/ports/deliveries.ts';
import type { Clock } from '../../app/ports/outside.ts';
import type { RunStore } from '../../app/ports/run-store.ts';
import type { Run } from '../../domain/run/run.ts';
import { slackError } from '../client/slack-error.ts';
import type { Surface } from '../render/blocks/surface.ts';
import { type UnreachableChannel, whyUnreachable } from '../render/stakeholders/unreachable-channel.ts';

/** A message that Slack did not take. */
export interface DeliveryFailure {
  readonly surface: Surface;
  readonly error: unknown;
}

/** A person has to fix an unreachable channel. The bot tries again after this at first, then ever more rarely, for a day. */
const SHORTEST_RETRY_MS = 30_000;

const LONGEST_RETRY_MS = 3_600_000;

const GIVEN_UP_AFTER_MS = 24 * 3_600_000;

/** Whether the message is for stakeholders. */
export function isForStakeholders({ key, thread }: Surface): boolean {
  return [key, thread].includes('stakeholders');
}

/** The stakeholders' channel if the bot cannot post to it: the message's own, which may differ from today's configuration. */
export function unreachableOf(
  failures: readonly DeliveryFailure[],
  posted: Readonly<Record<string, Delivery>>,
): UnreachableChannel | null {
  for (const { surface, error } of failures) {
    const why = whyUnreachable(slackError(error));
    if (why !== null && isForStakeholders(surface))
      return { channel: posted[surface.key]?.channel ?? surface.channel, why };
  }
  return null;
}

/**
 * What to log, and after how many milliseconds to try again. The bot tries an unreachable channel ever more rarely, and gives up
 * a day after the run's last event. The run's thread already reports the stakeholders' channel, so that one is not logged.
 */
export async function toLog(
  deps: { readonly clock: Clock; readonly store: RunStore },
  run: Run,
  failures: readonly DeliveryFailure[],
): Promise<{ readonly rest: readonly unknown[]; readonly again: number | null }> {
  const isUnreachable = ({ error }: DeliveryFailure) => whyUnreachable(slackError(error)) !== null;
  const again = failures.some(isUnreachable) ? await untilNextTry(deps, run) : null;
  const rest = failures.filter(
    (one) => !isUnreachable(one) || (again !== null && !isForStakeholders(one.surface)),
  );
  return { rest: rest.map(({ error }) => error), again };
}

/** In milliseconds; null: only the run's next event tries again. */
async function untilNextTry(
  { clock, store }: { readonly clock: Clock; readonly store: RunStore },
  run: Run,
): Promise<number | null> {
  if (run.end === null) return SHORTEST_RETRY_MS;
  const newest = (await store.events(run.id)).at(-1)?.at ?? run.end.at;
  const age = Date.parse(clock.now()) - Date.parse(newest);
  return age > GIVEN_UP_AFTER_MS ? null : Math.min(Math.max(age / 4, SHORTEST_RETRY_MS), LONGEST_RETRY_MS);
}
