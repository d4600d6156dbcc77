import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Deliveries, Delivery } from '../../app/ports/deliveries.ts';
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
import { type DeliveryFailure, isTheirs, leftForTheLog, unreachableOf } from './failures.ts';
import { methodFor, sendSurface } from './send-surface.ts';

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
  readonly pace: EditPace;
  /** What should be there of the run as it is in the record by then. */
  readonly wanted: (run: Run) => readonly Surface[];
  /** The same, of the run as this look has found it, and what else it has to say. */
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
  pace: EditPace,
): Promise<{ again: number } | undefined> {
  const run = await deps.store.read(runId);
  if (run === null) return undefined;
  const site = deps.inventory.byKey(run.request.site);
  const posted = { ...(await deps.deliveries.read(runId)) };
  const wanted = (now: Run) => (site === undefined ? leftBehind(now, posted) : surfaces(now, site));
  const untakenMs = site === undefined ? null : waitsTooLongFor(deps, run);
  const waits: number[] = untakenMs !== null && untakenMs < 0 ? [-untakenMs] : [];
  const shown = [
    ...wanted(run),
    ...(site !== undefined && untakenMs !== null && untakenMs >= 0 ? [noWorker(run, site)] : []),
  ];
  const round: Round = { ...deps, run, pace, wanted, shown, posted, seen: new Set() };
  const troubles = await bringAll(round, shown, waits);
  if (site !== undefined) troubles.push(...(await sayUnreachable(round, site, troubles, waits)));
  const { rest, again } = await leftForTheLog(deps, run, troubles);
  if (again !== null) waits.push(again);
  if (rest.length > 0) throw new AggregateError(rest, `slack does not show ${runId} as it stands`);
  return waits.length === 0 ? undefined : { again: Math.min(...waits) };
}

/** Of a run whose site is in no configuration any more: nothing is posted that is not there. */
function leftBehind(run: Run, posted: Readonly<Record<string, Delivery>>): readonly Surface[] {
  return surfacesWithoutSite(run).filter(({ key, only }) => only !== undefined || posted[key] !== undefined);
}

/** One message that Slack does not take must not keep the others away; it is tried again with the next look. */
async function bringAll(round: Round, all: readonly Surface[], waits: number[]): Promise<DeliveryFailure[]> {
  const troubles: DeliveryFailure[] = [];
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

/** The stakeholders' channel takes nothing: the people of the run hear it, because nobody else would notice. */
async function sayUnreachable(
  round: Round,
  site: Site,
  troubles: readonly DeliveryFailure[],
  waits: number[],
): Promise<readonly DeliveryFailure[]> {
  const { posted, run, shown } = round;
  const deaf = unreachableOf(troubles, posted);
  const theirs = shown.filter(isTheirs);
  const haveAll = theirs.length > 0 && theirs.every((surface) => isThere(surface, posted));
  if (deaf === null && !(haveAll && posted[UNREACHABLE_CHANNEL] !== undefined)) return [];
  return bringAll(round, [unreachableChannel(run, site, deaf)], waits);
}

function isThere(surface: Surface, posted: Readonly<Record<string, Delivery>>): boolean {
  const known = posted[surface.key];
  return known !== undefined && !hasChanged(surface, known);
}

/** For how long a run is overdue to be taken up by a worker, in milliseconds; null: it does not wait for one. */
function waitsTooLongFor({ clock }: DeliverDeps, run: Run): number | null {
  const due = waitsTooLongAt(run);
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
      const answer = slackError(error);
      // Of a channel that takes nothing any more, to the one that people have named instead.
      const hasMoved = whyUnreachable(answer) !== null && known.channel !== surface.channel;
      if (answer !== 'message_not_found' && !hasMoved) throw error;
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
