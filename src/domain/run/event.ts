import type { Approval } from '../approval/approval.ts';
import type { FollowUpAct, FollowUpId, OpenFollowUp } from '../checklist/follow-up-items.ts';
import type { ManualCheckId } from '../checklist/manual-check-items.ts';
import type { TableChange } from '../database/row-changes.ts';
import type { HealthReading } from '../host/health.ts';
import type { ErrorCount } from '../host/journal-errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Refusal } from '../refusal.ts';
import type { Decision, HostState } from './decision.ts';
import type { RollbackRequest } from './request.ts';

/** How the program on the host ended; `domain/run.ts` says what each means for the run. */
export type SwitchOutcome = 'done' | 'untouched' | 'put-back' | 'hold' | 'interrupted';

/** One line of the proof after the switch. */
export interface Check {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'not-checked';
  readonly detail: string;
}

/** What happened to a run. The list of these is the run's record and its audit trail at once. */
export type RunEvent =
  | { readonly type: 'requested'; readonly request: RollbackRequest }
  | { readonly type: 'picked-up'; readonly worker: string; readonly epoch: number }
  | { readonly type: 'looked'; readonly what: string }
  | { readonly type: 'planned'; readonly plan: Plan; readonly expiresAt: string }
  | { readonly type: 'dry-run-ended'; readonly plan: Plan }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** Somebody who decides wants to know what would be lost now, and not when the plan was made. */
  | { readonly type: 'measure-asked'; readonly by: string }
  /** `loss`: null where the rows could not be counted. */
  | { readonly type: 'measured'; readonly loss: readonly TableChange[] | null }
  | { readonly type: 'approved'; readonly approval: Approval }
  | {
      readonly type: 'started';
      readonly by: string;
      readonly digest: string;
      /** HMAC-SHA256 with APPROVAL_SECRET over `startText`, hex. */
      readonly signature: string;
    }
  | { readonly type: 'denied'; readonly by: string; readonly digest: string }
  | { readonly type: 'expired' }
  | { readonly type: 'cancelled'; readonly by: string }
  /** The switch runs already: it begins no further step. */
  | { readonly type: 'cancel-asked'; readonly by: string }
  | { readonly type: 'switch-started'; readonly digest: string }
  /** A question about the switch was not answered; the first one after an answer. */
  | { readonly type: 'host-silent'; readonly why: string }
  /** The host has not answered for so long that people have to know. */
  | { readonly type: 'host-lost'; readonly why: string }
  /** The host was heard again: its program, or that there is none. */
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
      /** What was on the host then, where a person has to decide; null: it was not asked or did not answer. */
      readonly found: HostState | null;
    }
  | {
      readonly type: 'verified';
      readonly checks: readonly Check[];
      readonly health: HealthReading;
      /** Errors in the journal since the site was started; null: it cannot be read. */
      readonly errors?: readonly ErrorCount[] | null;
      /** When the journal was read, by the host's clock, in seconds since the epoch; null: it was not. */
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
  /** Denied by a person, or null: nobody agreed in time. */
  | { readonly type: 'recovery-dropped'; readonly by: string | null }
  | {
      readonly type: 'recovery-begun';
      readonly recovery: Decision;
      readonly by: string;
      readonly digest: string;
      /** Until when the host may begin with it. */
      readonly expiresAt: string;
      /** Of the second person, where one is needed. */
      readonly approval: Approval | null;
    }
  | { readonly type: 'paged'; readonly webhook: 'sent' | 'none' | { readonly error: string } }
  | { readonly type: 'acknowledged'; readonly by: string }
  /** A person goes on by hand, with these commands. */
  | { readonly type: 'taken-over'; readonly by: string; readonly commands: string }
  /** A person looked at what only people can check; `on` false: took it back. */
  | { readonly type: 'ticked'; readonly box: ManualCheckId; readonly by: string; readonly on: boolean }
  | { readonly type: 'closed'; readonly by: string }
  /** Stakeholders hear the word that they were promised. */
  | { readonly type: 'word-given'; readonly kind: 'still-working' | 'people-called' }
  /** What became of telling a status page; `delayed` is tried again, `refused` is not. */
  | {
      readonly type: 'status-told';
      readonly word: string;
      readonly result: 'taken' | 'delayed' | 'refused';
      /** In words; null where there was none. */
      readonly problem: string | null;
    }
  /** A person says that the site is back, where the run could not: finished by hand, or its proof did not hold. */
  | { readonly type: 'back-said'; readonly by: string }
  /** The host knows that the run has ended: it is not taken up again from there. */
  | { readonly type: 'marked' }
  /** What is older than the site's retention was taken away on the host. */
  | { readonly type: 'pruned' }
  /** The run that this undo took back has nothing to follow up any more. */
  | { readonly type: 'undone-closed' }
  /** A person did something with a follow-up. */
  | {
      readonly type: 'follow-up';
      readonly item: FollowUpId;
      readonly act: FollowUpAct;
      readonly by: string;
    }
  /** A person closed the follow-ups although not all are done. */
  | { readonly type: 'follow-ups-closed'; readonly by: string; readonly reason: string }
  /** People were reminded of these, for the first time, the second, and so on. */
  | { readonly type: 'reminded'; readonly number: number; readonly owed: readonly OpenFollowUp[] }
  /** The version that was left is quarantined on the host under these names. */
  | { readonly type: 'quarantined'; readonly names: readonly string[] }
  | { readonly type: 'quarantine-lifted' }
  /** The matrix and the incident log have it, in one commit. */
  | {
      readonly type: 'records-written';
      /** 40-hex. */
      readonly commit: string;
      readonly branch: string;
      /** What the command for the pull request said, or why it did not go through; null: there is none. */
      readonly pullRequest: { readonly said: string } | { readonly problem: string } | null;
    }
  /** The matrix and the incident log do not have it yet; it is tried again. */
  | { readonly type: 'records-pending'; readonly why: string }
  /** No repository is configured: people put this into their own. `row`: null where the row stays as it is. */
  | { readonly type: 'records-shown'; readonly row: string | null; readonly entry: string };

/** An event as it is stored: numbered from 0, chained by hash, stamped by the clock of the one who wrote it. */
export interface StoredEvent {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** SHA-256 over the previous entry's hash and this entry's content. */
  readonly hash: string;
  readonly event: RunEvent;
}

/** What happens to follow-ups, as events of their run. */
export type FollowUpEvent = Extract<
  RunEvent,
  { type: 'follow-up' | 'follow-ups-closed' | 'reminded' | 'quarantined' | 'quarantine-lifted' }
>;

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
