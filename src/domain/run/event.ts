import type { Approval } from '../approval/approval.ts';
import type { AskedBuild } from '../approval/build.ts';
import type { BrokenGlass } from '../approval/glass.ts';
import type { FollowUpAct, FollowUpId, OpenFollowUp } from '../checklist/follow-up-items.ts';
import type { ManualCheckId } from '../checklist/manual-check-items.ts';
import type { TableChange } from '../database/row-changes.ts';
import type { HealthReading } from '../host/health.ts';
import type { ErrorCount } from '../host/journal-errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Refusal } from '../refusal.ts';
import type { Decision, HostState } from './decision.ts';
import type { RollbackRequest } from './request.ts';
import type { Seal } from './seal.ts';

/** How the program on the host ended; `domain/lifecycle/attempts.ts` says what each means for the run. */
export type SwitchOutcome = 'done' | 'untouched' | 'put-back' | 'hold' | 'interrupted';

/** One of the checks after the switch. */
export interface Check {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'not-checked';
  readonly detail: string;
}

/** How a call of the paging webhook went; `none`: there is no webhook, or it was not its turn. */
export type CallResult = 'sent' | 'none' | { readonly error: string };

/** What happened to a run. The list of these is the run's record and its audit trail at once. */
export type RunEvent =
  | { readonly type: 'requested'; readonly request: RollbackRequest }
  | { readonly type: 'picked-up'; readonly worker: string; readonly epoch: number }
  | { readonly type: 'looked'; readonly what: string }
  /** The target is unreviewed: people have to approve before the bot builds it. Their answer is `approved` or `denied`. */
  | { readonly type: 'build-asked'; readonly asked: AskedBuild; readonly expiresAt: string }
  | { readonly type: 'planned'; readonly plan: Plan; readonly expiresAt: string }
  | { readonly type: 'dry-run-ended'; readonly plan: Plan }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** Someone who decides wants to know what would be lost now, and not when the plan was made. */
  | { readonly type: 'measure-asked'; readonly by: string }
  /** `loss`: null if the count failed. */
  | { readonly type: 'measured'; readonly loss: readonly TableChange[] | null }
  | { readonly type: 'approved'; readonly approval: Approval }
  | {
      readonly type: 'started';
      readonly by: string;
      readonly digest: string;
      /** HMAC-SHA256 with APPROVAL_SECRET over `startText`, hex. */
      readonly signature: string;
    }
  | { readonly type: 'denied'; readonly by: string; readonly digest: string; readonly reason?: string }
  | { readonly type: 'expired' }
  | { readonly type: 'cancelled'; readonly by: string }
  /** The switch is running: it begins no further step. */
  | { readonly type: 'cancel-asked'; readonly by: string }
  | { readonly type: 'switch-started'; readonly digest: string }
  /** The host did not answer a question about the switch: the first such question after an answer. */
  | { readonly type: 'host-silent'; readonly why: string }
  /** The host has not answered for so long that people have to know. */
  | { readonly type: 'host-lost'; readonly why: string }
  /** The host answers again: its program is there, or there is none. */
  | { readonly type: 'host-answers' }
  | {
      readonly type: 'step';
      readonly name: string;
      readonly phase: 'start' | 'end';
      /** Exit code; null at the start. */
      readonly code: number | null;
      /** Host clock, ISO 8601. */
      readonly hostTime: string;
    }
  | {
      readonly type: 'switch-ended';
      readonly outcome: SwitchOutcome;
      /** The step that decided it, and its exit code. */
      readonly step: string;
      readonly code: number;
      readonly logTail: string;
      /** What was in place on the host then, if a person has to decide; null: nobody asked, or no answer came. */
      readonly found: HostState | null;
    }
  | {
      readonly type: 'verified';
      readonly checks: readonly Check[];
      readonly health: HealthReading;
      /** Errors in the systemd journal since the site was started; null: the bot could not read it. */
      readonly errors?: readonly ErrorCount[] | null;
      /** When the bot read it, by the host's clock, in seconds since the epoch; null: it did not. */
      readonly readAt?: number | null;
    }
  /** A second person has to agree before it is done. */
  | {
      readonly type: 'recovery-asked';
      readonly recovery: Decision;
      readonly by: string;
      readonly digest: string;
      readonly expiresAt: string;
    }
  /** One of several people who have to approve it. The last one's approval begins it. */
  | { readonly type: 'recovery-approved'; readonly approval: Approval }
  /** Denied by a person, or null: nobody agreed in time. */
  | { readonly type: 'recovery-dropped'; readonly by: string | null; readonly reason?: string }
  | {
      readonly type: 'recovery-begun';
      readonly recovery: Decision;
      readonly by: string;
      readonly digest: string;
      /** Until when the host may begin with it. */
      readonly expiresAt: string;
      /** Of the second person, or the last one of several; null: none was needed. */
      readonly approval: Approval | null;
      /** Of those before the last one. Absent if there were none. */
      readonly approvals?: readonly Approval[];
    }
  /** Someone lets it go ahead without the approvals that it lacks. `told`: who is told at once, groups resolved. */
  | { readonly type: 'glass-broken'; readonly glass: BrokenGlass; readonly told: readonly string[] }
  /** The paging webhook has heard of it. `number`: 1 for the first time that the glass of this run was broken. */
  | { readonly type: 'glass-told'; readonly number: number; readonly webhook: CallResult }
  /** An approver who had no part in it has reviewed it. */
  | { readonly type: 'review-closed'; readonly by: string; readonly note: string }
  | { readonly type: 'review-reminded'; readonly number: number }
  | { readonly type: 'paged'; readonly webhook: CallResult }
  | { readonly type: 'acknowledged'; readonly by: string }
  /** A person continues by hand, with these commands. */
  | { readonly type: 'taken-over'; readonly by: string; readonly commands: string }
  /** A person confirmed a manual check; `on` false: took that back. */
  | { readonly type: 'ticked'; readonly box: ManualCheckId; readonly by: string; readonly on: boolean }
  | { readonly type: 'closed'; readonly by: string }
  /** Stakeholders get the update that they were promised. */
  | { readonly type: 'word-given'; readonly kind: 'still-working' | 'people-called' }
  /** How an update of the status page went; the bot tries `delayed` again, and `refused` not. */
  | {
      readonly type: 'status-told';
      readonly word: string;
      readonly result: 'taken' | 'delayed' | 'refused';
      /** For people to read; null: there was none. */
      readonly problem: string | null;
    }
  /** A person says that the site is back, because the run can't tell: it was finished by hand, or checks failed. */
  | { readonly type: 'back-said'; readonly by: string }
  /** The host knows that the run has ended, so no worker adopts it from there again. */
  | { readonly type: 'marked' }
  /** A worker removed from the host what the site's retention no longer keeps. */
  | { readonly type: 'pruned' }
  /** The follow-ups of the run that this undo took back are closed. */
  | { readonly type: 'undone-closed' }
  /** A person did something with a follow-up. */
  | {
      readonly type: 'follow-up';
      readonly item: FollowUpId;
      readonly act: FollowUpAct;
      readonly by: string;
    }
  /** A person closed the follow-ups before all were done. */
  | { readonly type: 'follow-ups-closed'; readonly by: string; readonly reason: string }
  /** The bot reminded people of these. `number`: 1 for the first reminder. */
  | { readonly type: 'reminded'; readonly number: number; readonly owed: readonly OpenFollowUp[] }
  /** The version that the site left is quarantined on the host under these names. */
  | { readonly type: 'quarantined'; readonly names: readonly string[] }
  | { readonly type: 'quarantine-lifted' }
  /** The matrix and the incident log have it, in one commit. */
  | {
      readonly type: 'records-written';
      /** 40-hex. */
      readonly commit: string;
      readonly branch: string;
      /** What the command for the pull request said, or why it failed; null: none is configured. */
      readonly pullRequest: { readonly said: string } | { readonly problem: string } | null;
    }
  /** The matrix and the incident log do not have it yet; the bot tries again. */
  | { readonly type: 'records-pending'; readonly why: string }
  /** No repository is configured: people add this to their own. `row`: null if the row stays as it is. */
  | { readonly type: 'records-shown'; readonly row: string | null; readonly entry: string };

