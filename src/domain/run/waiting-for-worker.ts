import type { Run, RunState } from './run.ts';

/** Workers pick up every run within seconds. After this long there is no worker, or none that works. */
const LONGEST_WAIT_MS = 30_000;

/** States in which a worker has to take the next step, without people. */
const WITH_WORKERS: readonly RunState[] = ['planning', 'ready', 'switching', 'verifying'];

/** When to tell people that no worker has picked the run up, ISO 8601; null: it does not wait for one. */
export function waitsTooLongAt({ state, waitingSince }: Run): string | null {
  if (waitingSince === null || !WITH_WORKERS.includes(state)) return null;
  return new Date(Date.parse(waitingSince) + LONGEST_WAIT_MS).toISOString();
}
