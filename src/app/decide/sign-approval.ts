import { type Approval, approvalText, decideApproval } from '../../domain/approval/approval.ts';
import type { Site } from '../../domain/site/site.ts';
import { membersOf } from '../people/permission.ts';
import type { Click, ClickResult, DecisionDeps } from './decide.ts';

/** What the bot asks one person to agree to: a plan, or a decision that the plan's approval does not cover. */
export interface Wanted {
  readonly digest: string;
  /** Who asked for it, and so may not approve it. */
  readonly requester: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  /** Who has already approved this digest. */
  readonly approvedBy: readonly string[];
}

/** The signed approval of the person who clicked, or the answer that they get instead. */
export async function signApproval(
  deps: DecisionDeps,
  { run, digest: clickedDigest, user: approver }: Click,
  site: Site,
  { digest, requester, approvedBy, expiresAt }: Wanted,
): Promise<Approval | ClickResult> {
  const identity = await deps.people.identity(approver);
  const approvers = await membersOf(deps.people, site.approvers);
  const at = deps.clock.now();
  const decision = decideApproval({
    identity,
    ourTeam: deps.people.ourTeam,
    requester,
    approvers,
    expiresAt,
    approvedBy,
    now: at,
    clickedDigest,
    currentDigest: digest,
  });
  if (decision.kind === 'refuse') return { kind: 'refused', refusal: decision.refusal };
  if (decision.kind === 'already') return { kind: 'late', sentence: decision.sentence };
  const unsigned = { run, digest, approver, requester, at, expiresAt };
  return { ...unsigned, signature: deps.signer.sign(approvalText(unsigned)) };
}

/** How many approvals are still missing, behind what one person has done; empty if none. */
export function morePeople(missing: number): string {
  if (missing <= 0) return '';
  return missing === 1 ? '. One more person has to approve' : `. ${missing} more people have to approve`;
}
