/** Slack's own error code, e.g. `not_in_channel`; null if the error is not Slack's. */
export function slackError(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('data' in error)) return null;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('error' in data)) return null;
  return typeof data.error === 'string' ? data.error : null;
}

/** How long Slack asks us to wait, in milliseconds; null: it did not ask. */
export function retryAfterMs(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('retryAfter' in error)) return null;
  const { retryAfter } = error;
  return typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter * 1_000 : null;
}
