import type { Approval } from '../approval/approval.ts';
import type { BuildConsent } from '../approval/build.ts';
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
import type { CallResult, Check, RunEvent, StoredEvent, SwitchOutcome } from './event.ts';
import type { GlassRecord } from './glass.ts';
import type { RollbackRequest } from './request.ts';

/**
 * Where a run is.
 *
 *   planning ─┬─ awaiting-approval ─┬─ ready ── switching ── verifying ─┬─ succeeded
 *             │                     │             │  │          │       │
 *             ├─ awaiting-start ────┤             │  └──────────┴───────┼─ failed     (put back, or nothing was changed)
 *             │                     │             └─────────────────────┴─ needs-decision ─┬─ closed
 *             │                     │                    (switching, verifying, succeeded) ─┘
 *             │                     │                     (switching, as soon as a silent host answers)
 *             ├─ refused            ├─ denied
 *             ├─ dry-run            ├─ expired
 *             ├─ cancelled          └─ cancelled
 *             └─ awaiting-build-approval ─── planning, denied, expired, cancelled
 */
export type RunState =
  | 'planning'
  | 'awaiting-build-approval'
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

/** Whether the run has ended; its site is free then. */
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

/** A run: the fold of its events. What exists only together is one part, or null. */
export interface Run {
  readonly id: string;
  /** How many events it has; the next one is stored only if this is still true. */
  readonly revision: number;
  /** Hash of the last event. If the stored record has another one at this position, this copy is stale. */
  readonly hash: string;
  readonly state: RunState;
  /** Counts the pickups by workers. */
  readonly epoch: number;
  readonly requestedAt: string;
  /**
   * Whether every entry is sealed, so that nobody but bot and workers can have written them. False: an older version began
   * the record. The bot shows it, and begins nothing on its word.
   */
  readonly isSealed: boolean;
  readonly request: RollbackRequest;
  /** What a worker is doing, for people to read; null: nothing to mention. */
  readonly progress: string | null;
  /** Since when it has waited for a worker, ISO 8601; null: one has it, or it waits for people. */
  readonly waitingSince: string | null;
  readonly refusal: Refusal | null;
  /** null: the bot has not asked whether it may build the target. */
  readonly build: BuildConsent | null;
  readonly plan: Plan | null;
  /** null: there is no plan, or it is a dry run's, which nobody decides on. */
  readonly consent: Consent | null;
  /** null: the switch has not begun. */
  readonly switched: Switched | null;
  /** The host does not answer; null: it does, as far as the run knows. */
  readonly silence: HostSilence | null;
  /** The stop at which people have to decide, or the last one; null: there was none. */
  readonly stop: Stop | null;
  /** null: the bot has not checked the site yet. */
  readonly verification: Verification | null;
  /** null: the run has not ended. */
  readonly end: RunEnd | null;
  /** The last entry at the end. It is named outside of Redis, so that it shows if a record was cut off. null: not ended. */
  readonly endEntry: Pick<StoredEvent, 'seq' | 'hash'> | null;
  readonly history: RunHistory;
  /** The manual checks that people have confirmed; null: taken back. */
  readonly confirmations: Readonly<Partial<Record<ManualCheckId, Confirmation | null>>>;
  readonly followUps: FollowUpRecord;
  readonly glass: GlassRecord;
  /** What stakeholders were told. */
  readonly updates: UpdatesSent;
  readonly tasks: TasksDone;
}

/** What people said to the plan before anything was changed. */
export interface Consent {
  /** When the plan was made, ISO 8601. */
  readonly since: string;
  /** Until when it may begin, ISO 8601. */
  readonly expiresAt: string;
  /** Someone waits for the loss to be counted again. */
  readonly measuring: boolean;
  /** The last count after the plan's own; null: there was none. */
  readonly measured: Measured | null;
  readonly approvals: readonly Approval[];
  /** Who pressed Start, if no second person was needed. `signature`: hex, as the event has it. */
  readonly started: { readonly by: string; readonly signature: string } | null;
}

/** What happened on the host since the switch began. */
export interface Switched {
  readonly startedAt: string;
  /** The attempt that is under way or ended last. The switch that was approved is number 1. */
  readonly attempt: number;
  /** Of all attempts, in the order in which they began. */
  readonly steps: readonly StepProgress[];
  /** How this attempt ended; null: it is running, or has not begun. */
  readonly ended: SwitchEnd | null;
  /** The decision that this attempt carries out; null for the first. */
  readonly decision: BegunDecision | null;
  /** Who cancelled this attempt, so that it begins no further step; null: nobody. */
  readonly cancelledBy: string | null;
}

/** A stop: people have to decide, and the bot calls them until one of them answers. */
export interface Stop {
  readonly since: string;
  /** A decision that waits for a second person. */
  readonly asked: AskedDecision | null;
  readonly calls: readonly PeopleCall[];
  readonly acknowledgedBy: string | null;
}

