import { oneLine } from '../text/printable.ts';

/** A commit of the site's repository as people need to see it. */
export interface CommitInfo {
  /** 40 lower-case hex digits. */
  readonly commit: string;
  readonly subject: string;
  /** Committer date, ISO 8601. */
  readonly committedAt: string;
  /** The sum-core version that requirements.txt pins there, e.g. `v0.5.3`; null if none is pinned. */
  readonly pin: string | null;
  /** Tags of the client repository at this commit. */
  readonly tags: readonly string[];
}

/** One row of the HEAD reflog: when a commit was checked out on this host. */
export interface ReflogEntry {
  readonly commit: string;
  readonly at: string;
}

/** Where the bot found a version, in the order in which it searches. */
export type VersionSource = 'commit' | 'tag' | 'reflog' | 'branch';

export interface ResolvedTarget extends CommitInfo {
  readonly source: VersionSource;
  /** When this commit was last checked out here, ISO 8601; null: never live here. */
  readonly liveUntil: string | null;
}

/** What the repository has for a typed version; `resolveVersion` decides what it means. */
export interface VersionFindings {
  /** The typed text as a commit, if it is one. */
  readonly commit: string | null;
  readonly localTag: string | null;
  readonly originTag: string | null;
  /** If the typed text is the beginning of several commits: these. */
  readonly beginning: readonly string[];
  /** The newest commit of a branch of that name; null: there is none. */
  readonly branch: string | null;
  readonly originReached: boolean;
  /** Commits of the HEAD reflog with a matching sum-core pin, most recently live first. */
  readonly reflogMatches: readonly string[];
  /** Newest first. */
  readonly branchMatches: readonly string[];
  /** Commits that come before the first match, newest first, and whose pin the bot can't read. At most five of them. */
  readonly unread: readonly { readonly commit: string; readonly why: string }[];
  readonly unreadCount: number;
  /** Everything that a person could have meant: tags and pins. */
  readonly known: readonly string[];
  /** Details of every commit above. */
  readonly commits: Readonly<Record<string, CommitInfo>>;
}

/** What a person needs to tell commits apart: `v0.5.0 (1a2b3c4d)`. */
export function commitLabel(info: CommitInfo): string {
  const name = oneLine(info.tags[0] ?? info.pin ?? '');
  return name ? `${name} (${info.commit.slice(0, 8)})` : info.commit.slice(0, 8);
}

/** What a person can type for it: a name that needs no quotes, or else the beginning of the commit. */
export function typedName({ tags, pin, commit }: CommitInfo): string {
  const name = tags[0] ?? pin ?? '';
  return /^[A-Za-z0-9][A-Za-z0-9._+/@-]{0,99}$/.test(name) ? name : commit.slice(0, 12);
}

export function bare(version: string): string {
  return version.replace(/^v/, '');
}
