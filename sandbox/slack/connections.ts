import { deliver } from './delivery.ts';
import type { Delivery, DeliveryResult } from './delivery-result.ts';
import { createHttpTransport, type HttpTransport, type Signing } from './http-transport.ts';
import { createSocketTransport, type SocketTransport } from './socket-transport.ts';
import type { Transcript } from './transcript.ts';
import type { Installation } from './workspace.ts';

/** How payloads reach the app, and how that can go wrong. */
export interface Connections {
  /** From now on, sends signed HTTP requests to this URL. Undefined returns to the socket. */
  readonly deliverTo: (url: string | undefined) => void;
  /** Signs the next requests with another secret or an older timestamp. Only in HTTP mode. */
  readonly signWith: (change: Partial<Signing>) => void;
  readonly openSockets: () => number;
  /** Waits until exactly this many sockets are open; one by default. */
  readonly waitForSockets: (count?: number, timeoutMs?: number) => Promise<void>;
  /** Asks every client to reconnect, as Slack does every few hours. */
  readonly refreshSockets: () => void;
  /** Cuts every connection without a close frame. */
  readonly cutSockets: () => void;
}

export interface Switchboard {
  readonly connections: Connections;
  readonly sockets: SocketTransport;
  readonly deliver: (delivery: Delivery) => Promise<DeliveryResult>;
  readonly close: () => Promise<void>;
}

/** Longer than any machine needs: what does not come by then does not come. */
const SOCKET_WAIT_MS = 120_000;

export const createSwitchboard = (
  { appId, signingSecret }: Installation,
  transcript: Transcript,
  ackTimeoutMs: number,
): Switchboard => {
  const waiting = new Set<() => void>();
  const sockets = createSocketTransport(appId, () => {
    for (const check of waiting) check();
  });
  let http: HttpTransport | undefined;
  return {
    sockets,
    deliver: (delivery) => deliver(http ?? sockets, transcript, ackTimeoutMs, delivery),
    connections: {
      deliverTo: (url) => {
        http?.close();
        http = url === undefined ? undefined : createHttpTransport(url, signingSecret);
      },
      signWith: (change) => {
        if (http === undefined) throw new Error('only HTTP requests are signed: call deliverTo first');
        http.signWith(change);
      },
      openSockets: sockets.openSockets,
      waitForSockets: (count = 1, timeoutMs = SOCKET_WAIT_MS) =>
        untilOpen(sockets.openSockets, waiting, count, timeoutMs),
      refreshSockets: sockets.refresh,
      cutSockets: sockets.cut,
    },
    close: async () => {
      http?.close();
      await sockets.close();
    },
  };
};

const untilOpen = (
  openSockets: () => number,
  waiting: Set<() => void>,
  count: number,
  timeoutMs: number,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      waiting.delete(check);
      finish();
    };
    const check = (): void => {
      if (openSockets() === count) settle(resolve);
    };
    const timer = setTimeout(
      () =>
        settle(() => reject(new Error(`${openSockets()} sockets instead of ${count} after ${timeoutMs} ms`))),
      timeoutMs,
    );
    waiting.add(check);
    check();
  });
