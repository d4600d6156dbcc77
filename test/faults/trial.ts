import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent, StoredEvent } from '../../src/domain/run/event.ts';
import { isHostSilent } from '../../src/domain/run/host-silence.ts';
import { isTerminal, type Run } from '../../src/domain/run/run.ts';
import { siteKey } from '../../src/domain/site/site.ts';
import { surfaces } from '../../src/slack/render/surfaces.ts';
import { request } from '../support/story/site.ts';
import { activeRuns, folded, mayBeMissing, sameText, violations } from './invariants.ts';
import { ALICE, type Lab, OPS } from './lab.ts';
import { type Press, pressFor } from './people.ts';
import { postedSince } from './posted.ts';
import type { Schedule } from './schedule.ts';

export interface Outcome {
  readonly number: number;
  readonly family: string;
  readonly mode: string;
  readonly moment: string;
  /** The run's last state. */
  readonly end: string;
  /** Whether the fault struck inside the run. */
  readonly counted: boolean;
  readonly violations: readonly string[];
  /** Milliseconds from the fault to the end of the run, and until Slack showed the end. */
  readonly endedAfter: number;
  readonly shownAfter: number;
  readonly took: number;
  /** What happened, for a trial with violations. */
  readonly story: readonly string[];
}

/** After this there is nothing to compare with. */
export class NobodyTookItUp extends Error {
  override readonly name = 'NobodyTookItUp';
}

const CARD_MS = 60_000;

/** Before a moment in the middle of a decision there is a whole switch. A slow machine needs most of a minute for that. */
const REACH_MS = 60_000;

/** Nothing waits longer than its deadline plus half a minute. The longest deadline of these hosts is half a minute. */
const END_MS = 60_000;

/** A bot that died while it posted leaves a claim for half a minute, and a busy machine takes longer. */
const SHOWN_MS = 90_000;

/** How often record and Slack are asked. Not more often: the watched processes need the machine too. */
const ASK_MS = 250;

const SHORT_PLAN_MS = 2_500;

const PLAN_MS = 15 * 60_000;

