import { setTimeout as sleep } from 'node:timers/promises';
import type { PageCall, Pager } from '../app/ports/notify.ts';
import { problemOf } from './problem.ts';

const DEADLINE_MS = 10_000;

/** Pauses before the second and the third try, in milliseconds. */
const PAUSES_MS = [1_000, 3_000];

/**
 * Calls people by a POST of JSON. Every try of one call has the same `Idempotency-Key`. So a pager that accepted it, but
 * whose answer was lost, need not ring twice. Only an answer of 2xx means that the call was accepted.
 */
export function webhookPager(pausesMs: readonly number[] = PAUSES_MS): Pager {
  return {
    async page(url, call) {
      let problem = await post(url, call);
      for (const pause of pausesMs) {
        if (problem === null) return null;
        await sleep(pause);
        problem = await post(url, call);
      }
      return problem;
    },
  };
}

async function post(url: string, call: PageCall): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': `${call.incident}-call-${call.call}`,
      },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    await response.body?.cancel();
    return response.ok ? null : `it answered ${response.status}`;
  } catch (error) {
    return problemOf(error, DEADLINE_MS);
  }
}
