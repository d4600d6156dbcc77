import { canonical } from '../digest.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { Factor } from './factor.ts';
import { type Identity, identityProblem } from './identity.ts';
import { type Accounts, isSamePerson } from './persons.ts';

/** One person's decision on one digest, as it is signed and stored. */
export interface Approval {
  readonly run: string;
  readonly digest: string;
  /** Slack user id. */
  readonly approver: string;
  readonly requester: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly expiresAt: string;
  /** What the approver said, one line. Absent: nothing, or an older version did not ask. */
  readonly reason?: string;
  /** What the approver has shown beside being logged in to Slack. Absent: nothing. */
  readonly factor?: Factor;
  /** HMAC-SHA256 with APPROVAL_SECRET over everything above, hex. */
  readonly signature: string;
}

export type UnsignedApproval = Omit<Approval, 'signature'>;

/**
 * The signed text: every field, in one order, so that nobody can swap one afterwards. A field that is absent is not in it, so
 * approvals of older versions have the text that they were signed with.
 */
export function approvalText(approval: UnsignedApproval): string {
  const { run, digest, approver, requester, at, expiresAt, reason, factor } = approval;
  return canonical({
    run,
    digest,
    approver,
    requester,
    at,
    expiresAt,
    ...(reason !== undefined && { reason }),
    ...(factor !== undefined && { factor }),
  });
}

/** The signed text if a plan needs no second person: who started which plan, and until when that holds. */
export function startText(start: {
  readonly run: string;
  readonly digest: string;
  /** Slack user id. */
  readonly by: string;
  /** ISO 8601, UTC: of the plan. */
  readonly expiresAt: string;
}): string {
  const { run, digest, by, expiresAt } = start;
  return canonical({ run, digest, by, expiresAt });
}

/** What is known at the moment of the click. The caller gathers it first, so that one function decides. */
export interface ApprovalFacts {
  readonly identity: Identity | null;
  readonly ourTeam: string;
  readonly requester: string;
  /** Ids of everyone who may approve now, user groups already resolved; null: Slack could not say. */
  readonly approvers: ReadonlySet<string> | null;
  readonly expiresAt: string;
  /** Who has approved this digest already. */
  readonly approvedBy: readonly string[];
  /** The accounts that belong to one person, among those of this decision; null: Slack could not say. */
  readonly accounts: Accounts | null;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** null: the button named no plan. */
  readonly clickedDigest: string | null;
  readonly currentDigest: string;
}

export type ApprovalDecision =
  | { readonly kind: 'accept' }
  | { readonly kind: 'already'; readonly sentence: string }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** May this person approve this plan now? Judges the person first, then the plan. */
export function decideApproval(facts: ApprovalFacts): ApprovalDecision {
  const problem = identityProblem(facts.identity, facts.ourTeam) ?? roleProblem(facts) ?? planProblem(facts);
  if (problem) return { kind: 'refuse', refusal: problem };
  const id = facts.identity?.id ?? '';
  if (facts.approvedBy.includes(id))
    return { kind: 'already', sentence: 'You have already approved this plan.' };
  if (facts.approvedBy.some((other) => isSamePerson(id, other, facts.accounts ?? [])))
    return {
      kind: 'already',
      sentence: 'You have already approved this plan with another account, and one person counts once.',
    };
  return { kind: 'accept' };
}

function roleProblem({ identity, requester, approvers, accounts }: ApprovalFacts): Refusal | null {
  if (identity?.id === requester)
    return refusal(
      'approver-is-requester',
      'You asked for this rollback, so you cannot approve it yourself.',
      'Another approver of this site has to press Approve.',
    );
  if (accounts === null)
    return refusal(
      'identity-unknown',
      'Slack did not say who has asked for this and approved it, so the bot cannot tell whether that was you.',
      'Try again in a minute.',
    );
  if (isSamePerson(identity?.id ?? '', requester, accounts))
    return refusal(
      'approver-is-requester',
      'You asked for this rollback with another account, so you cannot approve it yourself.',
      'Another approver of this site has to press Approve.',
    );
  if (approvers === null)
    return refusal('identity-unknown', 'Slack did not say who the approvers are.', 'Try again in a minute.');
  if (!approvers.has(identity?.id ?? ''))
    return refusal(
      'approver-not-allowed',
      'You are not an approver of this site.',
      approvers.size === 0
        ? 'Nobody is: add someone to `approvers` in the configuration.'
        : 'Someone on the list of approvers has to decide.',
    );
  return null;
}

function planProblem({ clickedDigest, currentDigest, now, expiresAt }: ApprovalFacts): Refusal | null {
  if (clickedDigest !== currentDigest)
    return refusal(
      'plan-changed',
      'This button belongs to a plan that has been replaced.',
      'Decide on the newest message of this run.',
    );
  if (now >= expiresAt)
    return refusal(
      'approval-expired',
      'The time to approve this plan has run out.',
      'Type the command again to get a fresh plan.',
    );
  return null;
}
