import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

import type { JumpHost } from '../../domain/site/site.ts';
import { ConnectError } from './connect-error.ts';

/** Makes a byte stream to a host; called again for every attempt. */
export type SocketMaker = () => Duplex | Promise<Duplex>;

/** Node gives up on an address after 250 ms if there is another one. That is too short for a host far away. */
const NEXT_ADDRESS_AFTER_MS = 2_000;

/** The destination of a connection of our own. */
interface Endpoint {
  readonly host: JumpHost;
  /** Its name in messages. */
  readonly name: string;
  readonly isJump: boolean;
}

/** The deadline holds, whatever makes the stream. A stream that comes too late is closed. */
export async function openSocket(
  place: Endpoint,
  deadline: AbortSignal,
  make: SocketMaker = () => dial(place, deadline),
): Promise<Duplex> {
  const dialing = Promise.resolve(make());
  return await new Promise((resolve, reject) => {
    const expire = (): void => {
      reject(new Error('deadline'));
      dialing.then((late) => late.destroy()).catch(() => {});
    };
    if (deadline.aborted) {
      expire();
      return;
    }
    deadline.addEventListener('abort', expire);
    dialing.then(resolve, reject).finally(() => deadline.removeEventListener('abort', expire));
  });
}

/** A socket of our own, so that the deadline covers name lookup and TCP, and small packets leave at once. */
function dial({ host, name, isJump }: Endpoint, deadline: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const sock = connect({
      host: host.address,
      port: host.port,
      noDelay: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    });
    // Stays for the socket's life: without a listener, a late error would end the process.
    sock.on('error', (error: Error & { readonly code?: string }) => {
      // With several addresses, Node's message is empty and only the code says why.
      const reason = error.message === '' ? (error.code ?? 'no address answers') : error.message;
      reject(
        new ConnectError('unreachable', `${name} cannot be reached: ${reason}`, {
          cause: error,
          jump: isJump ? host : undefined,
        }),
      );
    });
    sock.once('connect', () => resolve(sock));
    deadline.addEventListener('abort', () => {
      if (sock.connecting) sock.destroy();
    });
  });
}
