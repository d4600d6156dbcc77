import type { WebClient } from '@slack/web-api';
import { actingPeople } from '../../app/people/acting-people.ts';
import type { Deliveries } from '../../app/ports/deliveries.ts';
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
  readonly inventory: Inventory;
  readonly readiness: ReadinessStore;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
}

/** Another process is posting the same report: look again after this. */
const CLAIMED_MS = 2_000;

const SURFACE = 'readiness';

/**
 * Asks Slack who could approve, and says in one message what the newest look found worse than people know; nothing where
 * that is nothing. Errors: throws what Slack or the store answers, to be called again: what was posted is not posted again.
 */
export async function reportReadiness(
  deps: ReportDeps,
  key: string,
  pace: EditPace,
): Promise<{ readonly again: number } | undefined> {
  const site = deps.inventory.byKey(key);
  const look = site?.readiness ? await deps.readiness.look(key) : null;
  if (site === undefined || look === null) return undefined;
  const askedAt = deps.clock.now();
  const approvers = [approversFinding(site, await actingPeople(deps.people, site))];
  const findings = [...look.findings, ...approvers];
  const told: readonly ToldFinding[] = (await deps.readiness.report(key))?.told ?? [];
  const worse = becameWorse(findings, told);
  const channel = site.channel ?? site.readiness?.channel;
  // Without a channel nobody is told, and the next look with one has it all to say.
  if (channel === undefined) {
    await deps.readiness.writeReport(key, { askedAt, approvers, told });
    return undefined;
  }
  if (worse.length > 0) {
    const wait = await postOnce(deps, reportId(key, look.lookedAt), channel, pace, () =>
      readinessReport(site, worse, look.lookedAt),
    );
    if (wait !== undefined) return { again: wait };
  }
  await deps.readiness.writeReport(key, { askedAt, approvers, told: toldAfter(findings, told) });
  return undefined;
}

/** One report per look; it is delivered as the messages of a run are, and needs a name of their shape. */
function reportId(key: string, lookedAt: string): string {
  return `readiness.${key.replace('@', '.')}-${Date.parse(lookedAt)}`;
}

/** Answers how long to wait where it is not this process's turn yet. */
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
