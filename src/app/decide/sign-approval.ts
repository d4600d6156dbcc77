import { type Approval, approvalText, decideApproval } from '../../domain/approval/approval.ts';
import type { Factor } from '../../domain/approval/factor.ts';
import { identityProblem } from '../../domain/approval/identity.ts';
import { reasonOf } from '../../domain/approval/reason.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Site } from '../../domain/site/site.ts';
import { accountsOf } from '../people/accounts.ts';
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
  /** What the approver has to show; undefined: nothing. */
  readonly factor: Factor | undefined;
}

/** The signed approval of the person who clicked, or the answer that they get instead. */
export async function signApproval(
  deps: DecisionDeps,
  { run, digest: clickedDigest, user: approver, reason, factor: shown }: Click,
  site: Site,
  { digest, requester, approvedBy, expiresAt, factor }: Wanted,
): Promise<Approval | ClickResult> {
  const identity = await deps.people.identity(approver);
  const approvers = await membersOf(deps.people, site.approvers);
  const accounts = await accountsOf(deps.people, [approver, requester, ...approvedBy], site.accounts);
  const at = deps.clock.now();
  const decision = decideApproval({
    identity,
    ourTeam: deps.people.ourTeam,
    requester,
    approvers,
    expiresAt,
    approvedBy,
    accounts,
    now: at,
    clickedDigest,
    currentDigest: digest,
  });
  if (decision.kind === 'refuse') return { kind: 'refused', refusal: decision.refusal };
  if (decision.kind === 'already') return { kind: 'late', sentence: decision.sentence };
  const gone = await noLongerAllowed(deps, approvedBy, approvers);
  if (gone !== null) return { kind: 'refused', refusal: gone };
  if (factor !== undefined && shown !== factor) return { kind: 'refused', refusal: factorNeeded(site) };
  const unsigned = {
    run,
    digest,
    approver,
    requester,
    at,
    expiresAt,
    ...reasonOf(reason),
    ...(factor && { factor }),
  };
  return { ...unsigned, signature: deps.signer.sign(approvalText(unsigned)) };
}

/** Nothing else is in the way: whoever is told so can ask for the code, and press again with it. */
function factorNeeded({ name }: Site): Refusal {
  return refusal(
    'factor-needed',
    `An approval for ${name} needs a code from your phone.`,
    'Press Approve on the newest message, and type the code.',
  );
}

/** Those who have approved before are asked for again: somebody removed since must not count beside this one. */
async function noLongerAllowed(
  { people }: DecisionDeps,
  approvedBy: readonly string[],
  approvers: ReadonlySet<string> | null,
): Promise<Refusal | null> {
  for (const person of approvedBy) {
    const problem = identityProblem(await people.identity(person), people.ourTeam);
    if (problem === null && approvers?.has(person)) continue;
    return refusal(
      'approver-not-allowed',
      `Somebody who has approved this may no longer do so (${person}).`,
      'Deny it, and ask again: then others approve a fresh plan.',
    );
  }
  return null;
}

/** How many approvals are still missing, behind what one person has done; empty if none. */
export function morePeople(missing: number): string {
  if (missing <= 0) return '';
  return missing === 1 ? '. One more person has to approve' : `. ${missing} more people have to approve`;
}