/** What the checks after the switch found. */
export interface Verification {
  /** Empty: the site has changed since, and the bot has not checked it again. */
  readonly checks: readonly Check[];
  readonly health: HealthReading;
  /** null: the bot could not read the systemd journal. */
  readonly errors: readonly ErrorCount[] | null;
  /** Host clock in seconds since the epoch; earlier errors were judged already. null: the bot has never read the journal. */
  readonly journalReadAt: number | null;
}

export interface RunEnd {
  readonly at: string;
  /** Who denied, cancelled or closed it; null: nobody, it ended on its own. */
  readonly by: string | null;
  /** What the person who denied it said. Absent: nothing, or it was not denied. */
  readonly reason?: string;
  /** What the bot gave a person who took over by hand; null: nobody did. */
  readonly commands: string | null;
}

export interface RunHistory {
  /** Stops that were decided on. */
  readonly stops: readonly PastStop[];
  /** Decisions for which the bot asked a second person, and the answer to each. */
  readonly requests: readonly DecisionRequest[];
  /** The silences for which the bot called people. */
  readonly silences: readonly PastSilence[];
}

/** Which tasks after the end are done. */
export interface TasksDone {
  /** The host knows that the run has ended. */
  readonly marked: boolean;
  /** The host keeps only what the site's retention allows. */
  readonly pruned: boolean;
  /** Of an undo: the follow-ups of the run that it took back are closed. */
  readonly undoneClosed: boolean;
  /** How writing its row and its entry went; null: not tried yet, or it has none. */
  readonly records: RunRecords | null;
}

/** The steps of all attempts so far, in the order in which they began. */
export function recordedSteps({ switched }: Pick<Run, 'switched'>): readonly StepProgress[] {
  return switched?.steps ?? [];
}

/** The checks that hold for the site as it is now; empty: there are none. */
export function currentChecks({ verification }: Pick<Run, 'verification'>): readonly Check[] {
  return verification?.checks ?? [];
}

/** What happened to the follow-ups of a run. */
export interface FollowUpRecord {
  readonly owners: Readonly<Partial<Record<FollowUpId, Confirmation | null>>>;
  readonly done: Readonly<Partial<Record<FollowUpId, Confirmation | null>>>;
  /** Who closed them before all were done, and why; null: nobody. */
  readonly closed: (Confirmation & { readonly reason: string }) | null;
  /** When a person did something with them last, ISO 8601; null: never. */
  readonly changedAt: string | null;
  /** When the bot reminded people, ISO 8601, and of what. */
  readonly reminders: readonly { readonly at: string; readonly owed: readonly OpenFollowUp[] }[];
  /** The quarantine of the version that the site left; null: not placed on the host yet. */
  readonly quarantine: 'placed' | 'lifted' | null;
}

export interface AskedDecision extends Omit<Extract<RunEvent, { type: 'recovery-asked' }>, 'type'> {
  /** Of the people who have approved it so far, while more are needed. */
  readonly approvals: readonly Approval[];
}

export type BegunDecision = Omit<Extract<RunEvent, { type: 'recovery-begun' }>, 'type'>;

export interface DecisionRequest extends AskedDecision {
  /** Who approved or denied it, or broke the glass; `over`: none of these, and it no longer waits. null: it waits. */
  readonly answer:
    | { readonly kind: 'approved' | 'denied' | 'glass'; readonly by: string; readonly reason?: string }
    | { readonly kind: 'over' }
    | null;
}

/** A stop that was decided on. */
export interface PastStop {
  readonly attempt: number;
  /** How the program of that attempt had ended; without trouble where only checks failed. */
  readonly ended: SwitchEnd;
  readonly checks: readonly Check[];
  readonly decision: Decision;
  readonly by: string;
  /** Of everyone who approved it; empty: nobody had to. */
  readonly approvals: readonly Approval[];
  /** Who broke the glass for it; null: nobody. */
  readonly glassBy: string | null;
}

/** One call for people. */
export interface PeopleCall {
  readonly at: string;
  readonly webhook: CallResult;
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
  /** When the host first left a question unanswered, ISO 8601. */
  readonly since: string;
  /** What the connection said last. */
  readonly why: string;
}

/** A silence for which the bot called people. */
export interface PastSilence extends HostSilence {
  /** When the host answered again, ISO 8601; null: it has not, as far as the run knows. */
  readonly until: string | null;
}

/** An update that the record holds. The last one is not in it: it follows from the state of the run. */
export interface GivenUpdate {
  readonly kind: Extract<UpdateKind, 'started' | 'still-working' | 'people-called'>;
  /** ISO 8601, by the worker's clock. */
  readonly at: string;
}

/** One update of a status page. The bot tries `delayed` again, and `refused` not. */
export interface ToldStatusPage {
  readonly update: string;
  readonly result: Extract<RunEvent, { type: 'status-told' }>['result'];
  readonly problem: string | null;
}

export interface UpdatesSent {
  /** While the run was under way. */
  readonly given: readonly GivenUpdate[];
  /** What the status page was sent. */
  readonly statusPage: readonly ToldStatusPage[];
  /** Who said that the site is back, because the run could not tell; null: nobody. */
  readonly back: { readonly by: string; readonly at: string } | null;
}
