import { type Approval, approvalText } from '../domain/approval.ts';
import { sha256 } from '../domain/digest.ts';
import { restoresDatabase } from '../domain/mode.ts';
import { type Plan, planDigest } from '../domain/plan.ts';
import { type Refusal, refusal } from '../domain/reason.ts';
import type { Run } from '../domain/run.ts';
import type { Site } from '../domain/site.ts';
import type { Signer } from './ports.ts';

/**
 * The approval, checked once more where it counts: by the worker, from the record alone, right before the first change.
 * A record that was tampered with, an approval for another plan, or one that came too late starts nothing.
 */
export function approvalRefusal(run: Run, site: Site, signer: Signer, now: string): Refusal | null {
  const { plan } = run;
  if (plan === null) return forged('there is no plan');
  if (!isIntact(plan)) return forged('the plan is not the one that its digest names');
  if (now >= (run.expiresAt ?? ''))
    return refusal(
      'approval-expired',
      'The plan expired before it could be started.',
      'Nothing was changed. Type the command again to get a fresh plan.',
    );
  // By the digest's own mode as well: reasons that were taken out of the record change nothing.
  if (plan.approvalReasons.length === 0 && !restoresDatabase(plan.binding.mode)) return null;
  const valid = run.approvals.filter((approval) => isValid(approval, run, plan, signer));
  if (valid.length !== run.approvals.length)
    return forged('an approval does not carry a valid signature for this plan');
  const people = new Set(valid.map((approval) => approval.approver));
  return people.size >= Math.max(1, plan.quorum, site.approval.quorum)
    ? null
    : forged('too few people approved this plan');
}

function isIntact(plan: Plan): boolean {
  return plan.digest === planDigest(plan.binding) && plan.binding.programSha256 === sha256(plan.program);
}

function isValid(approval: Approval, run: Run, plan: Plan, signer: Signer): boolean {
  return (
    approval.run === run.id &&
    approval.digest === plan.digest &&
    approval.requester === run.request.requester &&
    approval.approver !== run.request.requester &&
    approval.at < approval.expiresAt &&
    signer.verify(approvalText(approval), approval.signature)
  );
}

function forged(why: string): Refusal {
  return refusal(
    'approval-forged',
    `The approval does not hold: ${why}.`,
    'Nothing was changed. Type the command again, and tell whoever runs the bot.',
  );
}
