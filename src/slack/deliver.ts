import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Deliveries, Delivery, Inventory, RunStore } from '../app/ports.ts';
import type { Run } from '../domain/run.ts';
import { type Surface, surfaces } from './render/surfaces.ts';
import { slackError } from './slack-error.ts';

export interface DeliverDeps {
  readonly client: WebClient;
  readonly store: RunStore;
  readonly deliveries: Deliveries;
  readonly inventory: Inventory;
}

/** Slack allows about one edit a second and channel; what changed meanwhile is shown with the next one. */
const BETWEEN_EDITS_MS = 1_000;
/** Another process is posting the same message: look again after this. */
const CLAIMED_MS = 2_000;

/**
 * Makes Slack show a run as it stands: posts what is missing, edits what has changed. It reads the record and what was
 * posted, so it may be called at any time, after any outage, and shows only the newest state. Errors: throws what Slack
 * answered, to be called again.
 */
export async function showRun(
  deps: DeliverDeps,
  runId: string,
  lastEdit: Map<string, number>,
): Promise<{ again: number } | undefined> {
  const run = await deps.store.read(runId);
  const site = run ? deps.inventory.byKey(run.request.site) : undefined;
  if (run === null || site === undefined) return undefined;
  const posted = { ...(await deps.deliveries.read(runId)) };
  let again: number | undefined;
  const troubles: unknown[] = [];
  for (const surface of surfaces(run, site)) {
    try {
      const wait = posted[surface.key]
        ? await edit(deps, run, surface, posted, lastEdit)
        : await post(deps, run, surface, posted);
      if (wait !== undefined) again = Math.min(wait, again ?? wait);
    } catch (error) {
      // One message that Slack does not take must not keep the others away; it is tried again with the next look.
      troubles.push(error);
    }
  }
  if (troubles.length > 0) throw new AggregateError(troubles, `slack does not show ${runId} as it stands`);
  if (again === undefined && lastEdit.size > 1_000) lastEdit.clear();
  return again === undefined ? undefined : { again };
}

async function edit(
  deps: DeliverDeps,
  run: Run,
  surface: Surface,
  posted: Record<string, Delivery>,
  lastEdit: Map<string, number>,
): Promise<number | undefined> {
  const known = posted[surface.key];
  const hash = hashOf(surface);
  if (known === undefined || surface.only !== undefined || surface.file !== undefined || known.hash === hash)
    return undefined;
  const mark = `${run.id} ${surface.key}`;
  const early = (lastEdit.get(mark) ?? 0) + BETWEEN_EDITS_MS - Date.now();
  if (early > 0) return early;
  lastEdit.set(mark, Date.now());
  try {
    await deps.client.chat.update({
      channel: known.channel,
      ts: known.ts,
      text: surface.text,
      blocks: [...surface.blocks],
    });
    await deps.deliveries.write(run.id, surface.key, { ...known, hash });
  } catch (error) {
    if (slackError(error) !== 'message_not_found') throw error;
    // Somebody deleted it: the run is shown anew.
    posted[surface.key] = await send(deps, run, surface, posted);
  }
  return undefined;
}

async function post(
  deps: DeliverDeps,
  run: Run,
  surface: Surface,
  posted: Record<string, Delivery>,
): Promise<number | undefined> {
  // Another process is posting what this stands below: alone it would land in the channel.
  if (surface.thread !== undefined && posted[surface.thread] === undefined) return CLAIMED_MS;
  if (!(await deps.deliveries.claim(run.id, surface.key))) return CLAIMED_MS;
  const since = await deps.deliveries.read(run.id);
  Object.assign(posted, since);
  if (since[surface.key]) return undefined;
  try {
    posted[surface.key] = await send(deps, run, surface, posted);
  } finally {
    await deps.deliveries.unclaim(run.id, surface.key);
  }
  return undefined;
}

async function send(
  { client, deliveries }: DeliverDeps,
  run: Run,
  surface: Surface,
  posted: Record<string, Delivery>,
): Promise<Delivery> {
  const { channel, text } = surface;
  const blocks = [...surface.blocks];
  const parent = surface.thread ? posted[surface.thread]?.ts : undefined;
  const thread = parent ? { thread_ts: parent } : {};
  const ts = await sendOne();
  const delivery = { channel, ts: ts ?? '', hash: hashOf(surface) };
  await deliveries.write(run.id, surface.key, delivery);
  return delivery;

  async function sendOne(): Promise<string | undefined> {
    if (surface.only !== undefined) return tellOne(client, surface, surface.only);
    if (surface.file !== undefined) {
      const { name, content } = surface.file;
      await client.files.uploadV2({
        channel_id: channel,
        filename: name,
        content,
        initial_comment: text,
        ...(parent ? { thread_ts: parent } : {}),
      } as Parameters<WebClient['files']['uploadV2']>[0]);
      return '';
    }
    return (await client.chat.postMessage({ channel, text, blocks, unfurl_links: false, ...thread })).ts;
  }
}

/** Slack shows nothing to one person in a channel where that person or the bot is not: then it goes to them directly. */
const NOT_THERE: ReadonlySet<string | null> = new Set([
  'user_not_in_channel',
  'not_in_channel',
  'channel_not_found',
  'is_archived',
]);

async function tellOne(
  client: WebClient,
  { channel, text, blocks }: Surface,
  user: string,
): Promise<string | undefined> {
  try {
    return (await client.chat.postEphemeral({ channel, user, text, blocks: [...blocks] })).message_ts;
  } catch (error) {
    if (!NOT_THERE.has(slackError(error))) throw error;
    return (await client.chat.postMessage({ channel: user, text, blocks: [...blocks] })).ts;
  }
}

function hashOf(surface: Surface): string {
  return createHash('sha256')
    .update(JSON.stringify([surface.text, surface.blocks]))
    .digest('hex')
    .slice(0, 32);
}
