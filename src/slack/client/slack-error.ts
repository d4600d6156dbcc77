/** Slack's own word for what went wrong, e.g. `not_in_channel`; null where the error is not Slack's. */
export function slackError(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('data' in error)) return null;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('error' in data)) return null;
  return typeof data.error === 'string' ? data.error : null;
}

/** For how long Slack wants not to be asked this again, in milliseconds; null: it did not say that. */
export function retryAfterMs(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('retryAfter' in error)) return null;
  const { retryAfter } = error;
  return typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter * 1_000 : null;
}
