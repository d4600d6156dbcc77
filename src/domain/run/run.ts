import {
  type FollowUpEvent,
  type FollowUpRecord,
  isFollowUpEvent,
  mayFollow,
  NO_FOLLOW_UPS,
} from '../after/follow-ups.ts';
import type { BoxId, Tick } from '../after/manual-checks.ts';
import type { Approval } from '../approval/approval.ts';
import type { TableChange } from '../database/row-changes.ts';
import type { ErrorCount } from '../host/journal-errors.ts';
import type { HealthReading } from '../host/survey.ts';
import {
  type Ask,
  type AskedRecovery,
  type BegunRecovery,
  type Page,
  type Settled,
  type StepProgress,
  type SwitchEnd,
  stopped,
} from '../lifecycle/attempts.ts';
import { change } from '../lifecycle/changes.ts';
import type { Plan } from '../plan/plan.ts';
import type { Refusal } from '../refusal.ts';
import { type Heard, NOTHING_HEARD } from '../stakeholders/updates.ts';
import type { Check, RunEvent, StoredEvent } from './event.ts';
import { type Absence, fitsSilence, type Silence } from './host-silence.ts';
import type { RollbackRequest } from './request.ts';

/**
 * Where a run is.
 *
 *   planning ─┬─ awaiting-approval ─┬─ ready ── switching ── verifying ─┬─ succeeded
 *             │                     │             │  │          │       │
 *             ├─ awaiting-start ────┤             │  └──────────┴───────┼─ failed     (put back, or nothing was changed)
 *             │                     │             └─────────────────────┴─ needs-decision ─┬─ closed
 *             │                     │                    (switching, verifying, succeeded) ─┘
 *             │                     │                     (switching, as soon as a host that was away answers)
 *             ├─ refused            ├─ denied
 *             ├─ dry-run            ├─ expired
 *             └─ cancelled          └─ cancelled
 */
export type RunState =
  | 'planning'
  | 'awaiting-approval'
  | 'awaiting-start'
  | 'ready'
  | 'switching'
  | 'verifying'
  | 'needs-decision'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'refused'
  | 'denied'
  | 'expired'
  | 'dry-run'
  | 'closed';

const TERMINAL: ReadonlySet<RunState> = new Set([
  'succeeded',
  'failed',
  'cancelled',
  'refused',
  'denied',
  'expired',
  'dry-run',
  'closed',
]);

/** A run that has ended gives its site free. */
export function isTerminal(state: RunState): boolean {
  return TERMINAL.has(state);
}

/** What would be lost, counted at a moment. */
export interface Measured {
  /** ISO 8601. */
  readonly at: string;
  readonly loss: readonly TableChange[] | null;
}

export type RunRecords = Extract<RunEvent, { type: 'records-written' | 'records-pending' | 'records-shown' }>;

/** A run as it stands: the fold of its events. */
export interface Run {
  readonly id: string;
  /** How many events it has; the next one is stored only if this is still true. */
  readonly revision: number;
  /** Of its last event: a record in which another one stands there is not the one that this was read from. */
  readonly hash: string;
  readonly state: RunState;
  readonly epoch: number;
  readonly requestedAt: string;
  readonly request: RollbackRequest;
  readonly looking: string | null;
  /** Since when a worker should take it up, ISO 8601; null: one has, or it waits for people. */
  readonly untakenSince: string | null;
  readonly plan: Plan | null;
  readonly plannedAt: string | null;
  readonly expiresAt: string | null;
  readonly refusal: Refusal | null;
  /** Somebody waits for what would be lost now to be measured. */
  readonly measuring: boolean;
  /** The last measurement after the plan's own; null: there was none. */
  readonly measured: Measured | null;
  readonly approvals: readonly Approval[];
  /** Who pressed Start, where no second person was needed. */
  readonly startedBy: string | null;
  /** Of the start, as its event has it. */
  readonly startSignature: string | null;
  /** Who pressed Deny or Cancel, or closed the run. */
  readonly actor: string | null;
  /** Of all attempts, in the order in which they began. */
  readonly steps: readonly StepProgress[];
  readonly switchStartedAt: string | null;
  /** The attempt that is under way or ended last; the switch that was approved is the first. */
  readonly attempt: number;
  /** Who wants the attempt that is under way to begin no further step. */
  readonly cancelledBy: string | null;
  /** The decision from which this attempt comes; null for the first. */
  readonly recovery: BegunRecovery | null;
  /** A decision that waits for a second person. */
  readonly asked: AskedRecovery | null;
  /** Decisions for which a second person was asked, and what became of each. */
  readonly asks: readonly Ask[];
  /** Where earlier attempts have stopped, and what was decided then. */
  readonly settled: readonly Settled[];
  /** The host does not answer; null: it does, as far as the run knows. */
  readonly silence: Silence | null;
  /** The silences for which people were called, in order. */
  readonly absences: readonly Absence[];
  /** Since when a person has to decide; null: nobody has to. */
  readonly stoppedAt: string | null;
  readonly pages: readonly Page[];
  readonly acknowledgedBy: string | null;
  /** What a person who goes on by hand was given. */
  readonly commands: string | null;
  readonly ended: SwitchEnd | null;
  readonly checks: readonly Check[];
  readonly healthAfter: HealthReading | null;
  /** null: the journal could not be read, or was not yet. */
  readonly errorsAfter: readonly ErrorCount[] | null;
  /** Host clock in seconds since the epoch; errors before it were judged already. null: the journal was never read. */
  readonly journalReadAt: number | null;
  /** What people have looked at since; null: taken back. */
  readonly ticks: Readonly<Partial<Record<BoxId, Tick | null>>>;
  readonly followUps: FollowUpRecord;
  readonly endedAt: string | null;
  /** What stakeholders have heard. */
  readonly heard: Heard;
  /** Its host knows that it has ended. */
  readonly marked: boolean;
  /** Its host keeps no more for undoing than it should. */
  readonly pruned: boolean;
  /** Of an undo: the follow-ups of the run that it took back are closed. */
  readonly undoneClosed: boolean;
  /** What became of its row and its entry; null: nothing yet, or it has none. */
  readonly records: RunRecords | null;
}

