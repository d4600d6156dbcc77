import { openSession, type Session } from '../../../src/ssh/transport/session.ts';
import type { TestHost } from '../../support/ssh/sshd.ts';

/** Against hanging alone: longer than any machine needs. */
export const deadlineMs = 120_000;

export function logIn(host: TestHost): Promise<Session> {
  const { address, port, user, fingerprint, privateKey } = host;
  return openSession({ address, port, user, fingerprint }, { privateKey, knownHosts: '' });
}

/** A listener for output, and a promise for its first call. */
export function firstOutput(): { onStdout: (text: string) => void; came: Promise<void> } {
  let onStdout = (_text: string): void => {};
  const came = new Promise<void>((resolve) => {
    onStdout = () => resolve();
  });
  return { onStdout, came };
}
