import { describe, expect, it } from 'vitest';
import { isAllowed } from '../../../src/domain/lifecycle/allowed.ts';
import { applyEvent, foldRun } from '../../../src/domain/lifecycle/fold.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import type { Decision } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { isTerminal, type RunState, recordedSteps } from '../../../src/domain/run/run.ts';
import { healthy } from '../../support/story/evidence.ts';
import {
  approval,
  broken,
  buildAsked,
  ended,
  eventsTo,
  goodChecks,
  plan,
  RUN_ID,
  RUN_STATES,
  runIn,
  runOf,
  started,
  steps,
  verified,
} from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, request, T } from '../../support/story/site.ts';

const PLAN = plan();

const RETRY: Decision = { action: 'retry', step: 'restore', attempt: 2 };

const NO = refusal('dirty-tree', 'Files were changed.', 'Look at them.');

const EVENTS: Readonly<Record<RunEvent['type'], RunEvent>> = {
  requested: { type: 'requested', request: request() },
  'picked-up': { type: 'picked-up', worker: 'worker-1', epoch: 4 },
  looked: { type: 'looked', what: 'the host' },
  'build-asked': buildAsked(),
  planned: { type: 'planned', plan: PLAN, expiresAt: T.expires },
  'dry-run-ended': { type: 'dry-run-ended', plan: PLAN },
  refused: { type: 'refused', refusal: NO },
  'measure-asked': { type: 'measure-asked', by: BOB },
  measured: { type: 'measured', loss: [] },
  approved: { type: 'approved', approval: approval(PLAN) },
  started: started(PLAN),
  denied: { type: 'denied', by: BOB, digest: PLAN.digest },
  expired: { type: 'expired' },
  cancelled: { type: 'cancelled', by: BOB },
  'cancel-asked': { type: 'cancel-asked', by: BOB },
  'switch-started': { type: 'switch-started', digest: PLAN.digest },
  'host-silent': { type: 'host-silent', why: 'no route to host' },
  'host-lost': { type: 'host-lost', why: 'no route to host' },
  'host-answers': { type: 'host-answers' },
  step: { type: 'step', name: 'stop', phase: 'start', code: null, hostTime: T.switched },
  'switch-ended': ended('done', 'healthy', 0),
  verified,
  'recovery-asked': { type: 'recovery-asked', recovery: RETRY, by: ALICE, digest: 'd', expiresAt: T.expires },
  'recovery-approved': { type: 'recovery-approved', approval: approval(PLAN) },
  'recovery-dropped': { type: 'recovery-dropped', by: null },
  'recovery-begun': {
    type: 'recovery-begun',
    recovery: RETRY,
    by: ALICE,
    digest: 'd',
    expiresAt: T.expires,
    approval: null,
  },
  'glass-broken': broken(PLAN),
  'glass-told': { type: 'glass-told', number: 1, webhook: 'sent' },
  'review-closed': { type: 'review-closed', by: BOB, note: 'nobody was there' },
  'review-reminded': { type: 'review-reminded', number: 1 },
  paged: { type: 'paged', webhook: 'none' },
  acknowledged: { type: 'acknowledged', by: BOB },
  'taken-over': { type: 'taken-over', by: BOB, commands: 'ssh …' },
  ticked: { type: 'ticked', box: 'phone', by: BOB, on: true },
  closed: { type: 'closed', by: BOB },
  'word-given': { type: 'word-given', kind: 'still-working' },
  'status-told': { type: 'status-told', word: 'started', result: 'taken', problem: null },
  'back-said': { type: 'back-said', by: BOB },
  marked: { type: 'marked' },
  pruned: { type: 'pruned' },
  'undone-closed': { type: 'undone-closed' },
  'follow-up': { type: 'follow-up', item: 'cause', act: 'take', by: BOB },
  'follow-ups-closed': { type: 'follow-ups-closed', by: BOB, reason: 'v0.6.1 replaces it' },
  reminded: { type: 'reminded', number: 1, owed: [] },
  quarantined: { type: 'quarantined', names: ['v0.6.0'] },
  'quarantine-lifted': { type: 'quarantine-lifted' },
  'records-written': {
    type: 'records-written',
    commit: 'c'.repeat(40),
    branch: 'records',
    pullRequest: null,
  },
  'records-pending': { type: 'records-pending', why: 'the repository is away' },
  'records-shown': { type: 'records-shown', row: null, entry: '## Site: acme-kitchens' },
};

const ENDED_ON_HOST = { succeeded: 'succeeded', failed: 'failed', closed: 'closed' } as const;

const WAITING = ['awaiting-build-approval', 'awaiting-approval', 'awaiting-start'] as const;

