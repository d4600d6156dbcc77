import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { unenrolledApprovers } from '../../app/factor/unenrolled.ts';
import type { Deliveries, Delivery } from '../../app/ports/deliveries.ts';
import type { Factors } from '../../app/ports/factors.ts';
import type { Clock } from '../../app/ports/outside.ts';
import type { RunStore } from '../../app/ports/run-store.ts';
import type { Inventory } from '../../app/ports/site.ts';
import type { Run } from '../../domain/run/run.ts';
import { waitsTooLongAt } from '../../domain/run/waiting-for-worker.ts';
import type { Site } from '../../domain/site/site.ts';
import type { EditPace } from '../client/pace.ts';
import { slackError } from '../client/slack-error.ts';
import type { Surface } from '../render/blocks/surface.ts';
import {
  UNREACHABLE_CHANNEL,
  unreachableChannel,
  whyUnreachable,
} from '../render/stakeholders/unreachable-channel.ts';
import { noWorker, surfaces } from '../render/surfaces.ts';
import { surfacesWithoutSite } from '../render/without-site.ts';
import { type DeliveryFailure, isForStakeholders, toLog, unreachableOf } from './failures.ts';
import { methodFor, sendSurface } from './send-surface.ts';

export interface DeliverDeps {
  readonly client: WebClient;
  readonly store: RunStore;
  readonly deliveries: Deliveries;
  readonly inventory: Inventory;
  readonly factors: Pick<Factors, 'all'>;
  readonly clock: Clock;
}

/** How long to wait if another process is posting the same message. */
const CLAIMED_MS = 2_000;

/** One pass over the messages of one run. */
interface Round extends DeliverDeps {
  readonly run: Run;
  readonly pace: EditPace;
  /** The surfaces of a run, for reading the record again later in the round. */
  readonly wanted: (run: Run) => readonly Surface[];
  /** The surfaces of the run as this round found it, with what the round itself has to say. */
  readonly shown: readonly Surface[];
  /** The messages that Slack has; grows as this round posts. */
  readonly posted: Record<string, Delivery>;
  /** Keys of the messages that this round knows are in Slack. */
  readonly seen: Set<string>;
}

/**
 * Makes Slack show a run as it is now: posts missing messages, edits changed ones. It compares the record with what was
 * posted, so you can call it at any time, even after an outage, and it shows only the newest state. If Slack asks it to wait,
 * it does the rest and returns when to call it again. Errors: throws Slack's other errors; call it again.
 */
export async function showRun(
  deps: DeliverDeps,
  runId: string,
  pace: EditPace,
): Promise<{ again: number } | undefined> {
  const run = await deps.store.read(runId);
  if (run === null) return undefined;
  const site = deps.inventory.byKey(run.request.site);
  const posted = { ...(await deps.deliveries.read(runId)) };
  const unenrolled = site === undefined ? [] : await unenrolledApprovers(deps.factors, run, site);
  const wanted = (now: Run) =>
    site === undefined ? withoutSite(now, posted) : surfaces(now, site, unenrolled);
  const overdueMs = site === undefined ? null : waitsTooLongFor(deps, run);
  const waits: number[] = overdueMs !== null && overdueMs < 0 ? [-overdueMs] : [];
  const shown = [
    ...wanted(run),
    ...(site !== undefined && overdueMs !== null && overdueMs >= 0 ? [noWorker(run, site)] : []),
  ];
  const round: Round = { ...deps, run, pace, wanted, shown, posted, seen: new Set() };
  const failures = await showAll(round, shown, waits);
  if (site !== undefined) failures.push(...(await reportUnreachable(round, site, failures, waits)));
  const { rest, again } = await toLog(deps, run, failures);
  if (again !== null) waits.push(again);
  if (rest.length > 0) throw new AggregateError(rest, `slack does not show ${runId} as it stands`);
  return waits.length === 0 ? undefined : { again: Math.min(...waits) };
}

/** For a run whose site is no longer in the configuration: edits what was posted, and posts nothing new to a channel. */
function withoutSite(run: Run, posted: Readonly<Record<string, Delivery>>): readonly Surface[] {
  return surfacesWithoutSite(run).filter(({ key, only }) => only !== undefined || posted[key] !== undefined);
}

/** A message that Slack does not take must not hold up the others. The next round tries it again. */
async function showAll(round: Round, all: readonly Surface[], waits: number[]): Promise<DeliveryFailure[]> {
  const failures: DeliveryFailure[] = [];
  for (const surface of all) {
    if (failures.some((one) => one.surface.key === surface.thread)) continue;
    try {
      const wait = await show(round, surface);
      if (wait !== undefined) waits.push(wait);
    } catch (error) {
      failures.push({ surface, error });
    }
  }
  return failures;
}

