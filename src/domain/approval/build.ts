import { canonical, sha256 } from '../digest.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { plainCommit, type Unreviewed } from '../version/review.ts';
import type { Approval } from './approval.ts';

/**
 * What people read and approve before the bot builds a commit that nobody has reviewed: for which run and whom, which commit,
 * and where it comes from.
 */
export interface AskedBuild extends Unreviewed {
  readonly run: string;
  readonly site: string;
  readonly requester: string;
  readonly dryRun: boolean;
  /** How many people have to approve. */
  readonly quorum: number;
}

/** What people said to that. */
export interface BuildConsent {
  readonly asked: AskedBuild;
  /** Until when people may approve it and the bot may build it, ISO 8601. */
  readonly expiresAt: string;
  readonly approvals: readonly Approval[];
}

/** An approval is for exactly these facts. No plan has the same digest. */
export function buildDigest({ target, live, review, ...asked }: AskedBuild): string {
  return sha256(
    canonical({
      build: {
        ...asked,
        target: { ...target },
        live: { ...live },
        review: { ...review, difference: { ...review.difference } },
      },
    }),
  );
}

/** Whether this is what the run asks for. */
export function isBuildOf(
  { run, site, requester, dryRun }: AskedBuild,
  id: string,
  wish: Pick<AskedBuild, 'site' | 'requester' | 'dryRun'>,
): boolean {
  return run === id && site === wish.site && requester === wish.requester && dryRun === wish.dryRun;
}

/** Why the bot does not build this commit without asking, for those whom it can't ask. */
export function unreviewedRefusal(site: string, { target, review }: Unreviewed): Refusal {
  const branch =
    review.deployedBranch === null
      ? 'the host does not say which branch the site is deployed from'
      : `the deployed branch ${review.deployedBranch} has never stood there`;
  return refusal(
    'target-unreviewed',
    `${plainCommit(target)} never ran here, and ${branch}. The bot builds it only after a second person has approved that.`,
    `Nothing was built or started. In Slack, type /rollback ${site} ${plainCommit(target)} --dry-run: the bot then asks an approver.`,
  );
}
