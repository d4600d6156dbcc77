import type { Approval } from '../approval/approval.ts';
import type { Plan } from '../plan/plan.ts';
import { type FollowUpEvent, isFollowUpEvent, type RunEvent } from '../run/event.ts';
import type { Run, RunRecords } from '../run/run.ts';
import { asking, closed, decided, dropped, stepsAfter, switchEnded } from './attempts.ts';
import { followedUp } from './follow-ups.ts';
import { withHostSilence } from './host-silence.ts';
import { updatesAfter } from './updates.ts';

type BesideEvent =
  | FollowUpEvent
  | Extract<
      RunEvent,
      { type: 'ticked' | 'word-given' | 'status-told' | 'back-said' | 'marked' | 'pruned' | 'undone-closed' }
    >
  | RunRecords;

/** What an event does to a run; whether it may is asked before. */
export function change(run: Run, event: RunEvent, at: string): Run {
  switch (event.type) {
    case 'requested':
      return run;
    case 'picked-up':
      return { ...run, epoch: event.epoch, waitingSince: null };
    case 'looked':
      return { ...run, progress: event.what };
    case 'planned':
      return { ...run, ...planned(event.plan), plannedAt: at, expiresAt: event.expiresAt };
    case 'dry-run-ended':
      return { ...run, state: 'dry-run', plan: event.plan, plannedAt: at };
    case 'refused':
      return { ...run, state: 'refused', refusal: event.refusal };
    case 'measure-asked':
      return { ...run, measuring: true };
    case 'measured':
      return { ...run, measuring: false, measured: { at, loss: event.loss } };
    case 'approved':
      return approved(run, event.approval, at);
    case 'started':
      return { ...run, ...started(event), waitingSince: at };
    case 'denied':
      return { ...run, state: 'denied', actor: event.by };
    case 'expired':
      return { ...run, state: 'expired' };
    case 'cancelled':
      return { ...run, state: 'cancelled', actor: event.by };
    case 'cancel-asked':
      return { ...run, cancelledBy: run.cancelledBy ?? event.by };
    case 'closed':
      return closed(run, event.by, null);
    case 'taken-over':
      return closed(run, event.by, event.commands);
    case 'recovery-asked':
      return asking(run, event);
    case 'recovery-dropped':
      return dropped(run, event.by);
    case 'recovery-begun':
      return decided(run, event, at);
    case 'paged':
      return { ...run, pages: [...run.pages, { at, webhook: event.webhook }] };
    case 'acknowledged':
      return { ...run, acknowledgedBy: event.by };
    case 'switch-started':
      return { ...run, state: 'switching', switchStartedAt: at, progress: null, waitingSince: null };
    case 'host-silent':
    case 'host-lost':
    case 'host-answers':
      return withHostSilence(run, event, at);
    case 'step':
      // A line from the host ends any note that it does not answer.
      return { ...run, progress: null, steps: stepsAfter(run, event), updates: updatesAfter(run, event, at) };
    case 'switch-ended':
      return switchEnded(run, event);
    case 'verified':
      return verified(run, event);
    default:
      return beside(run, event, at);
  }
}

/** What happens beside a run or after its end, and changes nothing in where it is. */
function beside(run: Run, event: BesideEvent, at: string): Run {
  if (isFollowUpEvent(event)) return { ...run, followUps: followedUp(run.followUps, event, at) };
  switch (event.type) {
    case 'ticked':
      return confirmed(run, event, at);
    case 'word-given':
    case 'status-told':
    case 'back-said':
      return { ...run, updates: updatesAfter(run, event, at) };
    case 'marked':
      return { ...run, marked: true };
    case 'pruned':
      return { ...run, pruned: true };
    case 'undone-closed':
      return { ...run, undoneClosed: true };
    case 'records-written':
    case 'records-pending':
    case 'records-shown':
      return { ...run, records: event };
  }
}

function started({
  by,
  signature,
}: Extract<RunEvent, { type: 'started' }>): Pick<Run, 'state' | 'startedBy' | 'startSignature'> {
  return { state: 'ready', startedBy: by, startSignature: signature };
}

function planned(plan: Plan): Pick<Run, 'plan' | 'state'> {
  return { plan, state: plan.approvalReasons.length > 0 ? 'awaiting-approval' : 'awaiting-start' };
}

function approved(run: Run, approval: Approval, at: string): Run {
  const approvals = [...run.approvals, approval];
  return approvals.length >= (run.plan?.quorum ?? 1)
    ? { ...run, approvals, state: 'ready', waitingSince: at }
    : { ...run, approvals };
}

function verified(run: Run, event: Extract<RunEvent, { type: 'verified' }>): Run {
  return {
    ...run,
    state: event.checks.some((check) => check.result === 'failed') ? 'needs-decision' : 'succeeded',
    checks: event.checks,
    healthAfter: event.health,
    errorsAfter: event.errors ?? null,
    journalReadAt: event.readAt ?? run.journalReadAt,
  };
}

function confirmed(run: Run, { box, by, on }: Extract<RunEvent, { type: 'ticked' }>, at: string): Run {
  return { ...run, confirmations: { ...run.confirmations, [box]: on ? { by, at } : null } };
}
