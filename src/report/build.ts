import type { AskedBuild } from '../domain/approval/build.ts';
import { oneLine } from '../domain/text/printable.ts';
import { commitLabel } from '../domain/version/commit.ts';
import { type CommitReview, type LiveDifference, plainCommit } from '../domain/version/review.ts';
import type { Voice } from './voice.ts';

type BuildRow = readonly [name: string, value: string];

/** Of branches and files, people read so many by name. */
const MOST_NAMES = 4;

/** In characters. */
const LONGEST = { subject: 100, name: 50 } as const;

/** What people should know of an unreviewed version before the bot builds it, in every place alike. */
export function buildRows(
  { target, live, review }: Pick<AskedBuild, 'target' | 'live' | 'review'>,
  voice: Voice,
): readonly BuildRow[] {
  const { text, moment } = voice;
  const author = text(oneLine(review.author) || 'unknown');
  return [
    ['Commit', `${plainCommit(target)}: ${text(oneLine(target.subject, LONGEST.subject))}`],
    ...claims(target, voice),
    ['Author', `${author} (so the commit says), ${moment(target.committedAt)}`],
    ['Branch', branchText(review, voice)],
    ['Why', whyText(review, voice)],
    ['Changes', changesText(review.difference, text(commitLabel(live)), voice)],
    ['Build', buildText(review.difference, voice)],
  ];
}

/** Whoever pushed it chose these names. */
function claims({ tags, pin }: AskedBuild['target'], voice: Voice): readonly BuildRow[] {
  const names = [...new Set([...tags, ...(pin === null ? [] : [pin])])];
  if (names.length === 0) return [];
  return [['Claims', `to be ${listed(names, names.length, voice)}; whoever pushed it chose that`]];
}

function branchText({ branches, moreBranches }: CommitReview, voice: Voice): string {
  return branches.length === 0
    ? 'on no branch of its origin'
    : listed(branches, branches.length + moreBranches, voice);
}

function whyText({ deployedBranch }: CommitReview, { text }: Voice): string {
  return deployedBranch === null
    ? 'it never ran here, and the host does not say which branch the site is deployed from'
    : `it never ran here, and the deployed branch ${text(oneLine(deployedBranch))} has never stood there`;
}

function changesText(
  { ahead, behind, files, named, buildFiles }: LiveDifference,
  live: string,
  voice: Voice,
): string {
  const commits =
    ahead === null || behind === null
      ? `unknown how far it is from ${live}`
      : `${counted(ahead, 'commit')} more and ${behind} fewer than ${live}`;
  if (files === null) return `${commits}; files unknown`;
  const some = named.length === 0 ? '' : `: ${listed(named, files - buildFiles.length, voice)}`;
  return `${commits}; ${counted(files, 'file')} changed${some}`;
}

function buildText({ files, buildFiles }: LiveDifference, voice: Voice): string {
  if (files === null) return 'unknown whether it is built as the live version is';
  return buildFiles.length === 0
    ? 'as the live version: no file changed that says what is installed'
    : `not as the live version: ${listed(buildFiles, buildFiles.length, voice)} changed`;
}

function listed(names: readonly string[], total: number, { text }: Voice): string {
  const shown = names.slice(0, MOST_NAMES);
  const more = total - shown.length;
  const named = shown.map((name) => text(oneLine(name, LONGEST.name))).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
