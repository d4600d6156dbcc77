import type { Approval } from '../approval/approval.ts';
import type { RunEvent } from '../run/event.ts';
import type { Consent, Run } from '../run/run.ts';

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

export function approved(run: Run, approval: Approval, at: string): Run {
  const approvals = [...consentOf(run).approvals, approval];
  const next = withConsent(run, { approvals });
  return approvals.length >= (run.plan?.quorum ?? 1) ? { ...next, state: 'ready', waitingSince: at } : next;
}
