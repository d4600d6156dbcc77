import type { Duplex } from 'node:stream';

import type { Client } from 'ssh2';

/** What ssh2 adds to an error besides its message. */
export type LinkError = Error & { readonly level?: string };

/** One connection. The news of its end comes once and is never missed. */
export interface Link {
  readonly client: Client;
  /** Why the connection is gone; undefined while it is there. */
  readonly lost: string | undefined;
  readonly error: LinkError | undefined;
  /** Calls back when the connection is lost (at once if it already is). Returns a function that stops listening. */
  onLost(listener: (why: string) => void): () => void;
  /** Drops the connection at once. */
  lose(why: string): void;
  /** Says goodbye to the host first. */
  close(): void;
}

const FAREWELL_MS = 1_000;

/**
 * Must be called before the first event can come. An `error` without a listener would end the process, and ssh2 may emit one
 * in the same turn as `ready`.
 */
export function watchLink(client: Client, sock: Duplex): Link {
  const listeners = new Set<(why: string) => void>();
  let lost: string | undefined;
  let error: LinkError | undefined;

  const end = (why: string, leave: () => void): void => {
    if (lost !== undefined) return;
    lost = why;
    leave();
    for (const listener of listeners) listener(why);
    listeners.clear();
  };
  const lose = (why: string): void => end(why, () => sock.destroy());
  client.on('error', (problem: LinkError) => {
    error ??= problem;
    lose(describeLoss(problem));
  });
  // `end` as well as `close`: after a FIN from a host that then falls silent, `close` may not come for long.
  client.on('end', () => lose('the host closed the connection'));
  client.on('close', () => lose('the connection closed'));

  return {
    client,
    get lost() {
      return lost;
    },
    get error() {
      return error;
    },
    onLost(listener) {
      if (lost !== undefined) {
        listener(lost);
        return () => {};
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lose,
    close: () => end('we closed the connection', () => takeLeave(client, sock)),
  };
}

/** A host that does not answer the goodbye must not keep the socket, and so this process, alive. */
function takeLeave(client: Client, sock: Duplex): void {
  client.end();
  const timer = setTimeout(() => sock.destroy(), FAREWELL_MS);
  sock.once('close', () => clearTimeout(timer));
}

function describeLoss(problem: LinkError): string {
  if (problem.level === 'client-timeout') return 'the host no longer answers';
  return `the connection broke: ${problem.message}`;
}
