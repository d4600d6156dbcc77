import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy between a client and a server that does to connections what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** How many connections were accepted so far. */
  readonly accepted: number;
  /** Bytes to the client so far. */
  readonly toClient: number;
  /** Sends FIN to both sides of every connection. */
  close(): void;
  /** Sends RST to both sides of every connection. */
  reset(): void;
  /** From now on nothing passes in old and new connections, without an error. */
  blackhole(): void;
  /** From now on nothing passes in existing connections. New ones work. */
  freeze(): void;
  /** From now on bytes take so long in each direction. 0 ends that. */
  delay(ms: number): void;
  /** From now on new connections are refused. */
  refuse(): void;
  /** From now on everything passes again, on the same port. Connections that have lost bytes are ended. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  frozen: boolean;
}

export async function startTcpProxy(target: { port: number; address?: string }): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const timers = new Set<NodeJS.Timeout>();
  let accepted = 0;
  let toClient = 0;
  let silent = false;
  let delayMs = 0;

  /** Bytes in one direction keep their order, even if the delay ends while some are on their way. */
  const inOrder = () => {
    const waiting: (() => void)[] = [];
    return (action: () => void): void => {
      if (delayMs === 0 && waiting.length === 0) {
        action();
        return;
      }
      waiting.push(action);
      const timer = setTimeout(() => {
        timers.delete(timer);
        waiting.shift()?.();
      }, delayMs);
      timers.add(timer);
    };
  };
  const forward = (pair: Pair, from: Socket, to: Socket, count: (bytes: number) => void): void => {
    const later = inOrder();
    from.on('data', (chunk) =>
      later(() => {
        // Read and dropped: a full buffer would slow the sender down, and a black hole does not.
        if (silent || pair.frozen || to.destroyed) return;
        count(chunk.length);
        to.write(chunk);
      }),
    );
    from.on('end', () =>
      later(() => {
        if (!silent && !pair.frozen) to.end();
      }),
    );
    from.on('close', (failed) => {
      if (silent || pair.frozen || to.destroyed) return;
      if (failed) to.resetAndDestroy();
      else if (from.readableEnded) return;
      else to.destroy();
    });
    from.on('error', () => {});
  };

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    const server = connect({
      host: target.address ?? '127.0.0.1',
      port: target.port,
      allowHalfOpen: true,
      noDelay: true,
    });
    const pair = { client, server, frozen: false };
    pairs.add(pair);
    client.once('close', () => {
      if (server.destroyed) pairs.delete(pair);
    });
    server.once('close', () => {
      if (client.destroyed) pairs.delete(pair);
    });
    forward(pair, client, server, () => {});
    forward(pair, server, client, (bytes) => {
      toClient += bytes;
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  const each = (action: (socket: Socket) => void): void => {
    for (const { client, server } of pairs) {
      action(client);
      action(server);
    }
  };
  return {
    port: address.port,
    get accepted() {
      return accepted;
    },
    get toClient() {
      return toClient;
    },
    close: () => each((socket) => socket.end()),
    reset: () => each((socket) => socket.resetAndDestroy()),
    blackhole: () => {
      silent = true;
    },
    freeze: () => {
      for (const pair of pairs) pair.frozen = true;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    refuse: () => {
      if (listener.listening) listener.close();
    },
    heal: async () => {
      if (silent) each((socket) => socket.destroy());
      silent = false;
      delayMs = 0;
      if (listener.listening) return;
      listener.listen(address.port, '127.0.0.1');
      await once(listener, 'listening');
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      const closed = listener.listening ? once(listener, 'close') : null;
      if (closed) listener.close();
      each((socket) => socket.destroy());
      await closed;
    },
  };
}
