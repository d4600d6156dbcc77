import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  ConnectError,
  type ConnectOptions,
  openSession,
  type Session,
} from '../../../src/ssh/transport/session.ts';
import { makeKeyPair } from '../../support/ssh/ssh2-server.ts';
import type { TestHost } from '../../support/ssh/sshd.ts';

export const cleanups: (() => Promise<void> | void)[] = [];

export async function started<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const running = await starting;
  cleanups.push(() => running.stop());
  return running;
}

export interface Login extends ConnectOptions {
  readonly port?: number;
  readonly user?: string;
  /** null for no pin. */
  readonly fingerprint?: string | null;
  readonly knownHosts?: string;
  readonly privateKey?: string | null;
  readonly agent?: string;
}

/** Logs in to the host with its own key and a pin, unless the test gives others. */
export async function logIn(host: TestHost, login: Login = {}): Promise<Session> {
  const { port, user, fingerprint, knownHosts, privateKey, agent, ...options } = login;
  const pin = fingerprint === undefined ? host.fingerprint : fingerprint;
  const key = privateKey === undefined ? host.privateKey : privateKey;
  const session = await openSession(
    {
      address: host.address,
      port: port ?? host.port,
      user: user ?? host.user,
      ...(pin === null ? {} : { fingerprint: pin }),
    },
    {
      knownHosts: knownHosts ?? '',
      ...(key === null ? {} : { privateKey: key }),
      ...(agent === undefined ? {} : { agent }),
    },
    options,
  );
  cleanups.push(() => session.close());
  return session;
}

export async function refusalOf(connecting: Promise<Session>): Promise<ConnectError> {
  const result = await connecting.then(
    () => 'it connected',
    (error: unknown) => error,
  );
  if (!(result instanceof ConnectError)) throw new Error(`expected a ConnectError, got ${String(result)}`);
  return result;
}

/** A TCP server that treats connections as the test says. */
export async function startRawServer(onConnection: (socket: Socket) => void): Promise<TestHost> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: '127.0.0.1',
    port: address.port,
    user: 'deploy',
    privateKey: makeKeyPair().private,
    fingerprint: 'SHA256:whatever',
    knownHosts: [],
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
