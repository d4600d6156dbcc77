import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Transport } from './delivery.ts';
import type { Answer, Delivery } from './delivery-result.ts';
import { secretPart } from './ids.ts';
import { objectOf, parseJson, stringOf } from './json.ts';
import { SOCKETS_MAX } from './limits.ts';
import { acceptWebSocket, type ServerSocket } from './websocket.ts';

const PING_INTERVAL_MS = 5000;

const GOODBYE_MS = 250;

const ENVELOPE_TYPE = {
  slash_command: 'slash_commands',
  block_actions: 'interactive',
  view_submission: 'interactive',
  view_closed: 'interactive',
} as const;

/** Socket Mode: tickets, open connections, and envelopes that wait for their acknowledgement. */
export interface SocketTransport extends Transport {
  /** A single-use ticket, part of the URL that apps.connections.open returns. */
  readonly issueTicket: () => string;
  readonly upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
  readonly openSockets: () => number;
  /** Asks the clients to reconnect, as Slack does every few hours. */
  readonly refresh: () => void;
  /** Cuts every connection without a close frame. */
  readonly cut: () => void;
  /** Closes every connection, and cuts off clients that do not answer at once. */
  readonly close: () => Promise<void>;
}

export const createSocketTransport = (appId: string, onChange: () => void): SocketTransport => {
  const tickets = new Set<string>();
  const open = new Map<ServerSocket, Duplex>();
  const envelopes = createEnvelopes();

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket) || open.size >= SOCKETS_MAX) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    const socket = acceptWebSocket(request, stream, head, {
      onText: envelopes.settle,
      onClose: () => {
        clearInterval(pings);
        open.delete(socket);
        onChange();
      },
    });
    const pings = setInterval(socket.ping, PING_INTERVAL_MS).unref();
    open.set(socket, stream);
    socket.send(hello(appId, open.size));
    onChange();
  };

  return {
    send: (delivery) => envelopes.send([...open.keys()], delivery),
    upgrade,
    issueTicket: () => {
      const ticket = secretPart();
      tickets.add(ticket);
      return ticket;
    },
    openSockets: () => open.size,
    refresh: () => {
      const notice = JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} });
      for (const socket of open.keys()) socket.send(notice);
    },
    cut: () => {
      for (const socket of open.keys()) socket.destroy();
    },
    close: async () => {
      envelopes.giveUp();
      const leaving = [...open.values()].map(closed);
      for (const socket of open.keys()) socket.close();
      await Promise.all(leaving);
    },
  };
};

const hello = (appId: string, connections: number): string =>
  JSON.stringify({
    type: 'hello',
    num_connections: connections,
    debug_info: { host: 'local-slack', build_number: 1, approximate_connection_time: 18_060 },
    connection_info: { app_id: appId },
  });

interface Envelopes {
  /** Sends to one of the sockets in turn. */
  readonly send: (sockets: readonly ServerSocket[], delivery: Delivery) => Promise<Answer>;
  readonly settle: (text: string) => void;
  readonly giveUp: () => void;
}

/** Payloads that wait for the message that names their envelope. */
const createEnvelopes = (): Envelopes => {
  const waiting = new Map<string, (answer: Answer) => void>();
  let turn = 0;
  return {
    send: (sockets, delivery) => {
      const socket = sockets[turn % sockets.length];
      turn += 1;
      if (socket === undefined) return Promise.resolve({ kind: 'failed', error: 'dispatch_failed' });
      const id = randomUUID();
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        socket.send(envelope(id, delivery));
      });
    },
    settle: (text) => {
      const reply = objectOf(parseJson(text)?.value);
      const id = stringOf(reply['envelope_id']);
      waiting.get(id)?.({ kind: 'acked', body: reply['payload'] });
      waiting.delete(id);
    },
    giveUp: () => {
      for (const resolve of waiting.values()) resolve({ kind: 'failed', error: 'dispatch_failed' });
      waiting.clear();
    },
  };
};

const envelope = (id: string, { kind, payload }: Delivery): string =>
  JSON.stringify({
    envelope_id: id,
    type: ENVELOPE_TYPE[kind],
    payload,
    accepts_response_payload: kind === 'slash_command' || kind === 'view_submission',
  });

const closed = (stream: Duplex): Promise<void> =>
  new Promise((resolve) => {
    const impatient = setTimeout(() => stream.destroy(), GOODBYE_MS);
    stream.once('close', () => {
      clearTimeout(impatient);
      resolve();
    });
  });
