import type { WebClient } from '@slack/web-api';
import { actingPeople } from '../../app/people/acting-people.ts';
import type { Deliveries } from '../../app/ports/deliveries.ts';
import type { Factors } from '../../app/ports/factors.ts';
import type { Clock } from '../../app/ports/outside.ts';
import type { People } from '../../app/ports/people.ts';
import type { ReadinessStore } from '../../app/ports/readiness.ts';
import type { Inventory } from '../../app/ports/site.ts';
import { approversFinding } from '../../domain/readiness/approvers.ts';
import { becameWorse, type ToldFinding, toldAfter } from '../../domain/readiness/findings.ts';
import type { EditPace } from '../client/pace.ts';
import { readinessReport } from '../render/answers/readiness.ts';

export interface ReportDeps {
  readonly client: WebClient;
  readonly people: People;
  readonly factors: Pick<Factors, 'all'>;
  readonly inventory: Inventory;
  readonly readiness: ReadinessStore;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
}

/** How long to wait if another process is posting the same report. */
const CLAIMED_MS = 2_000;

const SURFACE = 'readiness';

/**
 * Asks Slack who could approve, and posts what the newest check found worse than the last report; posts nothing if nothing is.
 * Errors: throws Slack's or the store's error. Calling it again posts nothing twice.
 */
export async function reportReadiness(
  deps: ReportDeps,
  key: string,
  pace: EditPace,
): Promise<{ readonly again: number } | undefined> {
  const site = deps.inventory.byKey(key);
  const newest = site?.readiness ? await deps.readiness.look(key) : null;
  if (site === undefined || newest === null) return undefined;
  const askedAt = deps.clock.now();
  const approvers = [approversFinding(site, await actingPeople(deps.people, site, deps.factors))];
  const findings = [...newest.findings, ...approvers];
  const told: readonly ToldFinding[] = (await deps.readiness.report(key))?.told ?? [];
  const worse = becameWorse(findings, told);
  const channel = site.channel ?? site.readiness?.channel;
  // Without a channel nobody is told. Once there is one, the next check reports everything.
  if (channel === undefined) {
    await deps.readiness.writeReport(key, { askedAt, approvers, told });
    return undefined;
  }
  if (worse.length > 0) {
    const wait = await postOnce(deps, reportId(key, newest.lookedAt), channel, pace, () =>
      readinessReport(site, worse, newest.lookedAt),
    );
    if (wait !== undefined) return { again: wait };
  }
  await deps.readiness.writeReport(key, { askedAt, approvers, told: toldAfter(findings, told) });
  return undefined;
}

/** One report per check. Deliveries are stored by run, so it needs a name of that shape. */
function reportId(key: string, lookedAt: string): string {
  return `readiness.${key.replace('@', '.')}-${Date.parse(lookedAt)}`;
}

/** Returns how long to wait, in milliseconds, if it is not this process's turn yet. */
async function postOnce(
  { client, deliveries }: ReportDeps,
  id: string,
  channel: string,
  pace: EditPace,
  content: () => ReturnType<typeof readinessReport>,
): Promise<number | undefined> {
  if (!(await deliveries.claim(id, SURFACE))) return CLAIMED_MS;
  try {
    if ((await deliveries.read(id))[SURFACE] !== undefined) return undefined;
    return await pace.call('chat.postMessage', channel, async () => {
      const { text, blocks } = content();
      const { ts } = await client.chat.postMessage({
        channel,
        text,
        blocks: [...blocks],
        unfurl_links: false,
      });
      await deliveries.write(id, SURFACE, { channel, ts: ts ?? '', hash: '' });
    });
  } finally {
    await deliveries.unclaim(id, SURFACE);
  }
}
