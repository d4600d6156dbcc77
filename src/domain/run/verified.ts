import { currentChecks, type Run } from './run.ts';

/** It came to its end and was checked, and no check failed. False if a person skipped failed checks. */
export function isVerified(run: Pick<Run, 'state' | 'verification'>): boolean {
  const checks = currentChecks(run);
  return run.state === 'succeeded' && checks.length > 0 && checks.every(({ result }) => result !== 'failed');
}