/** Tells the people of the run if the bot cannot post to the stakeholders' channel, because nobody else would notice. */
async function reportUnreachable(
  round: Round,
  site: Site,
  failures: readonly DeliveryFailure[],
  waits: number[],
): Promise<readonly DeliveryFailure[]> {
  const { posted, run, shown } = round;
  const unreachable = unreachableOf(failures, posted);
  const theirs = shown.filter(isForStakeholders);
  const haveAll = theirs.length > 0 && theirs.every((surface) => isThere(surface, posted));
  if (unreachable === null && !(haveAll && posted[UNREACHABLE_CHANNEL] !== undefined)) return [];
  return showAll(round, [unreachableChannel(run, site, unreachable)], waits);
}

function isThere(surface: Surface, posted: Readonly<Record<string, Delivery>>): boolean {
  const known = posted[surface.key];
  return known !== undefined && !hasChanged(surface, known);
}

/** How long a worker has been overdue for this run, in milliseconds; below zero: not yet due; null: it needs none. */
function waitsTooLongFor({ clock }: DeliverDeps, run: Run): number | null {
  const due = waitsTooLongAt(run);
  return due === null ? null : Date.parse(clock.now()) - Date.parse(due);
}

/** Posts or edits one message. Returns how long to wait, in milliseconds, if it is too early. */
async function show(round: Round, surface: Surface): Promise<number | undefined> {
  const { posted } = round;
  if (isThere(surface, posted)) return undefined;
  if (posted[surface.key] === undefined && surface.thread !== undefined) {
    const wait = await parentOf(round, surface.thread);
    if (wait !== undefined) return wait;
  }
  return await exclusively(round, surface, async (newest, there) => {
    if (there === undefined) return await send(round, newest);
    if (!hasChanged(newest, there)) return undefined;
    const early = round.pace.beforeEdit(`${round.run.id} ${surface.key}`);
    return early > 0 ? early : await update(round, newest, there);
  });
}

/** The bot cannot edit a file, or a message that only one person sees. */
function hasChanged(surface: Surface, known: Delivery): boolean {
  return surface.only === undefined && surface.file === undefined && known.hash !== hashOf(surface);
}

/**
 * Calls Slack for one message, unless another process is doing so. Reads the record and the deliveries again first; otherwise
 * an edit that was held up could overwrite a newer one, and nothing would correct it.
 */
async function exclusively(
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

/** undefined: the run has moved on and nobody needs this message any more, e.g. a call after people have decided. */
async function asOfNow({ store, run, wanted }: Round, surface: Surface): Promise<Surface | undefined> {
  const now = await store.read(run.id);
  if (now === null || now.revision === run.revision) return surface;
  const isThis = ({ key }: Surface) => key === surface.key;
  return wanted(run).some(isThis) ? wanted(now).find(isThis) : surface;
}

/** Brings a message up to date, and posts it again if someone has deleted it. */
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
      const answer = slackError(error);
      // The old channel is unreachable, and the configuration names another one now.
      const hasMoved = whyUnreachable(answer) !== null && known.channel !== surface.channel;
      if (answer !== 'message_not_found' && !hasMoved) throw error;
      gone = true;
    }
  });
  return gone ? await send(round, surface) : wait;
}

/**
 * Makes sure that a thread's first message exists before anything is posted into the thread: Slack silently posts a reply to a
 * deleted message into the channel. Returns how long to wait, in milliseconds, if it is not there yet.
 */
async function parentOf(round: Round, key: string): Promise<number | undefined> {
  const { posted, seen, shown } = round;
  const parent = shown.find((surface) => surface.key === key);
  if (parent === undefined || seen.has(key)) return undefined;
  if (posted[key] === undefined) return CLAIMED_MS;
  return await exclusively(round, parent, async (newest, there) =>
    there === undefined ? CLAIMED_MS : await update(round, newest, there),
  );
}

async function send(round: Round, surface: Surface): Promise<number | undefined> {
  const { client, deliveries, run, posted, pace, seen, store } = round;
  const { channel, key } = surface;
  return await pace.call(methodFor(surface), channel, async () => {
    const parent = surface.thread ? posted[surface.thread]?.ts : undefined;
    const ts = await sendSurface(client, surface, parent, () => store.events(run.id));
    const delivery = { channel, ts: ts ?? '', hash: hashOf(surface) };
    posted[key] = delivery;
    seen.add(key);
    await deliveries.write(run.id, key, delivery);
  });
}

function hashOf(surface: Surface): string {
  return createHash('sha256')
    .update(JSON.stringify([surface.text, surface.blocks]))
    .digest('hex')
    .slice(0, 32);
}
