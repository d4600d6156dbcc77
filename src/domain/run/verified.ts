import type { Run } from './run.ts';

/** It came to its end, was checked, and nothing of that failed: false where a person has left a failed proof out. */
export function isVerified({ state, checks }: Pick<Run, 'state' | 'checks'>): boolean {
  return state === 'succeeded' && checks.length > 0 && checks.every(({ result }) => result !== 'failed');
}