/** Folds a run from its events. Errors: throws if the list is empty or does not begin with `requested`. */
export function foldRun(id: string, events: readonly StoredEvent[]): Run {
  const first = events[0];
  if (first?.event.type !== 'requested') throw new Error(`run ${id} has no beginning`);
  const blank: Run = {
    id,
    revision: 1,
    hash: first.hash,
    state: 'planning',
    epoch: 0,
    requestedAt: first.at,
    request: first.event.request,
    looking: null,
    untakenSince: first.at,
    plan: null,
    plannedAt: null,
    expiresAt: null,
    refusal: null,
    measuring: false,
    measured: null,
    approvals: [],
    startedBy: null,
    startSignature: null,
    actor: null,
    steps: [],
    switchStartedAt: null,
    attempt: 1,
    cancelledBy: null,
    recovery: null,
    asked: null,
    asks: [],
    settled: [],
    silence: null,
    absences: [],
    stoppedAt: null,
    pages: [],
    acknowledgedBy: null,
    commands: null,
    ended: null,
    checks: [],
    healthAfter: null,
    errorsAfter: null,
    journalReadAt: null,
    ticks: {},
    followUps: NO_FOLLOW_UPS,
    endedAt: null,
    heard: NOTHING_HEARD,
    marked: false,
    pruned: false,
    undoneClosed: false,
    records: null,
  };
  return events.slice(1).reduce((run, stored) => applyEvent(run, stored), blank);
}

/** The one transition function. Errors: throws on an event that the state does not allow. */
export function applyEvent(run: Run, { event, at, seq, hash }: StoredEvent): Run {
  if (!isAllowed(run, event))
    throw new Error(`run ${run.id}: ${event.type} is not allowed while ${run.state}`);
  const next = { ...change(run, event, at), revision: seq + 1, hash };
  if (isTerminal(next.state) && next.endedAt === null) return { ...next, endedAt: at };
  return next.state === 'needs-decision' && run.state !== 'needs-decision' ? stopped(next, at) : next;
}

const WAITING: readonly RunState[] = ['awaiting-approval', 'awaiting-start'];

/** Ends of a run whose switch began. */
const ENDED_ON_HOST: readonly RunState[] = ['succeeded', 'failed', 'closed'];

const SWITCHED: readonly RunState[] = ['switching', 'verifying', 'needs-decision'];

const ALLOWED: Readonly<Record<Exclude<RunEvent, FollowUpEvent>['type'], readonly RunState[]>> = {
  requested: [],
  'picked-up': ['planning', ...WAITING, 'ready', ...SWITCHED],
  looked: ['planning', 'switching', 'verifying'],
  planned: ['planning'],
  'dry-run-ended': ['planning'],
  refused: ['planning', 'ready'],
  'measure-asked': ['awaiting-approval'],
  measured: ['awaiting-approval'],
  approved: ['awaiting-approval'],
  started: ['awaiting-start'],
  denied: ['awaiting-approval'],
  expired: WAITING,
  cancelled: ['planning', ...WAITING, 'ready'],
  'cancel-asked': ['switching', 'needs-decision'],
  'switch-started': ['ready'],
  'host-silent': ['switching'],
  'host-lost': ['switching'],
  'host-answers': ['switching', 'needs-decision'],
  step: ['switching'],
  'switch-ended': ['switching'],
  verified: ['verifying'],
  'recovery-asked': ['needs-decision'],
  'recovery-dropped': ['needs-decision'],
  'recovery-begun': ['needs-decision'],
  paged: ['needs-decision'],
  acknowledged: ['needs-decision'],
  'taken-over': ['needs-decision'],
  ticked: ['succeeded'],
  closed: ['needs-decision'],
  'word-given': SWITCHED,
  'status-told': [...SWITCHED, ...ENDED_ON_HOST],
  'back-said': ['closed', 'succeeded'],
  marked: ENDED_ON_HOST,
  pruned: ['succeeded'],
  'undone-closed': ['succeeded'],
  'records-written': ENDED_ON_HOST,
  'records-pending': ENDED_ON_HOST,
  'records-shown': ENDED_ON_HOST,
};

/**
 * Whether this event may follow; the store's compare-and-set makes the answer still true when it is written. Errors: throws
 * on an event that this version does not know: a newer one has the run, and what it means cannot be guessed.
 */
export function isAllowed(run: Run, event: RunEvent): boolean {
  if (isFollowUpEvent(event)) return mayFollow(run, event);
  if (!Object.hasOwn(ALLOWED, event.type))
    throw new Error(
      `run ${run.id}: "${event.type}" was written by a newer version of the bot, which takes the run further; update this process`,
    );
  return ALLOWED[event.type].includes(run.state) && fitsSilence(run, event);
}
