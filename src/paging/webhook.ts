import { setTimeout as sleep } from 'node:timers/promises';
import type { PageCall, Pager, PagingWebhook } from '../app/ports/notify.ts';
import { problemOf } from './problem.ts';
import { type ReadSecret, readSecretHeader } from './secret-header.ts';

const DEADLINE_MS = 10_000;

/** Pauses before the second and the third try, in milliseconds. */
const PAUSES_MS = [1_000, 3_000];

/**
 * Calls people by a POST of JSON. Every try of one call has the same `Idempotency-Key`. So a pager that accepted it, but
 * whose answer was lost, need not ring twice. Only an answer of 2xx means that the call was accepted.
 */
export function webhookPager(readSecret: ReadSecret, pausesMs: readonly number[] = PAUSES_MS): Pager {
  const call = async (webhook: PagingWebhook, about: PageCall) => {
    const secret = await readSecretHeader(readSecret, webhook.secret);
    return 'problem' in secret ? secret.problem : post(webhook.url, secret.headers, about);
  };
  return {
    async page(webhook, about) {
      let problem = await call(webhook, about);
      for (const pause of pausesMs) {
        if (problem === null) return null;
        await sleep(pause);
        problem = await call(webhook, about);
      }
      return problem;
    },
  };
}

/** Node's fetch takes no address with a login in it, and its error would show the login. */
function withoutLogin(url: string): {
  readonly address: URL;
  readonly login: Readonly<Record<string, string>>;
} {
  const address = new URL(url);
  const { username, password } = address;
  if (username === '' && password === '') return { address, login: {} };
  address.username = '';
  address.password = '';
  const login = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { address, login: { authorization: `Basic ${login}` } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function post(
  url: string,
  secret: Readonly<Record<string, string>>,
  call: PageCall,
): Promise<string | null> {
  try {
    const { address, login } = withoutLogin(url);
    const headers = new Headers({
      ...login,
      'content-type': 'application/json',
      'idempotency-key': `${call.incident}-call-${call.call}`,
    });
    for (const [name, value] of Object.entries(secret)) headers.set(name, value);
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    await response.body?.cancel();
    return response.ok ? null : `it answered ${response.status}`;
  } catch (error) {
    return problemOf(error, DEADLINE_MS);
  }
}
