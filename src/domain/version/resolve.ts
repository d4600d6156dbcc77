import { type Refusal, refusal } from '../refusal.ts';
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

/** More commits than this nobody compares. */
const MOST_ASKED = 5;

/**
 * What a typed version means, in the order of the design: a commit; a tag of the client repository, unless its own pin is
 * another one and other commits pin the sum-core of that name; the commit that ran here last with that pin; the newest commit of
 * the branch with that pin. Several answers, or a tag that was moved, are asked back and never guessed. `quarantined`: names
 * that are marked where versions are listed.
 */
export function resolveVersion(
  typed: string,
  findings: VersionFindings,
  reflog: readonly ReflogEntry[],
  nearest: (word: string, known: readonly string[]) => string | null,
  quarantined: ReadonlySet<string> = new Set(),
): Resolution {
  const { localTag, originTag } = findings;
  if (findings.commit) return resolved(findings.commit, 'commit', findings, reflog);
  if (localTag && originTag && localTag !== originTag) return moved(typed, findings, quarantined);
  const tag = localTag ?? originTag;
  if (tag) return contradiction(typed, tag, findings, quarantined) ?? resolved(tag, 'tag', findings, reflog);
  const [lastLive] = findings.reflogMatches;
  if (lastLive) return resolved(lastLive, 'reflog', findings, reflog);
  const [onBranch] = findings.branchMatches;
  if (onBranch) return resolved(onBranch, 'branch', findings, reflog);
  return unknown(typed, findings, nearest, quarantined);
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
        : ["The site's git origin does not answer; the target is taken from what the host has."]),
      ...(isPreRelease(info) ? [`${commitLabel(info)} is a pre-release.`] : []),
      ...(source === 'tag' && findings.localTag === null
        ? [
            `The tag of ${commitLabel(info)} is only on origin: the host's own repository does not have it yet.`,
          ]
        : []),
    ],
  };
}

/** A commit that has also been released is none any more. */
function isPreRelease({ tags, pin }: CommitInfo): boolean {
  const names = tags.length > 0 ? tags : pin === null ? [] : [pin];
  return (
    names.length > 0 && names.every((name) => /\d[-.]?(?:a|alpha|b|beta|dev|pre|rc)[-.]?\d*$/i.test(name))
  );
}

/**
 * When this commit was replaced the last time: the reflog entry after it. Order counts, because clocks lie. A checkout that
 * stands at the top, because somebody has begun by hand, is not a time in which it was live.
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
  const list = [tag, ...others].map((commit) => describe(commit, findings, quarantined)).join('\n');
  return {
    kind: 'refused',
    refusal: refusal(
      'version-ambiguous',
      `${typed} is a tag of this site whose sum-core is ${pin}, and also the sum-core version of another commit.`,
      `Type the commit that you mean:\n${list}`,
    ),
  };
}

function moved(typed: string, findings: VersionFindings, quarantined: ReadonlySet<string>): Resolution {
  const here = describe(findings.localTag ?? '', findings, quarantined);
  const there = describe(findings.originTag ?? '', findings, quarantined);
  return {
    kind: 'refused',
    refusal: refusal(
      'version-moved',
      `The tag ${typed} was moved: the host and its git origin disagree about it.`,
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
      .map((name) => `${name}${mark(quarantined.has(name))}`)
      .join(', ') || 'none';
  const meant = near ? `Did you mean ${near}? ` : '';
  const away = findings.originReached
    ? ''
    : " The site's git origin does not answer, so what is only there cannot be seen.";
  return {
    kind: 'refused',
    refusal: refusal(
      'version-unknown',
      `${typed} is neither a tag, a sum-core version nor a commit of this site.`,
      `${meant}Known here: ${list}.${away}`,
    ),
  };
}

function describe(commit: string, findings: VersionFindings, quarantined: ReadonlySet<string>): string {
  const info = findings.commits[commit];
  const isMarked = [commit, ...(info?.tags ?? [])].some((name) => quarantined.has(name));
  return info
    ? `${info.commit.slice(0, 12)} "${info.subject}" of ${info.committedAt.slice(0, 10)}${mark(isMarked)}`
    : commit.slice(0, 12);
}

function mark(isQuarantined: boolean): string {
  return isQuarantined ? ' (quarantined)' : '';
}
