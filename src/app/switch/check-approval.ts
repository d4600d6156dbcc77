import { type Approval, approvalText, startText } from '../../domain/approval/approval.ts';
import { sha256 } from '../../domain/digest.ts';
import { restoresDatabase } from '../../domain/plan/mode.ts';
import { type Plan, planDigest } from '../../domain/plan/plan.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import { decisionDigest, type HostState } from '../../domain/run/decision.ts';
import type { Consent, Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { secondPersonFor } from '../../domain/stop/offers.ts';
import type { Signer } from '../ports/outside.ts';

/**
 * The approval, checked once more where it counts: by the worker, from the record alone, right before the first change.
 * A record that was tampered with, an approval for another plan, or one that came too late starts nothing.
 */
export function approvalRefusal(run: Run, site: Site, signer: Signer, now: string): Refusal | null {
  const problem = approvalProblem(run, site, signer);
  if (problem !== null)
    return refusal(
      'approval-forged',
      `The approval does not hold: ${problem}.`,
      'Nothing was changed. Type the command again, and tell whoever runs the bot.',
    );
  if (run.consent === null || now >= run.consent.expiresAt)
    return refusal(
      'approval-expired',
      'The plan expired before it could be started.',
      'Nothing was changed. Type the command again to get a fresh plan.',
    );
  return null;
}

/** Why what people have approved or started is not this plan, or was not approved by enough of them; null if it was. */
export function approvalProblem(run: Run, site: Site, signer: Signer): string | null {
  const { plan, consent } = run;
  if (plan === null || consent === null) return 'there is no plan';
  if (!isIntact(plan)) return 'the plan is not the one that its digest names';
  // By the digest's own mode as well: reasons that were taken out of the record change nothing.
  const { mode, migrations } = plan.binding;
  const isHarmless = !restoresDatabase(mode) && migrations === 'none';
  if (plan.approvalReasons.length === 0 && isHarmless) return startProblem(run.id, plan, consent, signer);
  const wanted = { run: run.id, digest: plan.digest, requester: run.request.requester };
  // A signature outlives its plan: one that was brought back with a later end holds no more.
  const valid = consent.approvals.filter(
    (approval) => approval.expiresAt === consent.expiresAt && isValid(approval, wanted, signer),
  );
  if (valid.length !== consent.approvals.length)
    return 'an approval does not carry a valid signature for this plan';
  const people = new Set(valid.map((approval) => approval.approver));
  // What has begun was approved by enough people for then; its decisions have approvals of their own.
  const isDecision = run.switched !== null && run.switched.decision !== null;
  const wantedNow = isDecision ? 1 : site.approval.quorum;
  return people.size >= Math.max(1, plan.quorum, wantedNow) ? null : 'too few people approved this plan';
}

/** One person is enough, but it has to be one who pressed the button: what is not signed anybody can write into Redis. */
function startProblem(
  run: string,
  { digest }: Plan,
  { started, expiresAt }: Consent,
  signer: Signer,
): string | null {
  if (started === null) return 'nobody has started this plan';
  const { by, signature } = started;
  return signer.verify(startText({ run, digest, by, expiresAt }), signature)
    ? null
    : 'the start does not carry a valid signature for this plan';
}

/**
 * Why the decision from which this attempt comes may not be carried out, one sentence; null if it may or there is none.
 * From the record alone, like the approval of the plan: what was decided, by whom, and whether a second person had to agree.
 * `found`: what was on the host when people decided, unless somebody knows better.
 */
export function decisionProblem(
  run: Run,
  signer: Signer,
  found: HostState | null = run.history.stops.at(-1)?.ended?.found ?? null,
): string | null {
  const { plan, switched, history } = run;
  if (plan === null || switched === null || switched.decision === null) return null;
  const { recovery: decision, digest, approval, by } = switched.decision;
  if (digest !== decisionDigest(run.id, plan.digest, decision) || decision.attempt !== switched.attempt)
    return 'the decision is not the one that its digest names';
  const second = secondPersonFor(decision, {
    mode: plan.binding.mode,
    steps: switched.steps.filter((step) => step.attempt < switched.attempt),
    earlier: history.stops.slice(0, -1),
    found,
  });
  if (second === null) return null;
  return approval !== null && isValid(approval, { run: run.id, digest, requester: by }, signer)
    ? null
    : 'the decision lacks a valid approval of a second person';
}

function isIntact(plan: Plan): boolean {
  return plan.digest === planDigest(plan.binding) && plan.binding.programSha256 === sha256(plan.program);
}

function isValid(
  approval: Approval,
  { run, digest, requester }: Pick<Approval, 'run' | 'digest' | 'requester'>,
  signer: Signer,
): boolean {
  return (
    approval.run === run &&
    approval.digest === digest &&
    approval.requester === requester &&
    approval.approver !== requester &&
    approval.at < approval.expiresAt &&
    signer.verify(approvalText(approval), approval.signature)
  );
}
