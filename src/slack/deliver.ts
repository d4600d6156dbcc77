import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Clock, Deliveries, Delivery, Inventory, RunStore } from '../app/ports.ts';
import type { Run } from '../domain/run.ts';
import { untakenAt } from '../domain/untaken.ts';
import type { Pace } from './pace.ts';
import { markdownVoice } from './render/markdown.ts';
import { noWorker, type Surface, surfaces } from './render/surfaces.ts';
import { slackError } from './slack-error.ts';
import { tellOne } from './tell-one.ts';

export interface DeliverDeps {
  readonly client: WebClient;
  readonly store: RunStore;
  readonly deliveries: Deliveries;
  readonly inventory: Inventory;
  readonly clock: Clock;
}

/** Another process is posting the same message: look again after this. */
const CLAIMED_MS = 2_000;

/** One look at one run. */
interface Round extends DeliverDeps {
  readonly run: Run;
  readonly pace: Pace;
  readonly shown: readonly Surface[];
  /** What Slack has of the run; grows as this round posts. */
  readonly posted: Record<string, Delivery>;
  /** What this round has seen to be there. */
  readonly seen: Set<string>;
}

/**
 * Makes Slack show a run as it stands: posts what is missing, edits what has changed. It reads the record and what was
 * posted, so it may be called at any time, after any outage, and shows only the newest state. Where Slack asks for
 * patience, the rest goes on, and the answer says when to look again. Errors: throws what else Slack answered, to be called
 * again.
 */
export async function showRun(
  deps: DeliverDeps,
  runId: string,
  pace: Pace,
): Promise<{ again: number } | undefined> {
  const run = await deps.store.read(runId);
  const site = run ? deps.inventory.byKey(run.request.site) : undefined;
  if (run === null || site === undefined) return undefined;
  const posted = { ...(await deps.deliveries.read(runId)) };
  const untakenMs = untakenFor(deps, run);
  const shown = [
    ...surfaces(run, site),
    ...(untakenMs !== null && untakenMs >= 0 ? [noWorker(run, site)] : []),
  ];
  const round: Round = { ...deps, run, pace, shown, posted, seen: new Set() };
  const waits: number[] = untakenMs !== null && untakenMs < 0 ? [-untakenMs] : [];
  const troubles: unknown[] = [];
  for (const surface of shown) {
    try {
      const wait = posted[surface.key] ? await edit(round, surface) : await post(round, surface);
      if (wait !== undefined) waits.push(wait);
    } catch (error) {
      // One message that Slack does not take must not keep the others away; it is tried again with the next look.
      troubles.push(error);
    }
  }
  if (troubles.length > 0) throw new AggregateError(troubles, `slack does not show ${runId} as it stands`);
  return waits.length === 0 ? undefined : { again: Math.min(...waits) };
}

/** For how long a run is overdue to be taken up by a worker, in milliseconds; null: it does not wait for one. */
function untakenFor({ clock }: DeliverDeps, run: Run): number | null {
  const due = untakenAt(run);
  return due === null ? null : Date.parse(clock.now()) - Date.parse(due);
}

async function edit(round: Round, surface: Surface): Promise<number | undefined> {
  const { run, pace, posted } = round;
  const known = posted[surface.key];
  const fixed = surface.only !== undefined || surface.file !== undefined;
  if (known === undefined || fixed || known.hash === hashOf(surface)) return undefined;
  const early = pace.beforeEdit(`${run.id} ${surface.key}`);
  return early > 0 ? early : update(round, surface, known);
}

/** Brings a message up to date, and back where somebody has deleted it. */
async function update(round: Round, surface: Surface, known: Delivery): Promise<number | undefined> {
  const { client, deliveries, run, pace, seen } = round;
  let gone = false;
  const { text } = surface;
  const wait = await pace.call('chat.update', known.channel, async () => {
    try {
      await client.chat.update({ channel: known.channel, ts: known.ts, text, blocks: [...surface.blocks] });
      await deliveries.write(run.id, surface.key, { ...known, hash: hashOf(surface) });
      seen.add(surface.key);
    } catch (error) {
      if (slackError(error) !== 'message_not_found') throw error;
      gone = true;
    }
  });
  return gone ? await postOnce(round, surface, known) : wait;
}

