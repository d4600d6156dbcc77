import { oneLine } from '../text/printable.ts';
import type { CommitInfo } from './commit.ts';

/** How a commit stands to the branch that its site is deployed from, and to what is live. The site's repository says so. */
export interface CommitReview {
  readonly commit: string;
  /** As the commit itself says: nobody has checked it. */
  readonly author: string;
  /** Branches of its origin that hold it; bounded. */
  readonly branches: readonly string[];
  /** How many more branches hold it. */
  readonly moreBranches: number;
  /** The branch that the site is deployed from; null: the host's checkout does not say. */
  readonly deployedBranch: string | null;
  /** Whether that branch itself has stood at this commit. Commits that a merge brought along do not count. */
  readonly isOnDeployed: boolean;
  readonly difference: LiveDifference;
}

/** What changes between the live commit and another one. */
export interface LiveDifference {
  /** Commits that are not in the live one's history; null: git did not say. */
  readonly ahead: number | null;
  /** Commits of the live one's history that the other one lacks; null: git did not say. */
  readonly behind: number | null;
  /** How many files differ; null: git did not say. */
  readonly files: number | null;
  /** Some of these files. */
  readonly named: readonly string[];
  /** Of the files that say what is installed and how it is built, those that differ; bounded. */
  readonly buildFiles: readonly string[];
}

declare const CLEARED: unique symbol;

/**
 * A commit that the bot may build, load and start on its host before people have approved a plan. Only `clearedCommit` makes
 * one, and hosts build nothing else.
 */
export type ClearedCommit = string & { readonly [CLEARED]: true };

/** What speaks for building a commit. */
export interface ForBuilding {
  /** Commits that were live on this host. */
  readonly ran: readonly string[];
  /** null: nobody has asked the host. */
  readonly review: CommitReview | null;
  /** The commit whose building people have approved for this run; null: none. */
  readonly approved: string | null;
}

/** The commit, if the bot may build it: it ran here, or the deployed branch stood there, or people approved it. Otherwise null. */
export function clearedCommit(commit: string, { ran, review, approved }: ForBuilding): ClearedCommit | null {
  const isReviewed = review !== null && review.commit === commit && review.isOnDeployed;
  return ran.includes(commit) || isReviewed || approved === commit ? (commit as ClearedCommit) : null;
}

/**
 * How an unreviewed commit is called: by itself, and never by its tag or pin, which whoever pushed it chose. `168fd4f6265f` can
 * also be typed.
 */
export function plainCommit({ commit }: Pick<CommitInfo, 'commit'>): string {
  return commit.slice(0, 12);
}

/** On the card of its plan, whose title has the name of the version. */
export function unreviewedWarning(target: Pick<CommitInfo, 'commit' | 'tags' | 'pin'>): string {
  const name = target.tags[0] ?? target.pin;
  const chosen = name === null ? '' : ` Whoever pushed it chose the name ${oneLine(name)}.`;
  return `Nobody has reviewed this version: compare its commit, ${plainCommit(target)}.${chosen}`;
}

/** The unreviewed commit that the bot asks people about. */
export interface Unreviewed {
  readonly target: CommitInfo;
  readonly live: CommitInfo;
  readonly review: CommitReview;
}
