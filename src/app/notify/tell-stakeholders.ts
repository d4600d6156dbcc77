import { isAllowed } from '../../domain/lifecycle/allowed.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import type { StatusWebhook } from '../../domain/site/stakeholders.ts';
import { statusMessage } from '../../domain/stakeholders/status-page.ts';
import { nextUpdateAt, statusDue, type Update, updateFor } from '../../domain/stakeholders/updates.ts';
import type { StatusAnswer, StatusPage } from '../ports/notify.ts';
import type { Clock } from '../ports/outside.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Inventory } from '../ports/site.ts';
import type { Leases, Wakeups } from '../ports/workers.ts';

export interface TellDeps {
  readonly store: RunStore;
  readonly wakeups: Wakeups;
  readonly inventory: Inventory;
  /** Apart from the leases of the work: telling stakeholders must not keep a worker from the run. */
  readonly leases: Leases;
  readonly pickupName: () => string;
  readonly clock: Clock;
  readonly statusPage: StatusPage;
  readonly stopping: () => boolean;
}

/** How long one try may take. Its lease lasts longer, so that nobody else tries at the same time. */
const TRY_TAKES_MS = 6_000;

const TRY_LEASE_MS = 15_000;

const SHORTEST_PAUSE_MS = 1_000;

const LONGEST_PAUSE_MS = 30_000;

/** The worker waits no longer than this, whatever the page asks for. */
const LONGEST_PATIENCE_MS = 10 * 60_000;

/** After this long, the run's thread says that the page does not take an update. */
const SAID_AFTER_MS = 60_000;

/** Nobody looks at a status page to see how a site was the day before. */
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;

/**
 * Gives the update that is due, and tells the status page what it has not heard. It runs beside the work on the run, and
 * appends only events that do not change the run's state. You may call it at any time, any number of times. Returns when to
 * call it again.
 */
export async function tellStakeholders(
  deps: TellDeps,
  runId: string,
): Promise<{ readonly again: number } | undefined> {
  const found = await deps.store.read(runId);
  const stakeholders = found && deps.inventory.byKey(found.request.site)?.stakeholders;
  if (found === null || !stakeholders) return undefined;
  const run = await giveUpdate(deps, found, stakeholders.everyMs);
  const pause = await bringPageUp(deps, run.id, stakeholders.everyMs);
  const waits = [pause, untilNextUpdate(deps, run, stakeholders.everyMs)].filter((ms) => ms !== null);
  return waits.length === 0 ? undefined : { again: Math.min(...waits) };
}

function untilNextUpdate({ clock }: TellDeps, run: Run, everyMs: number): number | null {
  const next = nextUpdateAt(run, everyMs);
  return next === null ? null : Math.max(0, Date.parse(next) - Date.parse(clock.now()));
}

async function giveUpdate(deps: TellDeps, found: Run, everyMs: number): Promise<Run> {
  const due = nextUpdateAt(found, everyMs);
  if (due === null || deps.clock.now() < due) return found;
  const given = await deps.store.append(found, { type: 'word-given', kind: updateFor(found) });
  if (given !== null) {
    await deps.wakeups.show(given.id);
    return given;
  }
  // Someone wrote first: perhaps this very update, perhaps the end.
  return giveUpdate(deps, await readAgain(deps, found.id), everyMs);
}

interface DueTelling {
  readonly word: Update;
  readonly webhook: StatusWebhook;
}

export function dueOn(run: Run, { stakeholders }: Site): DueTelling | null {
  const webhook = stakeholders?.webhook;
  if (webhook === undefined) return null;
  const word = statusDue(run, stakeholders?.everyMs ?? 0, webhook.stillWorking);
  return word === null ? null : { word, webhook };
}

/**
 * Tells the page one update after the other. Returns the pause before the next try in milliseconds, or null if nothing is
 * left to tell.
 */
async function bringPageUp(deps: TellDeps, runId: string, everyMs: number): Promise<number | null> {
  for (;;) {
    const found = await readAgain(deps, runId);
    const site = deps.inventory.byKey(found.request.site);
    if (site === undefined || deps.stopping() || dueOn(found, site) === null) return null;
    // First the update that was promised: a page that hangs must not make it late.
    const left = untilNextUpdate(deps, found, everyMs);
    if (left !== null && left < TRY_TAKES_MS) return left;
    const owner = deps.pickupName();
    if (!(await deps.leases.take(runId, owner, TRY_LEASE_MS))) return null;
    const pause = await tellOnce(deps, runId, site);
    if (pause !== null) {
      // Keep the lease for the whole pause: nobody else, not even after a restart, may ask a page that wants to be left
      // alone.
      await deps.leases.take(runId, owner, pause);
      return pause;
    }
    await deps.leases.release(runId, owner);
  }
}

async function tellOnce(deps: TellDeps, runId: string, site: Site): Promise<number | null> {
  // Read again: until we had the lease, someone else may have told it.
  const run = await readAgain(deps, runId);
  const due = dueOn(run, site);
  if (due === null) return null;
  const { webhook, word } = due;
  const answer = await deps.statusPage.tell(webhook, statusMessage(run, site, webhook, word));
  return settle(deps, run, word, answer);
}

/** Writes down how the page answered. Returns the pause before the next try, or null if there is none. */
async function settle(deps: TellDeps, run: Run, word: Update, answer: StatusAnswer): Promise<number | null> {
  const say = (result: StatusTold['result'], problem: string | null) =>
    write(deps, run, { type: 'status-told', word: word.key, result, problem });
  if (answer.kind !== 'again') {
    await say(answer.kind, answer.kind === 'refused' ? answer.problem : null);
    return null;
  }
  const { problem, afterMs } = answer;
  const age = Date.parse(deps.clock.now()) - Date.parse(word.at);
  if (age >= GIVEN_UP_AFTER_MS) {
    await say('refused', `${problem}, for a day`);
    return null;
  }
  if (age >= SAID_AFTER_MS && !run.updates.statusPage.some((one) => one.update === word.key))
    await say('delayed', problem);
  const patience = Math.min(afterMs, LONGEST_PATIENCE_MS);
  return Math.max(patience, Math.min(Math.max(age / 2, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS));
}

type StatusTold = Extract<RunEvent, { type: 'status-told' }>;

async function write(deps: TellDeps, run: Run, event: StatusTold): Promise<void> {
  let now = run;
  while (isAllowed(now, event)) {
    if ((await deps.store.append(now, event)) !== null) {
      if (event.problem !== null) await deps.wakeups.show(run.id);
      return;
    }
    now = await readAgain(deps, run.id);
  }
}

async function readAgain({ store }: TellDeps, runId: string): Promise<Run> {
  const run = await store.read(runId);
  if (run === null) throw new Error(`the record of ${runId} is gone`);
  return run;
}
