import { setTimeout as pause } from 'node:timers/promises';
import type { Check } from '../domain/run/event.ts';

/** How long a site may take to answer well. All in milliseconds. */
export interface ProbePatience {
  /** For one request. */
  readonly deadlineMs: number;
  /** A test that does not pass starts again, until this long after its first start. */
  readonly patienceMs: number;
  readonly pauseMs: number;
}

/** A site that was just started is slow at first: it loads its code, fills its caches, connects. */
export const PROBE_PATIENCE: ProbePatience = { deadlineMs: 10_000, patienceMs: 20_000, pauseMs: 1_000 };

export interface TimedTry {
  readonly check: Check;
  /** Whether trying again makes sense and does no harm; default: if the test failed. */
  readonly again?: boolean;
}

/**
 * One test, repeated for a limited time. The last answer counts; if there was more than one try, the answer says how many.
 */
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
