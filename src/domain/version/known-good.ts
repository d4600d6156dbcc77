import type { ReflogEntry } from './commit.ts';

/** What the record knows of a rollback of the code that ended well. */
export interface PastRollback {
  /** The commit that was live before. */
  readonly from: string;
  /** The commit that was verified after it. */
  readonly to: string;
}

/** A commit that was checked out for less than this was a step of a deploy, and nobody knows whether it works. */
const PASSING_MS = 60_000;

/**
 * The commits that a site could go back to, the best first: those that ran here before the live one, unless the bot has
 * rolled back from them; then those that the bot verified and the reflog has forgotten. The reflog comes first, because what
 * the bot verified last can be months older than what ran since. `past`: newest first.
 */
export function knownGood(
  live: string,
  reflog: readonly ReflogEntry[],
  past: readonly PastRollback[],
): readonly string[] {
  const left = new Set<string>();
  const verified = new Set<string>();
  for (const { from, to } of past) {
    if (!left.has(to)) verified.add(to);
    if (!verified.has(from)) left.add(from);
  }
  const ranHere = reflog
    .filter((entry, index) => verified.has(entry.commit) || !isPassing(entry, reflog[index - 1]))
    .map(({ commit }) => commit);
  return [...new Set([...ranHere, ...verified])].filter((commit) => commit !== live && !left.has(commit));
}

function isPassing(entry: ReflogEntry, next: ReflogEntry | undefined): boolean {
  if (next === undefined) return false;
  const ms = Date.parse(next.at) - Date.parse(entry.at);
  // Clocks can be wrong: what seems to have ended before it began may have run for months.
  return ms >= 0 && ms < PASSING_MS;
}
