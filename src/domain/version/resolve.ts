import { type Refusal, refusal } from '../refusal.ts';
import { oneLine } from '../text/printable.ts';
import {
  bare,
  type CommitInfo,
  commitLabel,
  type ReflogEntry,
  type ResolvedTarget,
  type VersionFindings,
  type VersionSource,
} from './commit.ts';

export type Resolution =
  | { readonly kind: 'resolved'; readonly target: ResolvedTarget; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Nobody compares more commits than this. */
const MOST_ASKED = 5;

/**
 * What a typed version means. In this order: a commit; a tag of the client repository, unless other commits pin a sum-core
 * of that name and the tag does not; the commit that ran here last with that pin; the newest commit of the branch with it.
 * If there are several answers, or a tag was moved, the bot asks instead of guessing. `quarantined`: names to mark in lists.
 */
export function resolveVersion(
  typed: string,
  findings: VersionFindings,
  reflog: readonly ReflogEntry[],
  nearest: (word: string, known: readonly string[]) => string | null,
  quarantined: ReadonlySet<string> = new Set(),
): Resolution {
  const { localTag, originTag, commit } = findings;
  const tag = localTag ?? originTag;
  if (commit && (tag === null || tag === commit || commit === typed))
    return resolved(commit, 'commit', findings, reflog);
  if (commit && tag)
    return ambiguous(
      `${typed} means two things: a tag, and the beginning of a commit.`,
      [tag, commit],
      findings,
      quarantined,
    );
  if (localTag && originTag && localTag !== originTag) return moved(typed, findings, quarantined);
  if (tag)
    return (
      contradiction(typed, tag, findings, quarantined) ??
      calledAsTyped(typed, resolved(tag, 'tag', findings, reflog))
    );
  if (findings.beginning.length > 0)
    return ambiguous(
      `${findings.beginning.length} commits begin with ${typed}.`,
      findings.beginning,
      findings,
      quarantined,
    );
  if (findings.branch) return unknown(typed, findings, nearest, quarantined);
  const match = findings.reflogMatches[0] ?? findings.branchMatches[0];
  if (match && findings.unreadCount > 0) return unread(typed, match, findings, quarantined);
  if (match) return resolved(match, findings.reflogMatches[0] ? 'reflog' : 'branch', findings, reflog);
  return unknown(typed, findings, nearest, quarantined);
}

/** A commit may have several tags: people read the one that they have typed. */
function calledAsTyped(typed: string, resolution: Resolution): Resolution {
  if (resolution.kind === 'refused' || !resolution.target.tags.includes(typed)) return resolution;
  const { target } = resolution;
  return {
    ...resolution,
    target: { ...target, tags: [typed, ...target.tags.filter((tag) => tag !== typed)] },
  };
}

function resolved(
  commit: string,
  source: VersionSource,
  findings: VersionFindings,
  reflog: readonly ReflogEntry[],
): Resolution {
  const info = findings.commits[commit];
  if (!info) throw new Error(`the host named commit ${commit} and did not describe it`);
  return {
    kind: 'resolved',
    target: { ...info, source, liveUntil: liveUntil(info.commit, reflog) },
    warnings: [
      ...(findings.originReached
        ? []
        : ["The site's git origin does not answer, so the bot takes the target from what the host has."]),
      ...(source === 'tag' && findings.branch !== null && findings.branch !== commit
        ? [
            `There is a branch with the name of the tag ${commitLabel(info)}, at another commit. The bot takes the tag.`,
          ]
        : []),
      ...(isPreRelease(info) ? [`${commitLabel(info)} is a pre-release.`] : []),
      ...(source === 'tag' && findings.localTag === null
        ? [
            `The tag of ${commitLabel(info)} is only on origin: the host's own repository does not have it yet.`,
          ]
        : []),
    ],
  };
}

/** A commit with a release tag as well is not a pre-release. */
function isPreRelease({ tags, pin }: CommitInfo): boolean {
  const names = tags.length > 0 ? tags : pin === null ? [] : [pin];
  return (
    names.length > 0 && names.every((name) => /\d[-.]?(?:a|alpha|b|beta|dev|pre|rc)[-.]?\d*$/i.test(name))
  );
}

/**
 * When this commit was last replaced: the time of the next reflog entry. The order counts and not the times, because clocks
 * can be wrong. The newest checkout does not count: someone may have started a rollback by hand.
 */
export function liveUntil(commit: string, reflog: readonly ReflogEntry[]): string | null {
  const earlier = reflog.findIndex((entry) => entry.commit !== reflog[0]?.commit);
  const index = reflog.findIndex((entry, at) => at >= earlier && entry.commit === commit);
  return earlier < 0 || index < 0 ? null : (reflog[index - 1]?.at ?? null);
}

function contradiction(
  typed: string,
  tag: string,
  findings: VersionFindings,
  quarantined: ReadonlySet<string>,
): Resolution | null {
  const pin = findings.commits[tag]?.pin;
  if (!pin || bare(pin) === bare(typed)) return null;
  const pinned = new Set([...findings.reflogMatches, ...findings.branchMatches]);
  const others = [...pinned].filter((commit) => commit !== tag).slice(0, MOST_ASKED);
  if (others.length === 0) return null;
  return ambiguous(
    `${typed} means two things: a tag of this site (with sum-core ${oneLine(pin)}), and the sum-core version of another commit.`,
    [tag, ...others],
    findings,
    quarantined,
  );
}

function ambiguous(
  sentence: string,
  commits: readonly string[],
  findings: VersionFindings,
  quarantined: ReadonlySet<string>,
): Resolution {
  const list = commits
    .slice(0, MOST_ASKED + 1)
    .map((commit) => describe(commit, findings, quarantined))
    .join('\n');
  return {
    kind: 'refused',
    refusal: refusal('version-ambiguous', sentence, `Type the commit that you mean:\n${list}`),
  };
}

/** A newer commit may be the one that is meant: the bot does not take an older one on its own. */
function unread(
  typed: string,
  match: string,
  findings: VersionFindings,
  quarantined: ReadonlySet<string>,
): Resolution {
  const { unreadCount: count } = findings;
  const newer = count === 1 ? 'a newer commit' : `${count} newer commits`;
  return {
    kind: 'refused',
    refusal: refusal(
      'version-unread',
      `The bot can't read which sum-core ${newer} of this site ${count === 1 ? 'pins' : 'pin'}, and ${typed} could be ${count === 1 ? 'that one' : 'one of them'}. So it doesn't take the older one that it found.`,
      [
        'Type the commit that you mean:',
        ...unreadLines(findings, quarantined),
        `${describe(match, findings, quarantined)}: it pins ${typed}`,
      ].join('\n'),
    ),
  };
}

const LONGEST_WHY = 300;

function unreadLines(findings: VersionFindings, quarantined: ReadonlySet<string>): readonly string[] {
  const more = findings.unreadCount - findings.unread.length;
  return [
    ...findings.unread.map(
      ({ commit, why }) => `${describe(commit, findings, quarantined)}: ${oneLine(why, LONGEST_WHY)}`,
    ),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function moved(typed: string, findings: VersionFindings, quarantined: ReadonlySet<string>): Resolution {
  const here = describe(findings.localTag ?? '', findings, quarantined);
  const there = describe(findings.originTag ?? '', findings, quarantined);
  return {
    kind: 'refused',
    refusal: refusal(
      'version-moved',
      `The tag ${typed} was moved: the host and its git origin have different commits for it.`,
      `Type the commit that you mean:\non the host: ${here}\non origin: ${there}`,
    ),
  };
}

function unknown(
  typed: string,
  findings: VersionFindings,
  nearest: (word: string, known: readonly string[]) => string | null,
  quarantined: ReadonlySet<string>,
): Resolution {
  const near = nearest(typed, findings.known);
  const list =
    findings.known
      .slice(-12)
      .map((name) => `${oneLine(name)}${mark(quarantined.has(name))}`)
      .join(', ') || 'none';
  const meant = near ? `Did you mean ${oneLine(near)}? ` : '';
  const unreached = findings.originReached
    ? ''
    : " The site's git origin does not answer, so the bot can't see what is only there.";
  const hidden = unreadLines(findings, quarantined);
  const next = `${meant}Known here: ${list}.${unreached}${hidden.length === 0 ? '' : `\nThe bot can't read which sum-core these pin:\n${hidden.join('\n')}`}`;
  return {
    kind: 'refused',
    refusal: findings.branch
      ? refusal(
          'version-unknown',
          `${typed} is a branch of this site, and a branch moves on. The bot takes a tag, a sum-core version or a commit.`,
          `If you mean its newest commit, type that: ${describe(findings.branch, findings, quarantined)}\n${next}`,
        )
      : refusal(
          'version-unknown',
          `${typed} is neither a tag, a sum-core version nor a commit of this site.`,
          next,
        ),
  };
}

/** In characters: what else stands in the line has to stay in sight. */
const LONGEST_SUBJECT = 100;

function describe(commit: string, findings: VersionFindings, quarantined: ReadonlySet<string>): string {
  const info = findings.commits[commit];
  const isMarked = [commit, ...(info?.tags ?? [])].some((name) => quarantined.has(name));
  return info
    ? `${info.commit.slice(0, 12)} "${oneLine(info.subject, LONGEST_SUBJECT)}" of ${info.committedAt.slice(0, 10)}${mark(isMarked)}`
    : commit.slice(0, 12);
}

function mark(isQuarantined: boolean): string {
  return isQuarantined ? ' (quarantined)' : '';
}