const all = (to: RunState, ...from: readonly RunState[]) => Object.fromEntries(from.map((one) => [one, to]));

/** Where each event leads from each state; what is not named is forbidden. */
const MATRIX: Readonly<Record<RunEvent['type'], Partial<Record<RunState, RunState>>>> = {
  requested: {},
  'picked-up': {
    planning: 'planning',
    'awaiting-build-approval': 'awaiting-build-approval',
    'awaiting-approval': 'awaiting-approval',
    'awaiting-start': 'awaiting-start',
    ready: 'ready',
    switching: 'switching',
    verifying: 'verifying',
    'needs-decision': 'needs-decision',
  },
  looked: { planning: 'planning', switching: 'switching', verifying: 'verifying' },
  'build-asked': { planning: 'awaiting-build-approval' },
  planned: { planning: 'awaiting-approval' },
  'dry-run-ended': { planning: 'dry-run' },
  refused: { planning: 'refused', ready: 'refused' },
  'measure-asked': { 'awaiting-approval': 'awaiting-approval' },
  measured: { 'awaiting-approval': 'awaiting-approval' },
  approved: { 'awaiting-build-approval': 'planning', 'awaiting-approval': 'ready' },
  started: { 'awaiting-start': 'ready' },
  denied: { 'awaiting-build-approval': 'denied', 'awaiting-approval': 'denied' },
  expired: all('expired', ...WAITING),
  cancelled: all('cancelled', 'planning', ...WAITING, 'ready'),
  'cancel-asked': { switching: 'switching' },
  'switch-started': { ready: 'switching' },
  'host-silent': { switching: 'switching' },
  // Only after a silence, see test/domain/run/host-silence.test.ts.
  'host-lost': {},
  'host-answers': {},
  step: { switching: 'switching' },
  'switch-ended': { switching: 'verifying' },
  verified: { verifying: 'succeeded' },
  'recovery-asked': { 'needs-decision': 'needs-decision' },
  'recovery-approved': { 'needs-decision': 'needs-decision' },
  'recovery-dropped': { 'needs-decision': 'needs-decision' },
  'recovery-begun': { 'needs-decision': 'switching' },
  'glass-broken': { 'awaiting-approval': 'ready' },
  // Only after a broken glass, see test/domain/run/glass.test.ts.
  'glass-told': {},
  'review-closed': {},
  'review-reminded': {},
  paged: { 'needs-decision': 'needs-decision' },
  acknowledged: { 'needs-decision': 'needs-decision' },
  'taken-over': { 'needs-decision': 'closed' },
  ticked: { succeeded: 'succeeded' },
  closed: { 'needs-decision': 'closed' },
  'word-given': { switching: 'switching', verifying: 'verifying', 'needs-decision': 'needs-decision' },
  'status-told': {
    switching: 'switching',
    verifying: 'verifying',
    'needs-decision': 'needs-decision',
    succeeded: 'succeeded',
    failed: 'failed',
    closed: 'closed',
  },
  'back-said': { closed: 'closed', succeeded: 'succeeded' },
  pruned: {
    ...ENDED_ON_HOST,
    cancelled: 'cancelled',
    refused: 'refused',
    denied: 'denied',
    expired: 'expired',
    'dry-run': 'dry-run',
  },
  'undone-closed': { succeeded: 'succeeded' },
  'follow-up': { succeeded: 'succeeded' },
  'follow-ups-closed': { succeeded: 'succeeded' },
  reminded: { succeeded: 'succeeded' },
  quarantined: { succeeded: 'succeeded' },
  'quarantine-lifted': { succeeded: 'succeeded' },
  marked: {
    ...ENDED_ON_HOST,
    cancelled: 'cancelled',
    denied: 'denied',
    expired: 'expired',
    refused: 'refused',
  },
  'records-written': ENDED_ON_HOST,
  'records-pending': ENDED_ON_HOST,
  'records-shown': ENDED_ON_HOST,
};

const types = Object.keys(EVENTS) as RunEvent['type'][];

const pairs = types.flatMap((type) => RUN_STATES.map((state) => [type, state] as const));

const allowed = pairs.filter(([type, state]) => MATRIX[type][state] !== undefined);

const forbidden = pairs.filter(([type, state]) => MATRIX[type][state] === undefined);

