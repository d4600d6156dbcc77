import type { StatusAnswer, StatusPage } from '../app/ports/notify.ts';
import type { StatusWebhook } from '../domain/site/stakeholders.ts';
import type { StatusMessage } from '../domain/stakeholders/status-page.ts';
import { problemOf } from './problem.ts';
import { type ReadSecret, readSecretHeader } from './secret-header.ts';

const DEADLINE_MS = 5_000;

const TOO_MANY = 429;

/**
 * Tells a status page by a POST of JSON. Every try of one update has the same `Idempotency-Key`. Redirects are not followed,
 * because the call may carry a secret that is for this page alone. Of an answer, only its status is kept.
 */
export function webhookStatusPage(readSecret: ReadSecret): StatusPage {
  return {
    async tell(webhook, message) {
      const secret = await readSecretHeader(readSecret, webhook.secret);
      // Once someone mends the file, the next try succeeds; there is nothing else to do.
      if ('problem' in secret) return { kind: 'again', afterMs: 0, problem: secret.problem };
      return post(webhook, message, secret.headers);
    },
  };
}

async function post(
  { url, headers }: StatusWebhook,
  { key, body }: StatusMessage,
  secret: Readonly<Record<string, string>>,
): Promise<StatusAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, ...secret, 'content-type': 'application/json', 'idempotency-key': key },
      body,
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    await response.body?.cancel();
    return answerOf(response);
  } catch (error) {
    return { kind: 'again', afterMs: 0, problem: problemOf(error, DEADLINE_MS) };
  }
}

function answerOf({ ok, status, headers }: Response): StatusAnswer {
  if (ok) return { kind: 'taken' };
  if (status === TOO_MANY || status >= 500)
    return { kind: 'again', afterMs: patience(headers.get('retry-after')), problem: `it answered ${status}` };
  return {
    kind: 'refused',
    problem:
      status < 400 ? `it answered ${status}, a redirect, which is not followed` : `it answered ${status}`,
  };
}

/** `Retry-After` is a number of seconds or a date. Returns milliseconds; 0 if it is neither. */
function patience(retryAfter: string | null): number {
  if (retryAfter === null) return 0;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? 0 : Math.max(0, until - Date.now());
}