/** An event as stored: numbered from 0, chained by its seal, timed by the clock of the process that wrote it. */
export interface StoredEvent {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /**
   * HMAC-SHA256 over the run's id, the previous entry's hash and this entry's content, hex. Without a seal: SHA-256 over the
   * last two, which anyone can compute.
   */
  readonly hash: string;
  /** Absent in entries of older versions: nothing proves who wrote those. */
  readonly seal?: Seal;
  readonly event: RunEvent;
}

/** The events about a run's follow-ups. */
export type FollowUpEvent = Extract<
  RunEvent,
  { type: 'follow-up' | 'follow-ups-closed' | 'reminded' | 'quarantined' | 'quarantine-lifted' }
>;

/** The events about a broken glass. */
export type GlassEvent = Extract<
  RunEvent,
  { type: 'glass-broken' | 'glass-told' | 'review-closed' | 'review-reminded' }
>;

const GLASS: ReadonlySet<string> = new Set<GlassEvent['type']>([
  'glass-broken',
  'glass-told',
  'review-closed',
  'review-reminded',
]);

export function isGlassEvent(event: RunEvent): event is GlassEvent {
  return GLASS.has(event.type);
}

const EVENTS: ReadonlySet<string> = new Set<FollowUpEvent['type']>([
  'follow-up',
  'follow-ups-closed',
  'reminded',
  'quarantined',
  'quarantine-lifted',
]);

export function isFollowUpEvent(event: RunEvent): event is FollowUpEvent {
  return EVENTS.has(event.type);
}