describe('the transition function', () => {
  it.each(allowed)('takes %s while %s', (type, state) => {
    const run = runIn(state, PLAN);
    const next = applyEvent(run, { seq: run.revision, at: T.decided, hash: '', event: EVENTS[type] });

    expect(isAllowed(run, EVENTS[type])).toBe(true);
    expect(next.state).toBe(MATRIX[type][state]);
    expect(next.revision).toBe(run.revision + 1);
  });

  it.each(forbidden)('refuses %s while %s', (type, state) => {
    const run = runIn(state, PLAN);

    expect(isAllowed(run, EVENTS[type])).toBe(false);
    expect(() =>
      applyEvent(run, { seq: run.revision, at: T.decided, hash: '', event: EVENTS[type] }),
    ).toThrow(`run ${RUN_ID}: ${type} is not allowed while ${state}`);
  });

  it('says so where a newer version of the bot has written what this one does not know', () => {
    const event = { type: 'teleported' } as unknown as RunEvent;

    expect(() => applyEvent(runIn('ready', PLAN), { seq: 3, at: T.decided, hash: '', event })).toThrow(
      `run ${RUN_ID}: "teleported" was written by a newer version of the bot, which continues the run; update this process`,
    );
  });

  it('covers every event in every state', () => {
    expect(allowed.length + forbidden.length).toBe(types.length * RUN_STATES.length);
    expect([...new Set(RUN_STATES)]).toHaveLength(16);
  });
});

describe('a run', () => {
  it.each(RUN_STATES)('is %s after the events that lead there', (state) => {
    expect(runIn(state, PLAN).state).toBe(state);
  });

  it('gives its site free exactly when it has ended', () => {
    expect(RUN_STATES.filter(isTerminal)).toEqual([
      'succeeded',
      'failed',
      'cancelled',
      'refused',
      'denied',
      'expired',
      'dry-run',
      'closed',
    ]);
    expect(RUN_STATES.filter((state) => runIn(state, PLAN).end !== null)).toEqual(
      RUN_STATES.filter(isTerminal),
    );
  });

  it.each([
    ['an empty list', []],
    ['a list that begins in the middle', [{ seq: 0, at: T.planned, hash: '', event: EVENTS.looked }]],
  ])('cannot be folded from %s', (_, events) => {
    expect(() => foldRun('acme-kitchens-9', events)).toThrow('run acme-kitchens-9 has no beginning');
  });

  it('waits for Start when the plan needs no second person', () => {
    const run = runOf([{ type: 'planned', plan: plan('code-only'), expiresAt: T.expires }]);

    expect(run).toMatchObject({
      state: 'awaiting-start',
      consent: { expiresAt: T.expires, since: T.planned },
    });
  });

  it.each([
    ['done', 'verifying'],
    ['untouched', 'failed'],
    ['put-back', 'failed'],
    ['hold', 'needs-decision'],
    ['interrupted', 'needs-decision'],
  ] as const)('is, when the program on the host ended as %s, %s', (outcome, state) => {
    expect(runOf([...eventsTo('switching'), ended(outcome, 'x', 1)]).state).toBe(state);
  });

  it('needs a decision when one check of the proof failed', () => {
    const bad = { name: 'homepage', result: 'failed', detail: '500' } as const;
    const run = runOf([
      ...eventsTo('verifying'),
      { type: 'verified', checks: [...goodChecks, bad], health: healthy },
    ]);

    expect(run.state).toBe('needs-decision');
  });

  it('remembers who acted last', () => {
    expect(runIn('denied').end?.by).toBe(BOB);
    expect(runIn('closed').end?.by).toBe(BOB);
  });

  it('still knows who started it after somebody else has closed it', () => {
    const closed = runOf([
      ...eventsTo('switching', plan('code-only')),
      ended('hold', 'static', 1),
      { type: 'closed', by: CAROL },
    ]);

    expect(closed).toMatchObject({ consent: { started: { by: ALICE } }, end: { by: CAROL } });
  });
});

describe('the steps of a run', () => {
  it('keep the host times of their begin and end', () => {
    const run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', null])]);

    expect(recordedSteps(run)).toEqual([
      { attempt: 1, name: 'recheck', startedAt: T.switched, endedAt: '2026-03-01T02:20:02.000Z', code: 0 },
      { attempt: 1, name: 'stop', startedAt: '2026-03-01T02:20:02.000Z', endedAt: null, code: null },
    ]);
  });

  it('begin once, however often the line comes', () => {
    const [begun] = steps(['stop', null]);
    const run = runOf([...eventsTo('switching'), ...(begun ? [begun, begun] : [])]);

    expect(recordedSteps(run)).toHaveLength(1);
  });

  it('end the note that the host does not answer', () => {
    const note: RunEvent = { type: 'looked', what: 'the host does not answer' };

    expect(runOf([...eventsTo('switching'), note]).progress).toBe('the host does not answer');
    expect(runOf([...eventsTo('switching'), note, ...steps(['stop', null])]).progress).toBeNull();
  });
});
