import { currentChecks, type Run } from './run.ts';

/** The run succeeded, and its checks passed. False if a person skipped failed checks. */
export function isVerified(run: Pick<Run, 'state' | 'verification'>): boolean {
  const checks = currentChecks(run);
  return run.state === 'succeeded' && checks.length > 0 && checks.every(({ result }) => result !== 'failed');
}
