import { isCancelled } from '../../domain/run/attempts.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { isHostSilent } from '../../domain/run/host-silence.ts';
import { overdue } from '../../domain/run/overdue.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Hosts } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';
import type { Clock } from '../ports/outside.ts';
import type { Inventory } from '../ports/site.ts';
import type { Leases } from '../ports/workers.ts';
import { onHost } from '../run/on-host.ts';
import type { RunWriter } from '../run/pickup.ts';
import { attemptOf } from './attempt-of.ts';
import { newsOf } from './journal-events.ts';

/** How long the worker waits for a silent host, in milliseconds. */
export interface HostPatience {
  /** Until it calls people. */
  readonly lostAfterMs: number;
  /** Between two questions to a host after it has called people. */
  readonly askAgainMs: number;
}

/** A reboot takes less than two minutes. A site that is down for longer needs people who can do something about it. */
export const HOST_PATIENCE: HostPatience = { lostAfterMs: 2 * 60_000, askAgainMs: 30_000 };

/** The host did not answer. The record says since when, so that another worker counts on from there. */
export async function noAnswer(
  { clock, patience }: { readonly clock: Clock; readonly patience: HostPatience },
  writer: RunWriter,
  { message: why }: HostError,
): Promise<void> {
  if (isHostSilent(writer.run())) return;
  if (writer.run().silence === null) await writer.append({ type: 'host-silent', why });
  const now = clock.now();
  const silentMs = Date.parse(now) - Date.parse(writer.run().silence?.since ?? now);
  if (silentMs >= patience.lostAfterMs) await writer.append({ type: 'host-lost', why });
}

/** Appends what the host said. If it was silent before, first appends that it answers again. */
export async function answered(writer: RunWriter, ...said: readonly RunEvent[]): Promise<void> {
  const news: readonly RunEvent[] = writer.run().silence === null ? [] : [{ type: 'host-answers' }];
  if (news.length + said.length > 0) await writer.append(...news, ...said);
}

export interface AskHostDeps {
  readonly hosts: Hosts;
  readonly inventory: Inventory;
  /** Nobody releases these leases. So each host is asked once in a while, by whichever worker comes first. */
  readonly asking: Pick<Leases, 'take'>;
  readonly pickupName: () => string;
  readonly patience: HostPatience;
}

/**
 * Whether a host answers again after the bot called people. Asks without writing to the record and without holding the run,
 * because the host may stay silent for days.
 */
export async function answersAgain(
  { hosts, inventory, asking, pickupName, patience }: AskHostDeps,
  run: Run,
): Promise<boolean> {
  const site = inventory.byKey(run.request.site);
  if (site === undefined || !(await asking.take(run.id, pickupName(), patience.askAgainMs))) return false;
  try {
    // Ask for a status, not only a login: a host that has lost its disk still accepts connections.
    return await onHost(hosts, site, async (host) => {
      let hasNews = false;
      const { status } = await host.follow(attemptOf(run), { offset: 0, seconds: 0 }, (line) => {
        hasNews ||= newsOf(run, line) !== null;
      });
      if (hasNews || status.kind !== 'running' || overdue(run, status.quietSeconds) === null) return true;
      if (isCancelled(run)) await host.cancel(attemptOf(run));
      return false;
    });
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}
