import { canonical } from '../digest.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { Factor } from './factor.ts';
import { type Accounts, isSamePerson } from './persons.ts';

/** Someone lets one plan or decision go ahead without the approvals that it lacks, as it is signed and stored. */
export interface BrokenGlass {
  readonly run: string;
  /** Of the plan, or of the decision. */
  readonly digest: string;
  /** Slack user id. */
  readonly by: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** When the plan or the question expires: it must begin before that. */
  readonly expiresAt: string;
  /** What they have shown beside their account; absent: nothing was wanted. */
  readonly factor?: Factor;
  /** HMAC-SHA256 with APPROVAL_SECRET over everything above, hex. */
  readonly signature: string;
}

/** The signed text. It names the deed, so that it is no approval's and no start's. */
export function glassText({
  run,
  digest,
  by,
  reason,
  at,
  expiresAt,
  factor,
}: Omit<BrokenGlass, 'signature'>): string {
  return canonical({
    deed: 'break-glass',
    run,
    digest,
    by,
    reason,
    at,
    expiresAt,
    ...(factor && { factor }),
  });
}

const FEWEST_WORDS = 3;

/** What is wrong with what someone typed to break the glass, for each field; empty: nothing. */
export function glassProblems(
  typed: { readonly site: string; readonly reason: string },
  slug: string,
): Readonly<Partial<Record<'site' | 'reason', string>>> {
  return {
    ...(typed.site !== slug && { site: `Type the name of the site exactly: ${slug}` }),
    ...(countWords(typed.reason) < FEWEST_WORDS && {
      reason: `Say why in at least ${FEWEST_WORDS} words. Everybody reads it, and it stays in the record.`,
    }),
  };
}

/** Also in languages that put no spaces between words. */
function countWords(text: string): number {
  const words = new Intl.Segmenter('en', { granularity: 'word' }).segment(text);
  return [...words].filter(({ isWordLike }) => isWordLike).length;
}

/** What is known when someone wants to close the review of a run whose glass was broken. */
export interface ReviewFacts {
  readonly reviewer: string;
  readonly requester: string;
  /** Who broke the glass of this run, once or several times. */
  readonly breakers: readonly string[];
  /** Ids of everyone who may approve now, user groups already resolved; null: Slack could not say. */
  readonly approvers: ReadonlySet<string> | null;
  /** null: Slack could not say. */
  readonly accounts: Accounts | null;
}

/** Why this person may not close the review: it takes an approver who had no part in it. null: they may. */
export function reviewRefusal({
  reviewer,
  requester,
  breakers,
  approvers,
  accounts,
}: ReviewFacts): Refusal | null {
  const next = 'Another approver of this site has to close the review.';
  if (accounts === null || approvers === null)
    return refusal('identity-unknown', 'Slack did not say who the approvers are.', 'Try again in a minute.');
  if (breakers.some((id) => isSamePerson(id, reviewer, accounts)))
    return refusal('approver-is-requester', 'You broke the glass, so somebody else has to review it.', next);
  if (isSamePerson(requester, reviewer, accounts))
    return refusal(
      'approver-is-requester',
      'You asked for this run, so somebody else has to review it.',
      next,
    );
  return approvers.has(reviewer)
    ? null
    : refusal('approver-not-allowed', 'You are not an approver of this site.', next);
}
