import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Clock, Deliveries, Delivery, Inventory, RunStore } from '../app/ports.ts';
import type { Run } from '../domain/run.ts';
import type { Site } from '../domain/site.ts';
import { untakenAt } from '../domain/untaken.ts';
import type { Pace } from './pace.ts';
import { DEAF_CHANNEL, deafChannel, whyDeaf } from './render/deaf-channel.ts';
import { markdownVoice } from './render/markdown.ts';
import { noWorker, type Surface, surfaces } from './render/surfaces.ts';
import { surfacesWithoutSite } from './render/without-site.ts';
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

/** A channel that takes nothing is for people to mend: it is tried again at first after this, and for a day. */
const SHORTEST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 3_600_000;
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;

/** One look at one run. */
interface Round extends DeliverDeps {
  readonly run: Run;
  readonly pace: Pace;
  /** What should be there of the run as it is in the record by then. */
  readonly wanted: (run: Run) => readonly Surface[];
  /** The same, of the run as this look has found it, and what else it has to say. */
  readonly shown: readonly Surface[];
  /** What Slack has of the run; grows as this round posts. */
  readonly posted: Record<string, Delivery>;
  /** What this round has seen to be there. */
  readonly seen: Set<string>;
}

interface Trouble {
  readonly surface: Surface;
  readonly error: unknown;
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
  if (run === null) return undefined;
  const site = deps.inventory.byKey(run.request.site);
  const posted = { ...(await deps.deliveries.read(runId)) };
  const wanted = (now: Run) => (site === undefined ? leftBehind(now, posted) : surfaces(now, site));
  const untakenMs = site === undefined ? null : untakenFor(deps, run);
  const waits: number[] = untakenMs !== null && untakenMs < 0 ? [-untakenMs] : [];
  const shown = [
    ...wanted(run),
    ...(site !== undefined && untakenMs !== null && untakenMs >= 0 ? [noWorker(run, site)] : []),
  ];
  const round: Round = { ...deps, run, pace, wanted, shown, posted, seen: new Set() };
  const troubles = await bringAll(round, shown, waits);
  const rest = site === undefined ? troubles : await sayWhoIsDeaf(round, site, troubles, waits);
  if (rest.length > 0)
    throw new AggregateError(
      rest.map(({ error }) => error),
      `slack does not show ${runId} as it stands`,
    );
  return waits.length === 0 ? undefined : { again: Math.min(...waits) };
}

/** Of a run whose site is in no configuration any more: nothing is posted that is not there. */
function leftBehind(run: Run, posted: Readonly<Record<string, Delivery>>): readonly Surface[] {
  return surfacesWithoutSite(run).filter(({ key, only }) => only !== undefined || posted[key] !== undefined);
}

/** One message that Slack does not take must not keep the others away; it is tried again with the next look. */
async function bringAll(round: Round, all: readonly Surface[], waits: number[]): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  for (const surface of all) {
    if (troubles.some((one) => one.surface.key === surface.thread)) continue;
    try {
      const wait = await bring(round, surface);
      if (wait !== undefined) waits.push(wait);
    } catch (error) {
      troubles.push({ surface, error });
    }
  }
  return troubles;
}

/**
 * A channel that takes nothing is named to the people of the run where it is that of the stakeholders, because nobody else
 * would notice. Answers the troubles that are for the log.
 */
async function sayWhoIsDeaf(
  round: Round,
  site: Site,
  troubles: readonly Trouble[],
  waits: number[],
): Promise<readonly Trouble[]> {
  const { posted, run, shown } = round;
  const why = ({ error }: Trouble) => whyDeaf(slackError(error));
  const isTheirs = ({ key, thread }: Surface) => [key, thread].includes('stakeholders');
  const deaf = troubles.filter((one) => why(one) !== null);
  const theirs = deaf.find(({ surface }) => isTheirs(surface));
  const hasAll = shown.filter(isTheirs).every((surface) => isThere(surface, posted));
  const said =
    theirs !== undefined || (hasAll && posted[DEAF_CHANNEL] !== undefined)
      ? await bringAll(round, [deafChannel(run, site, theirs === undefined ? null : why(theirs))], waits)
      : [];
  const pause = untilNextTry(round);
  if (deaf.length > 0 && pause !== null) waits.push(pause);
  return [...troubles, ...said].filter(
    (one) => why(one) === null || (!isTheirs(one.surface) && pause !== null),
  );
}

