import { type Approval, approvalText, startText } from '../../domain/approval/approval.ts';
import type { Factor } from '../../domain/approval/factor.ts';
import { isSamePerson, peopleOf } from '../../domain/approval/persons.ts';
import { alwaysReason, planSubjects, quorumFor } from '../../domain/approval/policy.ts';
import { sha256 } from '../../domain/digest.ts';
import { factorWanted } from '../../domain/plan/factor-wanted.ts';
import { restoresDatabase } from '../../domain/plan/mode.ts';
import { type Plan, planDigest } from '../../domain/plan/plan.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import { decisionDigest, type HostState } from '../../domain/run/decision.ts';
import { glassFor } from '../../domain/run/glass.ts';
import { kindOf } from '../../domain/run/request.ts';
import type { Consent, Run } from '../../domain/run/run.ts';
import { unsealedRefusal } from '../../domain/run/unsealed.ts';
import type { Site } from '../../domain/site/site.ts';
import { quorumOfDecision, secondPersonFor } from '../../domain/stop/offers.ts';
import type { Signer } from '../ports/outside.ts';
import { glassProblem } from './check-glass.ts';
import { programRefusal } from './check-program.ts';

const ASK_AGAIN = 'Nothing was changed. Type the command again to get a fresh plan.';

/**
 * The worker checks the approval once more, from the record alone, right before the first change. Nothing starts if the
 * record was tampered with, or if the approval is for another plan or came too late.
 */
export function approvalRefusal(run: Run, site: Site, signer: Signer, now: string): Refusal | null {
  const unsealed = unsealedRefusal(run, ASK_AGAIN);
  if (unsealed !== null) return unsealed;
  const problem = approvalProblem(run, site, signer);
  const otherProgram = run.plan && programRefusal(run.plan, site);
  if (problem === null && otherProgram !== null) return otherProgram;
  if (problem !== null)
    return refusal(
      'approval-forged',
      `The approval isn't valid: ${problem}.`,
      'Nothing was changed. Tell whoever runs the bot, then type the command again.',
    );
  const gone = goneApprover(run, site);
  if (gone !== null) return gone;
  if (run.consent === null || now >= run.consent.expiresAt)
    return refusal('approval-expired', 'The plan expired before it could be started.', ASK_AGAIN);
  return null;
}

/** Why people did not approve or start this plan, or too few of them did; null if they did. */
export function approvalProblem(run: Run, site: Site, signer: Signer): string | null {
  const { plan, consent } = run;
  if (plan === null || consent === null) return 'there is no plan';
  if (!isIntact(plan)) return "the plan doesn't match its digest";
  if (plan.binding.site !== run.request.site) return 'the plan is for another site than the request';
  // The mode and the migrations in the digest count as well: taking the reasons out of the record changes nothing.
  const { mode, migrations } = plan.binding;
  const subjects = planSubjects(mode, kindOf(run.request) === 'undo');
  const isHarmless =
    !restoresDatabase(mode) && migrations === 'none' && alwaysReason(site.approval, subjects) === null;
  if (plan.approvalReasons.length === 0 && isHarmless) return startProblem(run.id, plan, consent, signer);
  const { requester } = run.request;
  const own = consent.approvals.some(
    ({ approver }) => approver !== requester && isSamePerson(approver, requester, site.accounts),
  );
  if (own) return 'whoever asked for it has approved it with another account';
  const wanted = { run: run.id, digest: plan.digest, requester };
  // An approval counts only for the expiry that was signed. If the same plan comes back with a later one, it needs new
  // approvals.
  const valid = consent.approvals.filter(
    (approval) => approval.expiresAt === consent.expiresAt && isValid(approval, wanted, site, signer),
  );
  if (valid.length !== consent.approvals.length) return 'an approval has no valid signature for this plan';
  const people = peopleOf(
    valid.map(({ approver }) => approver),
    site.accounts,
  );
  // A switch that has begun was approved by enough people at that time. Its decisions have approvals of their own.
  const isDecision = run.switched !== null && run.switched.decision !== null;
  const wantedNow = isDecision ? 1 : quorumFor(site.approval, subjects);
  const factor = isDecision ? plan.binding.approval?.factor : factorWanted(plan, site);
  if (!valid.every((one) => showsFactor(one, factor)))
    return 'an approval was given without the second factor';
  if (people.length >= Math.max(1, plan.quorum, wantedNow)) return null;
  const glass = glassFor(run, plan.digest);
  // Whoever broke the glass when the switch began may have left the list since.
  const list = isDecision ? null : (site.approval.breakGlass ?? []);
  return glass === null
    ? 'not enough people approved this plan'
    : glassProblem(
        glass,
        { run: run.id, digest: plan.digest, expiresAt: consent.expiresAt, ...(factor && { factor }) },
        signer,
        list,
      );
}

