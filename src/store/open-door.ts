import { Redis } from 'ioredis';
import { storeKeys } from './keys.ts';

/** For `doctor` and the log of a process that starts, without a full stop. */
export const OPEN_DOOR =
  'anybody gets in without a password, so every account and every program that reaches it can change the record of all runs';

/**
 * Whether a stranger may read what the bot keeps there; null: can't tell. Asks on a connection of its own, without the login
 * of `url`, and writes nothing. It does not matter from where: a local account is a stranger, too.
 */
export async function letsAnybodyIn(url: string, timeoutMs = 5_000): Promise<boolean | null> {
  const redis = new Redis(withoutLogin(url), {
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // The greeting of version 3 asks for the login, and would hide the answer to the question.
    protocol: 2,
    disableClientInfo: true,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.exists(storeKeys().life);
    return true;
  } catch (error) {
    return error instanceof Error && /^(?:NOAUTH|NOPERM) /.test(error.message) ? false : null;
  } finally {
    redis.disconnect();
  }
}

function withoutLogin(url: string): string {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  // The client takes options from here, too.
  for (const name of ['username', 'password']) address.searchParams.delete(name);
  return address.href;
}
