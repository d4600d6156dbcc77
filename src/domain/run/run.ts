import type { Approval } from '../approval/approval.ts';
import type { Confirmation } from '../checklist/confirmation.ts';
import type { FollowUpId, OpenFollowUp } from '../checklist/follow-up-items.ts';
import type { ManualCheckId } from '../checklist/manual-check-items.ts';
import type { TableChange } from '../database/row-changes.ts';
import type { HealthReading } from '../host/health.ts';
import type { ErrorCount } from '../host/journal-errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Refusal } from '../refusal.ts';
import type { UpdateKind } from '../site/stakeholders.ts';
import type { Decision, HostState } from './decision.ts';
import type { Check, RunEvent, SwitchOutcome } from './event.ts';
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
  readonly progress: string | null;
  /** Since when a worker should take it up, ISO 8601; null: one has, or it waits for people. */
  readonly waitingSince: string | null;
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
  readonly recovery: BegunDecision | null;
  /** A decision that waits for a second person. */
  readonly asked: AskedDecision | null;
  /** Decisions for which a second person was asked, and what became of each. */
  readonly asks: readonly DecisionRequest[];
  /** Where earlier attempts have stopped, and what was decided then. */
  readonly settled: readonly PastStop[];
  /** The host does not answer; null: it does, as far as the run knows. */
  readonly silence: HostSilence | null;
  /** The silences for which people were called, in order. */
  readonly pastSilences: readonly PastSilence[];
  /** Since when a person has to decide; null: nobody has to. */
  readonly stoppedAt: string | null;
  readonly pages: readonly PeopleCall[];
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
  readonly confirmations: Readonly<Partial<Record<ManualCheckId, Confirmation | null>>>;
  readonly followUps: FollowUpRecord;
  readonly endedAt: string | null;
  /** What stakeholders have heard. */
  readonly updates: UpdatesSent;
  /** Its host knows that it has ended. */
  readonly marked: boolean;
  /** Its host keeps no more for undoing than it should. */
  readonly pruned: boolean;
  /** Of an undo: the follow-ups of the run that it took back are closed. */
  readonly undoneClosed: boolean;
  /** What became of its row and its entry; null: nothing yet, or it has none. */
  readonly records: RunRecords | null;
}

/** What happened to the follow-ups of a run. */
export interface FollowUpRecord {
  readonly owners: Readonly<Partial<Record<FollowUpId, Confirmation | null>>>;
  readonly done: Readonly<Partial<Record<FollowUpId, Confirmation | null>>>;
  /** Somebody closed them before all were done, and said why. */
  readonly closed: (Confirmation & { readonly reason: string }) | null;
  /** When a person did something with them last, ISO 8601; null: never. */
  readonly changedAt: string | null;
  /** When people were reminded, ISO 8601, and of what. */
  readonly reminders: readonly { readonly at: string; readonly owed: readonly OpenFollowUp[] }[];
  /** Where the quarantine of the version that was left is; null: not placed on the host yet. */
  readonly quarantine: 'placed' | 'lifted' | null;
}

export type AskedDecision = Omit<Extract<RunEvent, { type: 'recovery-asked' }>, 'type'>;

export type BegunDecision = Omit<Extract<RunEvent, { type: 'recovery-begun' }>, 'type'>;

export interface DecisionRequest extends AskedDecision {
  /** Who approved or denied it, or that it is over without either; null: it waits. */
  readonly answer:
    | { readonly kind: 'approved' | 'denied'; readonly by: string }
    | { readonly kind: 'over' }
    | null;
}

/** A stop that was decided on. */
export interface PastStop {
  readonly attempt: number;
  readonly ended: SwitchEnd | null;
  readonly checks: readonly Check[];
  readonly recovery: Decision;
  readonly by: string;
  readonly approver: string | null;
}

/** One call for people who did not answer. */
export interface PeopleCall {
  readonly at: string;
  readonly webhook: Extract<RunEvent, { type: 'paged' }>['webhook'];
}

export interface StepProgress {
  readonly attempt: number;
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly code: number | null;
}

export interface SwitchEnd {
  readonly outcome: SwitchOutcome;
  readonly step: string;
  readonly code: number;
  readonly logTail: string;
  readonly found: HostState | null;
}

/** A host that gives no answer while its program may be running. */
export interface HostSilence {
  /** When the first question was not answered, ISO 8601. */
  readonly since: string;
  /** What the connection said last. */
  readonly why: string;
}

/** A silence for which people were called. */
export interface PastSilence extends HostSilence {
  /** When the host answered again, ISO 8601; null: it has not, as far as the run knows. */
  readonly until: string | null;
}

/** A word that the record holds; the last one follows from the state of the run. */
export interface GivenUpdate {
  readonly kind: Extract<UpdateKind, 'started' | 'still-working' | 'people-called'>;
  /** When it was given, ISO 8601, by the worker's clock. */
  readonly at: string;
}

/** What was told to a status page: `delayed` is tried again, `refused` is not. */
export interface ToldStatusPage {
  readonly update: string;
  readonly result: Extract<RunEvent, { type: 'status-told' }>['result'];
  readonly problem: string | null;
}

export interface UpdatesSent {
  /** While the run went on. */
  readonly given: readonly GivenUpdate[];
  /** By their status page. */
  readonly statusPage: readonly ToldStatusPage[];
  /** Who has said that the site is back, where the run could not; null: nobody. */
  readonly back: { readonly by: string; readonly at: string } | null;
}
