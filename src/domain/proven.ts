import type { Run } from './run.ts';

/** It came to its end, and nothing that was checked failed: false where a person has left a failed proof out. */
export function isProven({ state, checks }: Pick<Run, 'state' | 'checks'>): boolean {
  return state === 'succeeded' && checks.every(({ result }) => result !== 'failed');
}
