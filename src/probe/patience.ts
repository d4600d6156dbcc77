import { setTimeout as pause } from 'node:timers/promises';
import type { Check } from '../domain/run/event.ts';

/** How long a site is given to answer well. All in milliseconds. */
export interface ProbePatience {
  /** For one request. */
  readonly deadlineMs: number;
  /** A test that does not pass is begun anew until so long after its first beginning. */
  readonly patienceMs: number;
  readonly pauseMs: number;
}

/** A site that has just been started is slow at first: it loads its code, fills its caches, connects. */
export const PROBE_PATIENCE: ProbePatience = { deadlineMs: 10_000, patienceMs: 20_000, pauseMs: 1_000 };

export interface TimedTry {
  readonly check: Check;
  /** Whether it makes sense, and does no harm, to try it again; default: if it failed. */
  readonly again?: boolean;
}

/** One test, tried again for a bounded time; the last answer counts, and how often it was asked is said if not once. */
export async function patiently(
  { patienceMs, pauseMs }: ProbePatience,
  attempt: () => Promise<TimedTry>,
): Promise<Check> {
  const begun = performance.now();
  for (let times = 1; ; times += 1) {
    const { check, again = check.result === 'failed' } = await attempt();
    const spent = performance.now() - begun;
    if (!again || spent + pauseMs > patienceMs) return times === 1 ? check : counted(check, times, spent);
    await pause(pauseMs);
  }
}

function counted(check: Check, times: number, spentMs: number): Check {
  return { ...check, detail: `${check.detail} (asked ${times} times in ${Math.round(spentMs / 1000)} s)` };
}
