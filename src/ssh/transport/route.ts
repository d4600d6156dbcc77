import type { Duplex } from 'node:stream';

import { type HostAddress, hostName, type JumpHost } from '../../domain/site/site.ts';
import { ConnectError } from './connect-error.ts';
import type { Link } from './link.ts';

/** One station on the way to a host: a jump host, or at the end the host itself. */
export interface Station {
  readonly at: JumpHost;
  /** Its name in messages. */
  readonly name: string;
  readonly isJump: boolean;
}

/** The stations from us to the host, in order. */
export function stationsTo(host: HostAddress): readonly Station[] {
  const jumps = host.jump ?? [];
  const through = jumps.length === 0 ? '' : ` (through ${jumps.map(hostName).join(', ')})`;
  return [
    ...jumps.map((at) => ({ at, name: `the jump host ${hostName(at)}`, isJump: true })),
    { at: host, name: `${hostName(host)}${through}`, isJump: false },
  ];
}

/** SSH's own number for "administratively prohibited". */
const PROHIBITED = 1;

/** A byte stream from a jump host to the next station. The jump host looks the name up. Errors: throws ConnectError. */
export function forward(through: Link, jump: Station, next: Station): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, at: Station, cause?: unknown): void => {
      const details = { cause, jump: at.isJump ? at.at : undefined };
      reject(new ConnectError('unreachable', `${next.name} cannot be reached: ${why}`, details));
    };
    const forget = through.onLost((why) => fail(`${jump.name} was lost: ${why}`, jump));
    if (through.lost !== undefined) return;
    through.client.forwardOut('127.0.0.1', 0, next.at.address, next.at.port, (error, channel) => {
      forget();
      if (error === undefined) {
        // Without a listener, a late error would end the process. The connection inside notices the end anyway.
        channel.on('error', () => {});
        resolve(channel);
        return;
      }
      if ('reason' in error && error.reason === PROHIBITED)
        fail(`${jump.name} does not allow TCP forwarding there`, jump, error);
      else fail(`${jump.name} says: ${error.message.replace(/^\(SSH\) /, '')}`, next, error);
    });
  });
}

/**
 * Ends connections that need each other together: if a jump host is lost, the host is lost too, and whoever leaves the host
 * leaves all of them.
 */
export function joinLinks(
  jumps: readonly { readonly link: Link; readonly station: Station }[],
  end: Link,
): void {
  for (const { link, station } of jumps) link.onLost((why) => end.lose(`${station.name} was lost: ${why}`));
  end.onLost(() => {
    for (const { link } of jumps.toReversed()) link.close();
  });
}
