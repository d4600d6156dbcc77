import { isReviewOpen } from '../../domain/after/review.ts';
import { reviewRefusal } from '../../domain/approval/glass.ts';
import { identityProblem } from '../../domain/approval/identity.ts';
import { isTerminal } from '../../domain/run/run.ts';
import { person, phrase } from '../../domain/text/phrase.ts';
import { accountsOf } from '../people/accounts.ts';
import { membersOf } from '../people/permission.ts';
import { type ClickResult, type DecisionDeps, decide } from './decide.ts';

/** Closes the review of a run whose glass was broken, with one line. An approver may who had no part in it. */
export function closeReview(
  deps: DecisionDeps,
  { run: id, user, note }: { readonly run: string; readonly user: string; readonly note: string },
): Promise<ClickResult> {
  return decide(deps, { run: id, digest: null, user }, async (run, site) => {
    const { people } = deps;
    const problem = identityProblem(await people.identity(user), people.ourTeam);
    if (problem) return { kind: 'refused', refusal: problem };
    const { requester } = run.request;
    const breakers = run.glass.broken.map(({ by }) => by);
    const no = reviewRefusal({
      reviewer: user,
      requester,
      breakers,
      approvers: await membersOf(people, site.approvers),
      accounts: await accountsOf(people, [user, requester, ...breakers], site.accounts),
    });
    if (no) return { kind: 'refused', refusal: no };
    const { review } = run.glass;
    if (review !== null)
      return { kind: 'late', sentence: phrase`${person(review.by)} has already reviewed ${run.id}.` };
    if (!isReviewOpen(run)) return { kind: 'late', sentence: `Nobody has broken the glass of ${run.id}.` };
    if (!isTerminal(run.state))
      return { kind: 'late', sentence: `${run.id} has not ended yet. Review it when it has.` };
    return {
      event: { type: 'review-closed', by: user, note },
      sentence: `You closed the review of ${run.id}.`,
    };
  });
}