async function post(round: Round, surface: Surface): Promise<number | undefined> {
  if (surface.thread !== undefined) {
    const wait = await parentOf(round, surface.thread);
    if (wait !== undefined) return wait;
  }
  return await postOnce(round, surface);
}

/** Posts unless somebody else is at it, or has posted it since we looked; `gone` is what somebody has deleted. */
async function postOnce(round: Round, surface: Surface, gone?: Delivery): Promise<number | undefined> {
  const { deliveries, run, posted } = round;
  if (!(await deliveries.claim(run.id, surface.key))) return CLAIMED_MS;
  try {
    Object.assign(posted, await deliveries.read(run.id));
    const known = posted[surface.key];
    return known?.ts === gone?.ts ? await send(round, surface) : await edit(round, surface);
  } finally {
    await deliveries.unclaim(run.id, surface.key);
  }
}

/**
 * Sees to it that a thread has its first message before anything is posted into it: what goes into the thread of a deleted
 * message comes out in the channel, and Slack does not say so. Answers how long to wait where it is not there yet.
 */
async function parentOf(round: Round, key: string): Promise<number | undefined> {
  const { posted, seen, shown } = round;
  const parent = shown.find((surface) => surface.key === key);
  if (parent === undefined || seen.has(key)) return undefined;
  const known = posted[key];
  return known === undefined ? CLAIMED_MS : await update(round, parent, known);
}

async function send(round: Round, surface: Surface): Promise<number | undefined> {
  const { deliveries, run, posted, pace, seen } = round;
  const { channel, key } = surface;
  return await pace.call(methodOf(surface), channel, async () => {
    const ts = await sendOne(round, surface);
    const delivery = { channel, ts: ts ?? '', hash: hashOf(surface) };
    posted[key] = delivery;
    seen.add(key);
    await deliveries.write(run.id, key, delivery);
  });
}

function methodOf({ only, file }: Surface): string {
  if (only !== undefined) return 'chat.postEphemeral';
  return file === undefined ? 'chat.postMessage' : 'files.upload';
}

async function sendOne({ client, posted, run, store }: Round, surface: Surface): Promise<string | undefined> {
  const { channel, orIn, text, only, file } = surface;
  if (only !== undefined) {
    const channels = orIn === undefined ? [channel] : [channel, orIn];
    return tellOne(client, { user: only, channels, text, blocks: surface.blocks });
  }
  const parent = surface.thread ? posted[surface.thread]?.ts : undefined;
  const loud = surface.loud ? { reply_broadcast: true } : {};
  const thread = parent ? { thread_ts: parent, ...loud } : {};
  if (file === undefined) {
    const blocks = [...surface.blocks];
    return (await client.chat.postMessage({ channel, text, blocks, unfurl_links: false, ...thread })).ts;
  }
  const content = await withNames(client, file.content(await store.events(run.id)));
  await client.files.uploadV2({
    channel_id: channel,
    filename: file.name,
    content,
    initial_comment: text,
    ...thread,
  } as Parameters<WebClient['files']['uploadV2']>[0]);
  return '';
}

const userAnswer = z.object({
  user: z.object({ real_name: z.string().optional(), name: z.string().optional() }),
});

/** A file shows no mentions: it gets names. Where Slack does not say one, the id stands there, which is as true. */
async function withNames(client: WebClient, content: string): Promise<string> {
  const mentioned = new Set(Array.from(content.matchAll(MENTION), ([, id]) => id ?? ''));
  const names = new Map<string, string>();
  for (const user of mentioned) {
    try {
      const { real_name, name } = userAnswer.parse(await client.users.info({ user })).user;
      names.set(user, markdownVoice.text(`${real_name || name || user} (${user})`));
    } catch {
      names.set(user, user);
    }
  }
  return content.replaceAll(MENTION, (mark, id: string) => names.get(id) ?? mark);
}

/** What others wrote cannot look like this: its angle brackets are escaped. */
const MENTION = /<@([UW][A-Z0-9]+)>/g;

function hashOf(surface: Surface): string {
  return createHash('sha256')
    .update(JSON.stringify([surface.text, surface.blocks]))
    .digest('hex')
    .slice(0, 32);
}
