/** Why a call did not get an answer, in a few words. */
export function problemOf(error: unknown, deadlineMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${deadlineMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