/** Plays one run with one fault, from the card to the end, and checks all invariants afterwards. */
export async function runTrial(lab: Lab, schedule: Schedule): Promise<Outcome> {
  const began = Date.now();
  await lab.heal();
  lab.host.killPrograms();
  lab.host.reset();
  const since = lab.slack.mark();
  const undo: (() => Promise<void> | void)[] = [];
  const id = await begin(lab, schedule);
  const press = pressFor(lab, id, since);
  const found: string[] = [];
  let counted = false;
  let struckAt = Date.now();
  try {
    await until(() => hasButton(lab, id, since), CARD_MS, 'no card came');
    counted = await strike(lab, schedule, id, press, undo);
    struckAt = Date.now();
  } catch (error) {
    found.push(`I2: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const one of undo) await one();
  lab.host.set('go');
  await lab.heal();
  const end = await driveToEnd(lab, schedule, id, press);
  const endedAfter = Date.now() - struckAt;
  if (!isTerminal(end.state)) found.push(`I7: still ${end.state} after ${END_MS / 1000} s`);
  await settled(() => lab.host.programs().length === 0, 10_000, ASK_MS);
  // Slack also shows the tasks after the end.
  await settled(
    async () => !(await lab.store.withTasksDue(new Date().toISOString())).includes(id),
    SHOWN_MS,
    ASK_MS,
  );
  await settled(
    async () => isShown(lab, schedule, (await lab.store.read(id)) ?? end, since),
    SHOWN_MS,
    ASK_MS,
  );
  const shownAfter = Date.now() - struckAt;
  const events = await lab.store.events(id);
  if (schedule.family.silences === true) found.push(...silenceProblems(events, struckAt));
  const [effects, truth, logs] = [lab.host.effects(), lab.host.truth(), lab.logs()];
  const run = folded(id, events);
  const [stepsUntil = Infinity, underWay = 0] = lab.host.get('no-more-steps')?.split(' ').map(Number) ?? [];
  found.push(
    ...violations({ lab, schedule, run, events, effects, truth, since, logs, stepsUntil, underWay }),
  );
  found.push(...(await activeRuns(lab)));
  if (!isTerminal(run.state)) await giveUp(lab, id);
  return {
    number: schedule.number,
    family: schedule.family.name,
    mode: schedule.mode,
    moment: schedule.fails === null ? schedule.moment : `${schedule.moment} (${schedule.fails} failed)`,
    end: endOf(run),
    counted,
    violations: found,
    endedAfter,
    shownAfter,
    took: Date.now() - began,
    story:
      found.length === 0
        ? []
        : [
            ...events.map(({ at, event }) => `${at} ${describe(event)}`),
            ...effects.map((one) => `${new Date(one.at).toISOString()} ${JSON.stringify(one)}`),
            JSON.stringify(truth),
            ...logs
              .split('\n')
              .filter((line) => !line.includes('"level":30'))
              .slice(-40),
          ],
  };
}

/** A worker that follows hears something every second and gives up after 8 s of silence. The rest is for a slow machine. */
const FOLLOWED_MS = 15_000;

/** Everything else has the 20 s of the keepalive: the launch, the question before it, the checks. */
const ASKED_MS = 30_000;

const OF_PROGRAM = ['switch-started', 'recovery-begun', 'step', 'switch-ended'];

const HEARD_OF_HOST = ['host-silent', 'switch-ended', 'verified'];

/** Violations if a worker took too long to give up a silent connection. In time, it says so or continues. */
function silenceProblems(events: readonly StoredEvent[], struckAt: number): readonly string[] {
  const before = events.findLast(
    ({ at, event }) => Date.parse(at) < struckAt && OF_PROGRAM.includes(event.type),
  );
  const withinMs = before?.event.type === 'step' ? FOLLOWED_MS : ASKED_MS;
  const heard = events.find(
    ({ at, event }) => Date.parse(at) >= struckAt && HEARD_OF_HOST.includes(event.type),
  );
  const after = heard === undefined ? Infinity : Date.parse(heard.at) - struckAt;
  return after <= withinMs
    ? []
    : [`I7: the silence was noticed after ${after} ms, later than ${withinMs} ms`];
}

function describe(event: { readonly type: string }): string {
  const { plan: _plan, ...rest } = event as { type: string; plan?: unknown };
  return JSON.stringify(rest).slice(0, 300);
}

function endOf(run: Run): string {
  const outcome = run.switched?.ended?.outcome;
  return run.state === 'failed' || run.state === 'closed'
    ? `${run.state} (${outcome ?? 'nothing'})`
    : run.state;
}

/** Makes a run with a plan, or with another question to people, as a preflight would have left it. */
export async function begin(
  lab: Lab,
  { mode, family, number }: Pick<Schedule, 'mode' | 'family' | 'number'>,
  asks: (run: Run, expiresAt: string) => RunEvent = (_, expiresAt) => ({
    type: 'planned',
    plan: lab.host.plan(mode, lab.site),
    expiresAt,
  }),
): Promise<string> {
  const { store, site, host, wakeups } = lab;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const key = `trial-${number}-${Date.now()}-${attempt}`;
    const asked = request({ requester: ALICE, channel: OPS, reason: `trial ${number}` });
    const first = await store.begin(siteKey(site), site.slug, key, { type: 'requested', request: asked });
    if (first.kind !== 'begun') throw new Error(`the run is ${first.kind}`);
    host.stage(first.run.id);
    const expiresMs = family.at === 'before' ? SHORT_PLAN_MS : PLAN_MS;
    const expiresAt = new Date(Date.now() + expiresMs).toISOString();
    const planned = await store.append(first.run, asks(first.run, expiresAt));
    if (planned !== null) {
      await wakeups.show(planned.id);
      return planned.id;
    }
    // A worker's round came in between and runs its own preflight, which ends in a refusal.
    await until(async () => isTerminal((await store.read(first.run.id))?.state ?? 'closed'), 60_000, 'busy');
  }
  throw new Error('no run could be begun');
}

export function hasButton(lab: Lab, id: string, since: number): boolean {
  return postedSince(lab, since).some((message) => {
    const text = JSON.stringify(message.blocks);
    return text.includes(`\\"${id}\\"`) && /"(approve|start)"/.test(text);
  });
}

async function isOpen(lab: Lab, run: string): Promise<boolean> {
  return !isTerminal((await lab.store.read(run))?.state ?? 'closed');
}

async function strike(
  lab: Lab,
  schedule: Schedule,
  run: string,
  press: Press,
  undo: (() => Promise<void> | void)[],
): Promise<boolean> {
  const { family, moment, fails, random } = schedule;
  const scene = {
    lab,
    run,
    random,
    press,
    release: () => lab.host.set('go'),
    noMoreSteps: (underWay: number) => lab.host.set('no-more-steps', `${Date.now()} ${underWay}`),
    afterwards: (one: () => Promise<void> | void) => undo.push(one),
  };
  if (family.at !== 'host') {
    const inside = await isOpen(lab, run);
    return (await family.strike(scene)) !== false && inside;
  }
  if (fails !== null) lab.host.set(`fail-${fails}`);
  lab.host.set('trigger', `${moment}\n`);
  await press.decide();
  if (!(await driveTo(lab, schedule, run, press))) return false;
  const inside = await isOpen(lab, run);
  return (await family.strike(scene)) !== false && inside;
}

/** People decide until the moment is reached. False if the run ends or time runs out first. */
async function driveTo(lab: Lab, { decisions }: Schedule, run: string, press: Press): Promise<boolean> {
  const there = () => lab.host.has('reached');
  const deadline = Date.now() + REACH_MS;
  while (Date.now() < deadline) {
    if (there()) return true;
    const now = await lab.store.read(run);
    if (now === null || isTerminal(now.state)) return there();
    if (now.state === 'needs-decision')
      await press.recover(now, decisions[now.history.stops.length] ?? 'Stop here');
    await settled(there, ASK_MS);
  }
  return false;
}

/** The fault is over. People do what is left for them until the run has ended. */
async function driveToEnd(lab: Lab, schedule: Schedule, id: string, press: Press): Promise<Run> {
  const deadline = Date.now() + END_MS;
  const decideAt = Date.now() + (schedule.family.leaveMs ?? 0);
  for (;;) {
    const run = await lab.store.read(id);
    // A lost record is picked up from the host again.
    if (run === null && Date.now() > deadline)
      throw new NobodyTookItUp(`I2: the record of ${id} is gone, and nobody has taken it up`);
    if (run !== null && (isTerminal(run.state) || Date.now() > deadline)) return run;
    const asks = run?.state === 'awaiting-approval' || run?.state === 'awaiting-start';
    if (asks && Date.now() >= decideAt) await press.decide();
    // If the host was silent, the run continues without people.
    if (run?.state === 'needs-decision' && !isHostSilent(run))
      await press.recover(run, schedule.decisions[run.history.stops.length] ?? 'Stop here');
    await sleep(ASK_MS);
  }
}

function isShown(lab: Lab, { family }: Schedule, run: Run, since: number): boolean {
  const shown = postedSince(lab, since);
  return surfaces(run, lab.site)
    .filter(({ only, file }) => only === undefined && file === undefined)
    .filter(({ key }) => !mayBeMissing(family.name, key))
    .every((surface) => shown.some((message) => sameText(message, surface)));
}

/** Frees the site for the next trial. What went wrong has been reported. */
async function giveUp(lab: Lab, id: string): Promise<void> {
  await lab.link.redis.del(`{rollback}:rb:site:${siteKey(lab.site)}`);
  await lab.link.redis.srem('{rollback}:rb:active', id);
}

async function settled(
  is: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 50,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await is()) return true;
    await sleep(everyMs);
  }
  return false;
}

export async function until(
  is: () => boolean | Promise<boolean>,
  withinMs: number,
  otherwise: string,
): Promise<void> {
  if (!(await settled(is, withinMs))) throw new Error(otherwise);
}
