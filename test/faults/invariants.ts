import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { approvalText } from '../../src/domain/approval/approval.ts';
import { foldRun } from '../../src/domain/lifecycle/fold.ts';
import type { StoredEvent } from '../../src/domain/run/event.ts';
import { closedWhileSilent } from '../../src/domain/run/host-silence.ts';
import { isTerminal, type Run } from '../../src/domain/run/run.ts';
import { siteKey } from '../../src/domain/site/site.ts';
import { auditProblems } from '../../src/entry/commands/audit-problems.ts';
import type { Surface } from '../../src/slack/render/blocks/surface.ts';
import { surfaces } from '../../src/slack/render/surfaces.ts';
import type { Lab } from './lab.ts';
import { postedSince } from './posted.ts';
import type { Schedule } from './schedule.ts';
import { type Effect, SECRET, type Truth } from './site.ts';

/** Everything that is known about a trial at its end. */
export interface Evidence {
  readonly lab: Lab;
  readonly schedule: Schedule;
  readonly run: Run;
  readonly events: readonly StoredEvent[];
  readonly effects: readonly Effect[];
  readonly truth: Truth;
  /** Where in the transcript the trial began. */
  readonly since: number;
  readonly logs: string;
  /** From then on no step of the switch may begin, only steps that put back. Milliseconds since 1970. */
  readonly stepsUntil: number;
  /** How many steps may still begin after that, because the program may have checked for the cancel before. */
  readonly underWay: number;
}

/** If the reply to a post is lost, or the bot dies before it notes the post, the message may be there twice. */
const MAY_DOUBLE = [
  'bot killed',
  'bot and worker killed',
  'Redis lost its data',
  'Redis lost its last second',
  'Slack replies lost',
  'bot killed as it posts',
  'bot killed at the click',
  'Slack connections reset',
];

/** The violations, one sentence each, with the name of the invariant. */
export function violations(evidence: Evidence): readonly string[] {
  return [
    ...once(evidence),
    ...ended(evidence),
    ...approvedFirst(evidence),
    ...reportedTruth(evidence),
    ...wholeDatabase(evidence),
    ...secrets(evidence),
  ];
}