function isThere(surface: Surface, posted: Readonly<Record<string, Delivery>>): boolean {
  const known = posted[surface.key];
  return known !== undefined && !hasChanged(surface, known);
}

/** In milliseconds; null: the run ended so long ago that only its next event is another try. */
function untilNextTry({ clock, run }: Round): number | null {
  const age = run.endedAt === null ? 0 : Date.parse(clock.now()) - Date.parse(run.endedAt);
  return age > GIVEN_UP_AFTER_MS ? null : Math.min(Math.max(age / 4, SHORTEST_RETRY_MS), LONGEST_RETRY_MS);
}

/** For how long a run is overdue to be taken up by a worker, in milliseconds; null: it does not wait for one. */
function untakenFor({ clock }: DeliverDeps, run: Run): number | null {
  const due = untakenAt(run);
  return due === null ? null : Date.parse(clock.now()) - Date.parse(due);
}

/** Posts what is missing, edits what has changed; answers how long to wait where it is too early for that. */
async function bring(round: Round, surface: Surface): Promise<number | undefined> {
  const { posted } = round;
  if (isThere(surface, posted)) return undefined;
  if (posted[surface.key] === undefined && surface.thread !== undefined) {
    const wait = await parentOf(round, surface.thread);
    if (wait !== undefined) return wait;
  }
  return await alone(round, surface, async (newest, there) => {
    if (there === undefined) return await send(round, newest);
    if (!hasChanged(newest, there)) return undefined;
    const early = round.pace.beforeEdit(`${round.run.id} ${surface.key}`);
    return early > 0 ? early : await update(round, newest, there);
  });
}

/** What only one person sees, and a file, cannot be edited. */
function hasChanged(surface: Surface, known: Delivery): boolean {
  return surface.only === undefined && surface.file === undefined && known.hash !== hashOf(surface);
}

/**
 * Calls Slack for one message unless somebody else is at it, with the message as the record has it by now and with what is
 * there by now. Otherwise an edit that was held up would take away what a later one has shown, and nobody would look again.
 */
async function alone(
  round: Round,
  surface: Surface,
  work: (newest: Surface, there: Delivery | undefined) => Promise<number | undefined>,
): Promise<number | undefined> {
  const { deliveries, run, posted } = round;
  if (!(await deliveries.claim(run.id, surface.key))) return CLAIMED_MS;
  try {
    Object.assign(posted, await deliveries.read(run.id));
    const newest = await asOfNow(round, surface);
    return newest === undefined ? undefined : await work(newest, posted[surface.key]);
  } finally {
    await deliveries.unclaim(run.id, surface.key);
  }
}

/** undefined: the run has gone on, and nobody needs to hear this any more, such as a call for people who have decided. */
async function asOfNow({ store, run, wanted }: Round, surface: Surface): Promise<Surface | undefined> {
  const now = await store.read(run.id);
  if (now === null || now.revision === run.revision) return surface;
  const isThis = ({ key }: Surface) => key === surface.key;
  return wanted(run).some(isThis) ? wanted(now).find(isThis) : surface;
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
  return gone ? await send(round, surface) : wait;
}

/**
 * Sees to it that a thread has its first message before anything is posted into it: what goes into the thread of a deleted
 * message comes out in the channel, and Slack does not say so. Answers how long to wait where it is not there yet.
 */
async function parentOf(round: Round, key: string): Promise<number | undefined> {
  const { posted, seen, shown } = round;
  const parent = shown.find((surface) => surface.key === key);
  if (parent === undefined || seen.has(key)) return undefined;
  if (posted[key] === undefined) return CLAIMED_MS;
  return await alone(round, parent, async (newest, there) =>
    there === undefined ? CLAIMED_MS : await update(round, newest, there),
  );
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
