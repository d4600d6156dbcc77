import type { Run, RunState } from './run.ts';

/** Workers look at every run within seconds; after so long there is none, or none that takes anything. */
const LONGEST_WAIT_MS = 30_000;

/** Where a worker has to take the next step, without people. */
const WITH_WORKERS: readonly RunState[] = ['planning', 'ready', 'switching', 'verifying'];

/** When people should hear that no worker has taken the run up, ISO 8601; null: it does not wait for one. */
export function waitsTooLongAt({ state, waitingSince }: Run): string | null {
  if (waitingSince === null || !WITH_WORKERS.includes(state)) return null;
  return new Date(Date.parse(waitingSince) + LONGEST_WAIT_MS).toISOString();
}