/**
 * Somebody who has approved the plan and is no longer an approver, by the configuration of now; null: all still are. Who is in
 * a user group, only the bot can ask, and it did when they pressed Approve.
 */
export function goneApprover(
  { consent }: { readonly consent: Pick<Consent, 'approvals'> | null },
  { name, approvers }: Site,
): Refusal | null {
  if (approvers.some((id) => id.startsWith('S'))) return null;
  const gone = consent?.approvals.find(({ approver }) => !approvers.includes(approver));
  return gone === undefined
    ? null
    : refusal(
        'approver-not-allowed',
        `Somebody who has approved this is no longer an approver of ${name} (${gone.approver}).`,
        ASK_AGAIN,
      );
}

/**
 * One person is enough, but someone must really have pressed the button: anyone who can write to Redis could write an
 * unsigned start.
 */
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
    : 'the start has no valid signature for this plan';
}

/**
 * Why the decision behind this attempt may not be carried out, one sentence; null if it may, or if there is none. Judged
 * from the record alone, like the approval of the plan: what was decided, by whom, and whether a second person had to agree.
 * `found`: the site state when people decided, unless the caller knows a newer one.
 */
export function decisionProblem(
  run: Run,
  site: Site,
  signer: Signer,
  found: HostState | null = run.history.stops.at(-1)?.ended.found ?? null,
): string | null {
  const { plan, switched, history } = run;
  if (plan === null || switched === null || switched.decision === null) return null;
  const { recovery: decision, digest } = switched.decision;
  if (digest !== decisionDigest(run.id, plan.digest, decision) || decision.attempt !== switched.attempt)
    return "the decision doesn't match its digest";
  const second = secondPersonFor(decision, {
    plan,
    steps: switched.steps.filter((step) => step.attempt < switched.attempt),
    earlier: history.stops.slice(0, -1),
    found,
  });
  return second === null || hasSecondPerson(run, site, signer)
    ? null
    : 'the decision has no valid approval by a second person';
}

/**
 * Whether a second person, or as many as the plan's policy asks for, have agreed to the decision behind this attempt; or
 * somebody who may broke the glass for it.
 */
export function hasSecondPerson(run: Run, site: Site, signer: Signer): boolean {
  const { id, plan, switched, history } = run;
  if (switched === null || switched.decision === null || plan === null) return false;
  const { recovery, digest, by, approval, approvals = [] } = switched.decision;
  const all = approval === null ? approvals : [...approvals, approval];
  const valid = all.filter((one) => isValid(one, { run: id, digest, requester: by }, site, signer));
  const people = peopleOf(
    valid.map(({ approver }) => approver),
    site.accounts,
  );
  const factor = plan.binding.approval?.factor;
  if (valid.length !== all.length || !valid.every((one) => showsFactor(one, factor))) return false;
  if (people.length >= Math.max(1, quorumOfDecision(plan, recovery.action))) return true;
  const glass = glassFor(run, digest);
  const question = history.requests.findLast((one) => one.digest === digest);
  if (glass === null || question === undefined) return false;
  const about = { run: id, digest, expiresAt: question.expiresAt, ...(factor && { factor }) };
  return glassProblem(glass, about, signer, site.approval.breakGlass ?? []) === null;
}

/** Whether this approval was given with what is wanted; undefined: nothing is. */
export function showsFactor(approval: Approval, wanted: Factor | undefined): boolean {
  return wanted === undefined || approval.factor === wanted;
}

function isIntact({ digest, binding, program, approvalReasons, quorum }: Plan): boolean {
  const { reasons, quorum: bound } = binding.approval ?? { reasons: approvalReasons, quorum };
  return (
    digest === planDigest(binding) &&
    binding.programSha256 === sha256(program) &&
    bound === quorum &&
    reasons.length === approvalReasons.length &&
    reasons.every((reason, at) => reason === approvalReasons[at])
  );
}

/** Whether this approval is signed for this digest, in time, by somebody else than the requester. */
export function isValid(
  approval: Approval,
  { run, digest, requester }: Pick<Approval, 'run' | 'digest' | 'requester'>,
  { accounts }: Site,
  signer: Signer,
): boolean {
  return (
    approval.run === run &&
    approval.digest === digest &&
    approval.requester === requester &&
    !isSamePerson(approval.approver, requester, accounts) &&
    approval.at < approval.expiresAt &&
    signer.verify(approvalText(approval), approval.signature)
  );
}
