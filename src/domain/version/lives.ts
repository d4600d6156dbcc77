import type { ReflogEntry } from './commit.ts';

/** Until when a commit ran here before. */
export interface RanHere {
  /** ISO 8601. */
  readonly until: string;
  /** Whether it ran for a day or more: long enough to notice what it can't work with. */
  readonly lasted: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The last time that a commit ran here for a day or more, else the first time that it ran here at all; null: nothing is known
 * of it. The newest checkout does not count: someone may have started a rollback by hand. Nor does a short one after the
 * first: someone may have tried.
 */
export function ranHere(commit: string, reflog: readonly ReflogEntry[]): RanHere | null {
  const lives = livesOf(commit, reflog);
  const lasting = lives.find(({ ms }) => ms >= DAY_MS);
  const first = lives.at(-1);
  if (lasting) return { until: lasting.until, lasted: true };
  return first ? { until: first.until, lasted: false } : null;
}

/**
 * For the code that is live and stays: it runs now with what was there at the first checkout that is known, and every code
 * since then did. Null: nothing is known.
 */
export function liveThroughout(commit: string, reflog: readonly ReflogEntry[]): RanHere | null {
  const [first] = reflog.map(({ at }) => at).toSorted((a, b) => Date.parse(a) - Date.parse(b));
  return ranHere(commit, reflog) ?? (first === undefined ? null : { until: first, lasted: false });
}

/** Newest first. A minute is a step of a deploy, and what seems to end before it begins was timed by a wrong clock. */
function livesOf(commit: string, reflog: readonly ReflogEntry[]) {
  const checkouts = reflog.filter((entry, index) => entry.commit !== reflog[index + 1]?.commit);
  return checkouts
    .map((entry, index) => ({ entry, until: checkouts[index - 1]?.at }))
    .flatMap(({ entry, until }) =>
      until === undefined || entry.commit !== commit
        ? []
        : [{ until, ms: Date.parse(until) - Date.parse(entry.at) }],
    )
    .filter(({ ms }) => ms >= MINUTE_MS);
}
