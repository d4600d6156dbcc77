import { tableChanges } from '../../../src/domain/database/row-changes.ts';
import type { HealthReading } from '../../../src/domain/host/health.ts';
import type { Plan, PlanFacts } from '../../../src/domain/plan/plan.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import type { Check, RunEvent } from '../../../src/domain/run/event.ts';
import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import type { Run, RunState } from '../../../src/domain/run/run.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { oneLine } from '../../../src/domain/text/printable.ts';
import {
  applied,
  backup,
  evidence,
  LIVE,
  liveCommit,
  named,
  review,
  survey,
  target,
  unit,
} from '../story/evidence.ts';
import {
  buildApproved,
  buildAsked,
  decided,
  ended,
  eventsTo,
  goodChecks,
  hostState,
  plan,
  RUN_STATES,
  runOf,
  steps,
} from '../story/run.ts';
import { ALICE, BOB, request, site, stakeholders, T } from '../story/site.ts';
import { undoPlan } from '../story/undo.ts';
import { brokenGlass } from './glass.ts';
import { reasonStories } from './reasons.ts';

/** The next text of others. */
export type Text = () => string;

/** A site whose names someone has copied from elsewhere. */
export function siteOf(text: Text): Site {
  return site({
    name: text(),
    domain: text(),
    stakeholders: stakeholders(),
    operators: [ALICE],
    approvers: [BOB],
    approval: { expiresMs: 900_000, quorum: 1, breakGlass: [BOB] },
  });
}

const many = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);

const healthOf = (text: Text, status: number | null = 503): HealthReading => ({
  status,
  word: text(),
  failing: [text(), text()],
});

const changesOf = (text: Text) =>
  tableChanges(
    { [text()]: { rows: 900, exact: true }, [text()]: { rows: 400, exact: false } },
    { [text()]: 20 },
    [named('website.0001')],
  );

const errorsOf = (text: Text) => [
  { what: text(), count: 3 },
  { what: text(), count: 1 },
];

/** A plan in which a host, a repository or a person has filled whatever they can. */
export function planOf(text: Text, mode: 'full' | 'code-only' | 'database-only' = 'full'): Plan {
  const made = plan(mode, {
    hostKey: text(),
    ...(mode !== 'database-only' && {
      target: target({ tags: [text()], subject: text(), pin: text() }),
    }),
    survey: survey({
      live: { ...liveCommit, tags: [text()], subject: text(), pin: text() },
    }),
    ...(mode !== 'code-only' && {
      backup: backup({ name: text(), timeNote: text() }),
      lostBeside: many(5, text),
    }),
    otherBackups: many(4, () => ({ name: text(), why: text() })),
    loss: mode === 'code-only' ? null : changesOf(text),
    modeReason: text(),
    reversible: true,
    matrix: {
      environment: 'production',
      slug: 'acme-kitchens',
      version: text(),
      date: text(),
      outcome: text(),
      notes: text(),
    },
    warnings: many(3, text),
    quarantined: [
      { name: text(), run: text(), since: null, why: text(), owed: null },
      { name: text(), run: null, since: null, why: text(), owed: null },
      { name: text(), run: text(), since: null, why: null, owed: [{ item: 'fix', owner: null }] },
    ],
    staying: [named('website.0003')],
    verdict: { kind: 'applied', unwanted: [{ ...applied('a.0001'), app: text(), name: text() }] },
  });
  const facts: Partial<PlanFacts> = {
    healthBefore: healthOf(text),
    units: [
      unit('gunicorn', { name: text(), active: text() }),
      unit('celery', { name: text(), active: text() }),
    ],
    database: {
      ...evidence().database,
      name: text(),
      host: text(),
      serverVersion: text(),
      foreignExtensions: [text()],
    },
    installed: { [text()]: text(), [text()]: text() },
    environment: text(),
    errorsBefore: errorsOf(text),
    leaves: [text(), text()],
  };
  const programSha256 = 'c'.repeat(64);
  return {
    ...made,
    // What others wrote is in the digest, so each plan would have another one.
    digest: 'd'.repeat(64),
    binding: { ...made.binding, programSha256 },
    approvalReasons: [text(), text()],
    facts: { ...made.facts, ...facts },
  };
}

/** An unreviewed commit in which whoever pushed it has filled whatever they can. */
function buildOf(text: Text) {
  const target = {
    commit: '7'.repeat(40),
    committedAt: T.backup,
    subject: text(),
    pin: text(),
    tags: [text()],
  };
  return buildAsked({
    target,
    live: { ...liveCommit, subject: text(), pin: text(), tags: [text()] },
    review: review({
      author: text(),
      branches: many(8, text),
      moreBranches: 3,
      deployedBranch: text(),
      difference: { ahead: 9, behind: 0, files: 40, named: many(8, text), buildFiles: many(8, text) },
    }),
  });
}

function refusedBy(text: Text): RunEvent {
  return {
    type: 'refused',
    refusal: refusal(
      'target-not-installable',
      `pip said: ${oneLine(text(), 300)}.`,
      'Choose another version.',
    ),
  };
}

/** A run's request, and its events after that. */
export interface Story {
  readonly asked: RollbackRequest;
  readonly events: readonly RunEvent[];
}

export function hostileRuns(text: Text): readonly Run[] {
  return hostileStories(text).map(({ asked, events }) => runOf(events, asked));
}