/** I1: each step of each attempt begins once, and no two steps of a run at the same time. */
function once({ effects }: Evidence): readonly string[] {
  const found: string[] = [];
  const counts = new Map<string, number>();
  let open: Effect | null = null;
  for (const effect of effects) {
    const name = `${effect.attempt} ${effect.step}`;
    const key = `${name} ${effect.kind} ${effect.kind === 'checkout' ? effect.detail : ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (effect.kind === 'begin') {
      if (open !== null && isAlive(open, effect, effects))
        found.push(`I1: ${name} began while ${open.attempt} ${open.step} was not over`);
      open = effect;
    } else if (effect.kind === 'end' && open?.pid === effect.pid) open = null;
  }
  for (const [key, count] of counts) if (count > 1) found.push(`I1: ${key} happened ${count} times`);
  return found;
}

/** A killed step never writes that it ended, but it is over. A step that ends later was not over. */
function isAlive(step: Effect, since: Effect, effects: readonly Effect[]): boolean {
  return effects.some(({ pid, kind, at }) => kind === 'end' && pid === step.pid && at >= since.at);
}

/** These write something with a signature that nobody gave. */
const FORGED: readonly string[] = ['approval forged', 'glass forged'];

/** I2 and I8: the run has ended, its record is intact, the site is free, and Slack shows exactly that. */
function ended({ lab, run, events, since, schedule }: Evidence): readonly string[] {
  const { name } = schedule.family;
  const problems = auditProblems(run.id, events, lab.auditKeys);
  const found = FORGED.includes(name) ? [] : problems.map((problem) => `I2: audit: ${problem}`);
  const written = [...(run.consent?.approvals ?? []), ...run.glass.broken];
  if (FORGED.includes(name) && written.length > 0 && problems.length === 0)
    found.push('I2: the audit does not see what was forged');
  if (!isTerminal(run.state)) found.push(`I2: ${run.id} has not ended, it is ${run.state}`);
  const shown = postedSince(lab, since);
  const wanted = surfaces(run, lab.site).filter(({ only, file }) => only === undefined && file === undefined);
  for (const surface of wanted) {
    const fitting = shown.filter((message) => sameText(message, surface));
    // Two surfaces may have the same text, such as the log of two attempts.
    const alike = wanted.filter((other) => fitting.some((message) => sameText(message, other))).length;
    const doubled = fitting.length > 0 && MAY_DOUBLE.includes(name);
    const deleted = fitting.length === 0 && mayBeMissing(name, surface.key);
    if (fitting.length !== Math.max(1, alike) && !doubled && !deleted)
      found.push(`I2: Slack shows the surface ${surface.key} ${fitting.length} times as it stands`);
  }
  if (shown.length > wanted.length && !MAY_DOUBLE.includes(name))
    found.push(
      `I2: Slack shows ${shown.length} messages of ${run.id} where ${wanted.length} belong, beyond them: ${beyond(shown, wanted)}`,
    );
  for (const { method, error, messages } of lab.slack.violations)
    found.push(`I2: Slack refused ${method}: ${error} ${messages.join(' ')}`);
  return found;
}

function beyond(shown: readonly Message[], wanted: readonly Surface[]): string {
  const texts = shown.filter((message) => !wanted.some((surface) => sameText(message, surface)));
  return texts.map((message) => JSON.stringify(plainText(message).slice(0, 160))).join(', ') || 'doubles';
}

/** Someone has deleted the message, and the surface has not changed since: there is nothing new to show. */
export function mayBeMissing(family: string, surface: string): boolean {
  return family === 'message deleted' && /^(card|stop-|ask-)/.test(surface);
}

export function sameText(
  message: Message,
  surface: { readonly channel: string; readonly text: string; readonly blocks: readonly unknown[] },
): boolean {
  const blocks = surface.blocks as Message['blocks'];
  return (
    message.channel === surface.channel &&
    plainText(message) === plainText({ ...message, text: surface.text, blocks, files: [] })
  );
}

/** I3: nothing is changed before an approval or after the end, and the approval is that of a second person. */
function approvedFirst({ run, events, effects, lab, stepsUntil, underWay }: Evidence): readonly string[] {
  const found: string[] = [];
  const approved = events.find(({ event }) => event.type === 'approved' || event.type === 'started');
  const begun = events.find(({ event }) => event.type === 'switch-started');
  const first = effects[0];
  if (first !== undefined && (approved === undefined || begun === undefined))
    found.push(`I3: ${first.kind} ${first.detail} in ${first.step} without an approval`);
  else if (first !== undefined && first.at < Date.parse(begun?.at ?? '') - 2)
    found.push(`I3: ${first.kind} in ${first.step} came before the approval`);
  if (first !== undefined && (run.plan?.approvalReasons.length ?? 0) > 0) {
    const people = new Set(run.consent?.approvals.map(({ approver }) => approver));
    people.delete(run.request.requester);
    if (run.consent?.approvals.some((one) => !lab.auditKeys.signer.verify(approvalText(one), one.signature)))
      found.push('I3: it was changed with an approval that nobody has signed');
    if (people.size < lab.site.approval.quorum) found.push('I3: no second person has approved');
  }
  if (first !== undefined && begun && run.consent && begun.at >= run.consent.expiresAt)
    found.push('I3: it began when the plan had expired');
  const last = effects.at(-1);
  // If people end a run while its host is silent, they are told that its program may still be working there.
  if (
    last !== undefined &&
    !closedWhileSilent(run) &&
    run.end !== null &&
    last.at > Date.parse(run.end.at) + 5
  )
    found.push(`I3: ${last.kind} in ${last.step} came after the run had ended`);
  // Another attempt comes from a decision after the cancel.
  const attempt = effects.findLast(({ at }) => at <= stepsUntil)?.attempt;
  const late = effects.filter(
    (one) => one.kind === 'begin' && one.at > stepsUntil && one.attempt === attempt && !isPutBack(one.step),
  );
  if (late.length > underWay)
    found.push(`I3: ${late.map(({ step }) => step).join(', ')} began after a cancel`);
  for (const effect of effects)
    if (effect.run !== '' && effect.run !== run.id) found.push(`I3: an effect of ${effect.run}`);
  return found;
}

/** Steps that may follow a cancel. A restored database is not replaced then: that needs a decision. */
function isPutBack(step: string): boolean {
  return /^(put-back-(?!keep|restore)|probe-)/.test(step);
}

/** I4: what the run reports about the host is true. */
function reportedTruth({ run, truth, lab, schedule, effects }: Evidence): readonly string[] {
  if (schedule.family.name === 'host changed after the plan' && run.state !== 'succeeded') return [];
  const { mode } = schedule;
  const before: Truth = {
    head: lab.host.live,
    dirty: false,
    venv: 'before',
    database: 'before',
    unit: 'active',
  };
  const after: Truth = {
    head: mode === 'database-only' ? lab.host.live : lab.host.target,
    dirty: false,
    venv: mode === 'database-only' ? 'before' : 'target',
    database: mode === 'code-only' ? 'before' : 'restored',
    unit: 'active',
  };
  const expected = run.state === 'succeeded' ? after : isClosed(run) ? null : before;
  const found = expected === null ? [] : differences(expected, truth, run.state);
  const mayChange = ['succeeded', 'failed', 'closed', 'needs-decision'].includes(run.state);
  const changing = effects.filter(({ kind }) => kind !== 'begin' && kind !== 'end');
  if (!mayChange && changing.length > 0)
    found.push(`I4: ${run.id} is ${run.state}, but ${changing.map(({ kind }) => kind).join(', ')} happened`);
  const seen = run.switched?.ended?.found;
  if (run.state === 'closed' && seen && seen.code !== truth.head)
    found.push(`I4: the stop says the code is ${seen.code}, and it is ${truth.head}`);
  return found;
}

function isClosed(run: Run): boolean {
  return run.state === 'closed' || run.state === 'needs-decision';
}

function differences(expected: Truth, truth: Truth, state: string): string[] {
  return (Object.keys(expected) as (keyof Truth)[])
    .filter((key) => expected[key] !== truth[key])
    .map((key) => `I4: the run is ${state}, but ${key} is ${truth[key]} and not ${expected[key]}`);
}

/** I5: the database is the old or the new one as a whole, and a whole safety backup of the old one came first. */
function wholeDatabase({ truth, effects, schedule }: Evidence): readonly string[] {
  const found: string[] = [];
  if (truth.database === 'torn' && schedule.family.name !== 'host changed after the plan')
    found.push('I5: the database is neither the old nor the new one');
  const restore = effects.findIndex(({ kind }) => kind === 'restore');
  const dumped = effects.slice(0, Math.max(0, restore)).some(({ kind }) => kind === 'dump');
  if (restore >= 0 && !dumped) found.push('I5: it was restored without a safety backup');
  return found;
}

/** I6: the database's password is nowhere that people or other programs can read. */
function secrets({ lab, events, logs, since }: Evidence): readonly string[] {
  const places = {
    'the record': JSON.stringify(events),
    Slack: JSON.stringify(lab.slack.transcript().slice(since)),
    'the log': logs,
  };
  return Object.entries(places)
    .filter(([, text]) => text.includes(SECRET))
    .map(([place]) => `I6: the password of the database is in ${place}`);
}

/** I8: one active run per site, in the whole record. */
export async function activeRuns(lab: Lab): Promise<readonly string[]> {
  const [active, holder] = await Promise.all([lab.store.active(), lab.store.activeOn(siteKey(lab.site))]);
  const found: string[] = [];
  if (active.length > 1) found.push(`I8: ${active.join(' and ')} are active on one site`);
  if (holder !== null && !active.includes(holder)) found.push(`I8: ${holder} has the site and is not active`);
  return found;
}

/** The state according to the events alone. */
export function folded(id: string, events: readonly StoredEvent[]): Run {
  return foldRun(id, events);
}
