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

/** How long a host that gives no answer is waited for, in milliseconds. */
export interface HostPatience {
  /** Until people are called. */
  readonly lostAfterMs: number;
  /** Between two questions to a host for which people were called. */
  readonly askAgainMs: number;
}

/** A host reboots in less than two minutes, and so long a site may be down that people can do something about. */
export const HOST_PATIENCE: HostPatience = { lostAfterMs: 2 * 60_000, askAgainMs: 30_000 };

/** The host did not answer. How long it has been silent is in the record, so that another worker counts on. */
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

/** What the host has said, after the word that it answers again where that is news. */
export async function answered(writer: RunWriter, ...said: readonly RunEvent[]): Promise<void> {
  const news: readonly RunEvent[] = writer.run().silence === null ? [] : [{ type: 'host-answers' }];
  if (news.length + said.length > 0) await writer.append(...news, ...said);
}

export interface AskHostDeps {
  readonly hosts: Hosts;
  readonly inventory: Inventory;
  /** Kept until they end by themselves: so each host is asked once in a while, by whichever worker comes first. */
  readonly asking: Pick<Leases, 'take'>;
  readonly pickupName: () => string;
  readonly patience: HostPatience;
}

/**
 * Whether a host answers again for which people were called. It is asked without a word in the record and without holding the
 * run, because it may be away for days.
 */
export async function answersAgain(
  { hosts, inventory, asking, pickupName, patience }: AskHostDeps,
  run: Run,
): Promise<boolean> {
  const site = inventory.byKey(run.request.site);
  if (site === undefined || !(await asking.take(run.id, pickupName(), patience.askAgainMs))) return false;
  try {
    // A status, and not only a login: a host whose disk is gone still takes connections.
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
