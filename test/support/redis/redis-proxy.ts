import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface RedisProxy {
  readonly port: number;
  /** How many replies were lost. */
  lost(): number;
  /** Passes on the next command that contains `text`, then drops the connection instead of its reply. */
  loseReplyOf(text: string): void;
  stop(): Promise<void>;
}

/** A proxy between a client and Redis that loses replies, as a network does. */
export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  let wanted: string | null = null;
  let lost = 0;
  const server = createServer((client) => {
    const redis = connect(redisPort, '127.0.0.1');
    let losing = false;
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (data) => {
      if (wanted !== null && data.includes(wanted)) {
        losing = true;
        wanted = null;
      }
      redis.write(data);
    });
    redis.on('data', (data) => {
      if (!losing) {
        client.write(data);
        return;
      }
      lost += 1;
      client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    lost: () => lost,
    loseReplyOf(text) {
      wanted = text;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
