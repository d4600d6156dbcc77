import type { Approval } from './approval.ts';
import type { RunEvent } from './event.ts';
import type { Plan } from './plan.ts';
import type { Run, RunRecords } from './run.ts';

/** What single events do to a run, where it takes more than a line. */

export function planned(plan: Plan): Pick<Run, 'plan' | 'state'> {
  return { plan, state: plan.approvalReasons.length > 0 ? 'awaiting-approval' : 'awaiting-start' };
}

export function measured(
  run: Run,
  event: Extract<RunEvent, { type: 'measure-asked' | 'measured' }>,
  at: string,
): Run {
  return event.type === 'measured'
    ? { ...run, measuring: false, measured: { at, loss: event.loss } }
    : { ...run, measuring: true };
}

export function approved(run: Run, approval: Approval): Run {
  const approvals = [...run.approvals, approval];
  return { ...run, approvals, state: approvals.length >= (run.plan?.quorum ?? 1) ? 'ready' : run.state };
}

export function proven(run: Run, event: Extract<RunEvent, { type: 'verified' }>): Run {
  return {
    ...run,
    state: event.checks.some((check) => check.result === 'failed') ? 'needs-decision' : 'succeeded',
    checks: event.checks,
    healthAfter: event.health,
    errorsAfter: event.errors ?? null,
    journalReadAt: event.readAt ?? run.journalReadAt,
  };
}

export function ticked(run: Run, { box, by, on }: Extract<RunEvent, { type: 'ticked' }>, at: string): Run {
  return { ...run, ticks: { ...run.ticks, [box]: on ? { by, at } : null } };
}

/** What a run leaves behind after its end: the mark on its host, and its records. */
export function recorded(run: Run, event: Extract<RunEvent, { type: 'marked' }> | RunRecords): Run {
  return event.type === 'marked' ? { ...run, marked: true } : { ...run, records: event };
}
