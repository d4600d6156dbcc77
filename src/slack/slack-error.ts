/** Slack's own word for what went wrong, e.g. `not_in_channel`; null where the error is not Slack's. */
export function slackError(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('data' in error)) return null;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('error' in data)) return null;
  return typeof data.error === 'string' ? data.error : null;
}