/** Runs in which everything that others wrote comes from `text`, called anew for each of it. */
export function hostileStories(text: Text): readonly Story[] {
  const to = (state: RunState, of: Plan = planOf(text)) => begun(eventsTo(state, of));
  const story = (events: readonly RunEvent[]): Story => ({
    asked: request({ reason: text(), version: text(), backup: text() }),
    events,
  });
  const ran = (...rest: RunEvent[]) => story([...to('switching'), ...rest]);
  const verified = (...checks: Check[]): RunEvent => ({
    type: 'verified',
    checks,
    health: healthOf(text),
    errors: errorsOf(text),
    readAt: 1,
  });
  const failedCheck = (): Check => ({ name: text(), result: 'failed', detail: text() });
  const step = text();
  return [
    ...RUN_STATES.map((state) => story(to(state))),
    story(to('succeeded', planOf(text, 'code-only'))),
    story(to('succeeded', planOf(text, 'database-only'))),
    story(to('awaiting-start', planOf(text, 'code-only'))),
    ...verdictPlans(text).map((of) => story(to('succeeded', of))),
    ...(['full', 'code-only', 'database-only'] as const).map((mode) => {
      const warnings = [text()];
      return story(
        to('succeeded', { ...undoPlan(mode, { warnings, modeReason: text() }), digest: 'd'.repeat(64) }),
      );
    }),
    story([buildOf(text)]),
    story([buildOf(text), { type: 'denied', by: BOB, digest: 'd'.repeat(64) }]),
    story([buildOf(text), buildApproved(), refusedBy(text)]),
    story([{ type: 'looked', what: text() }]),
    ran({ type: 'looked', what: text() }),
    ran({ type: 'host-silent', why: text() }),
    ran(...steps([text(), null]), { type: 'host-silent', why: text() }, { type: 'host-lost', why: text() }),
    ran({ type: 'host-silent', why: text() }, { type: 'host-lost', why: text() }, { type: 'host-answers' }),
    ran(
      ...steps([text(), 0], [text(), 1]),
      ended('hold', text(), 1, { logTail: text(), found: foundOf(text) }),
    ),
    ran(...steps([step, 1]), ended('hold', step, 1, { logTail: text(), found: foundOf(text) })),
    ran(...steps(['put-back-code', 1]), ended('hold', 'restore', 1, { found: foundOf(text) })),
    ran(ended('put-back', text(), 1, { logTail: text() })),
    ran(ended('interrupted', text(), 1, { logTail: text() })),
    ran(ended('untouched', text(), 1, { logTail: text() })),
    ran(
      ended('hold', 'restore', 3),
      decided({ action: 'retry', step: 'restore', attempt: 2 }),
      ended('untouched', 'lock', 1, { logTail: text() }),
    ),
    ran(ended('hold', step, 3), {
      type: 'recovery-asked',
      recovery: { action: 'skip', step, attempt: 2 },
      by: ALICE,
      digest: 'd'.repeat(64),
      expiresAt: T.expires,
    }),
    ran(
      ended('hold', 'restore', 3),
      { type: 'paged', webhook: { error: text() } },
      { type: 'paged', webhook: { error: text() } },
    ),
    ran(ended('hold', 'restore', 3), { type: 'taken-over', by: BOB, commands: 'ls' }),
    ran(
      ended('done', 'healthy', 0),
      verified(
        failedCheck(),
        { ...failedCheck(), result: 'passed' },
        { ...failedCheck(), result: 'not-checked' },
      ),
    ),
    ran(ended('done', 'healthy', 0), {
      type: 'verified',
      checks: [failedCheck()],
      health: healthOf(text, null),
    }),
    ran(ended('done', 'healthy', 0), verified(...goodChecks)),
    ran(
      ended('done', 'healthy', 0),
      verified(failedCheck()),
      decided({ action: 'skip', step: 'proof', attempt: 2 }),
    ),
    ran({ type: 'status-told', word: text(), result: 'refused', problem: text() }),
    ran({ type: 'status-told', word: text(), result: 'delayed', problem: text() }),
    ...brokenGlass(text, planOf(text)).map((events) => story(begun(events))),
    ...afterwards(text).map((event) => story([...to('succeeded'), ...event])),
    story([...to('failed'), { type: 'records-pending', why: text() }]),
    story([...to('closed'), { type: 'records-shown', row: text(), entry: text() }]),
    ...reasonStories(text, {
      held: ran(ended('hold', step, 3)),
      waiting: story(eventsTo('awaiting-approval', { ...planOf(text), quorum: 2 })),
      succeeded: story(to('succeeded')),
      step,
    }),
  ];
}

/** The switch stops the site before anything else. */
function begun(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.flatMap((event) =>
    event.type === 'switch-started' ? [event, ...steps(['stop', 0])] : [event],
  );
}

const foundOf = (text: Text) => hostState({ code: LIVE, units: [{ name: text(), active: text() }] });

function verdictPlans(text: Text): readonly Plan[] {
  const of = planOf(text);
  const verdicts: readonly PlanFacts['verdict'][] = [
    { kind: 'cannot-tell', why: text() },
    { kind: 'behind', missing: [{ app: text(), name: text() }], unwanted: [] },
  ];
  const started = { ...of, facts: { ...of.facts, leftBehind: [text(), text()] } };
  return [...verdicts.map((verdict) => ({ ...of, facts: { ...of.facts, verdict } })), started];
}

/** What may come after the end of a run. */
function afterwards(text: Text): readonly (readonly RunEvent[])[] {
  const closed: RunEvent = { type: 'follow-ups-closed', by: BOB, reason: text() };
  const written = { type: 'records-written', commit: text(), branch: text() } as const;
  return [
    [{ type: 'quarantined', names: [text(), text()] }],
    [{ type: 'quarantined', names: [text()] }, closed],
    [closed, { type: 'quarantine-lifted' }],
    [{ type: 'reminded', number: 1, owed: [{ item: 'fix', owner: null }] }],
    [{ ...written, pullRequest: { said: text() } }],
    [{ ...written, pullRequest: { problem: text() } }],
    [{ ...written, pullRequest: null }],
  ];
}
