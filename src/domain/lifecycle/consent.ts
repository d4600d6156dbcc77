import type { Approval } from '../approval/approval.ts';
import type { BuildConsent } from '../approval/build.ts';
import type { RunEvent } from '../run/event.ts';
import type { Consent, Run } from '../run/run.ts';

export function buildAsked(run: Run, { asked, expiresAt }: Extract<RunEvent, { type: 'build-asked' }>): Run {
  return {
    ...run,
    state: 'awaiting-build-approval',
    progress: null,
    build: { asked, expiresAt, approvals: [] },
  };
}

export function planned(
  run: Run,
  { plan, expiresAt }: Extract<RunEvent, { type: 'planned' }>,
  at: string,
): Run {
  const state = plan.approvalReasons.length > 0 ? 'awaiting-approval' : 'awaiting-start';
  const consent = { since: at, expiresAt, measuring: false, measured: null, approvals: [], started: null };
  return { ...run, state, plan, consent };
}

/** Errors: throws if there is no plan that anyone could agree to; until then no state allows an event that needs one. */
function consentOf({ id, consent }: Run): Consent {
  if (consent === null) throw new Error(`run ${id} has no plan that anyone could agree to`);
  return consent;
}

export function withConsent(run: Run, part: Partial<Consent>): Run {
  return { ...run, consent: { ...consentOf(run), ...part } };
}

export function started(
  run: Run,
  { by, signature }: Extract<RunEvent, { type: 'started' }>,
  at: string,
): Run {
  return { ...withConsent(run, { started: { by, signature } }), state: 'ready', waitingSince: at };
}

/** An approval is for what the run waits for. */
export function approved(run: Run, approval: Approval, at: string): Run {
  if (run.build !== null && run.state === 'awaiting-build-approval')
    return buildApproved(run, run.build, approval, at);
  const approvals = [...consentOf(run).approvals, approval];
  const next = withConsent(run, { approvals });
  return approvals.length >= (run.plan?.quorum ?? 1) ? { ...next, state: 'ready', waitingSince: at } : next;
}

/** If enough people have approved, a worker goes on with the plan. */
function buildApproved(run: Run, build: BuildConsent, approval: Approval, at: string): Run {
  const approvals = [...build.approvals, approval];
  const next = { ...run, build: { ...build, approvals } };
  return approvals.length >= build.asked.quorum ? { ...next, state: 'planning', waitingSince: at } : next;
}
