import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';

import ssh2 from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';

import {
  ConnectError,
  type ConnectOptions,
  openSession,
  type Session,
} from '../../../src/ssh/transport/session.ts';
import { startAgent } from '../../support/ssh/ssh-agent.ts';
import { makeKeyPair, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { type HostKeyType, hasSshd, startSshd, type TestHost } from '../../support/ssh/sshd.ts';
import { startTcpProxy } from '../../support/ssh/tcp-proxy.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function started<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const running = await starting;
  cleanups.push(() => running.stop());
  return running;
}

interface Login extends ConnectOptions {
  readonly port?: number;
  readonly user?: string;
  /** null for no pin. */
  readonly fingerprint?: string | null;
  readonly knownHosts?: string;
  readonly privateKey?: string | null;
  readonly agent?: string;
}

/** Logs in to the host with its own key and a pin, unless the test gives others. */
async function logIn(host: TestHost, login: Login = {}): Promise<Session> {
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

async function refusalOf(connecting: Promise<Session>): Promise<ConnectError> {
  const result = await connecting.then(
    () => 'it connected',
    (error: unknown) => error,
  );
  if (!(result instanceof ConnectError)) throw new Error(`expected a ConnectError, got ${String(result)}`);
  return result;
}

/** A TCP server that treats connections as the test says. */
async function startRawServer(onConnection: (socket: Socket) => void): Promise<TestHost> {
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

describe('the host key', () => {
  it('is accepted if its fingerprint is pinned', async () => {
    const host = await started(startSsh2Server());

    const session = await logIn(host);

    expect(session.hostKey).toBe(host.fingerprint);
    expect(session.closed).toBe(false);
    expect(await session.run({ command: 'echo in', deadlineMs: 120_000 })).toMatchObject({ stdout: 'in\n' });
  });

  it('is accepted if it is in known_hosts', async () => {
    const host = await started(startSsh2Server());

    const session = await logIn(host, {
      fingerprint: null,
      knownHosts: `# hosts\n${host.knownHosts.join('\n')}\n`,
    });

    expect(session.hostKey).toBe(host.fingerprint);
  });

  it('that is unknown is named and refused before any login', async () => {
    const host = await started(startSsh2Server());

    const error = await refusalOf(logIn(host, { fingerprint: null }));

    expect(error.failure).toBe('host-key-unknown');
    expect(error.presented).toBe(host.fingerprint);
    expect(error.message).toBe(
      `the host key of 127.0.0.1:${host.port} is unknown: presented ${host.fingerprint}, and there is no pinned fingerprint and no entry in known_hosts`,
    );
    expect(host.logins).toBe(0);
  });

  it('that is not the pinned one is refused before any login, whatever known_hosts says', async () => {
    const host = await started(startSsh2Server());
    const pin = 'SHA256:EYhVHfPHTvzVLbV6ZjawgDAUT1YSSSdmUD1F0MbXLpc';

    const error = await refusalOf(logIn(host, { fingerprint: pin, knownHosts: host.knownHosts.join('\n') }));

    expect(error.failure).toBe('host-key-changed');
    expect(error.presented).toBe(host.fingerprint);
    expect(error.expected).toEqual([pin]);
    expect(error.message).toBe(
      `the host key of 127.0.0.1:${host.port} is not the expected one: presented ${host.fingerprint}, expected ${pin}`,
    );
    expect(host.logins).toBe(0);
  });

  it('that is revoked is refused before any login, even if it is pinned', async () => {
    const host = await started(startSsh2Server());

    const error = await refusalOf(logIn(host, { knownHosts: `@revoked ${host.knownHosts.join('\n')}` }));

    expect(error.failure).toBe('host-key-changed');
    expect(error.message).toContain('is marked @revoked in line 1 of known_hosts');
    expect(host.logins).toBe(0);
  });

  it('is not accepted through a certificate authority', async () => {
    const host = await started(startSsh2Server());

    const error = await refusalOf(
      logIn(host, { fingerprint: null, knownHosts: `@cert-authority ${host.knownHosts.join('\n')}` }),
    );

    expect(error.failure).toBe('host-key-unknown');
    expect(error.message).toContain('@cert-authority in line 1, which is not supported');
    expect(host.logins).toBe(0);
  });
});

describe('a login', () => {
  it('uses the stream that it is given', async () => {
    const host = await started(startSsh2Server());
    const { port } = host;

    const session = await logIn(host, { port: 1, sock: () => connect(port, '127.0.0.1') });

    expect(await session.run({ command: 'echo in', deadlineMs: 120_000 })).toMatchObject({ stdout: 'in\n' });
    expect(host.commands).toBe(1);
  });

  it('with a key that the host refuses is an authentication failure', async () => {
    const host = await started(startSsh2Server());

    const error = await refusalOf(logIn(host, { privateKey: makeKeyPair().private }));

    expect(error.failure).toBe('authentication');
    expect(error.message).toContain(`127.0.0.1:${host.port} does not accept our login as ${host.user}`);
    expect(host.logins).toBeGreaterThan(0);
  });

  it.each([
    ['neither key nor agent', null, 'there is no private key and no agent to log in with'],
    ['a key that is none', 'hello', 'the private key cannot be used: Unsupported key format'],
    ['a public key', makeKeyPair().public, 'the private key cannot be used: it is a public key'],
    [
      'an encrypted key',
      ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'secret', cipher: 'aes256-ctr', rounds: 1 })
        .private,
      'the private key cannot be used: Encrypted private OpenSSH key detected, but no passphrase given',
    ],
  ])('with %s fails before the host is asked', async (_, privateKey, message) => {
    let connections = 0;
    const host = await started(
      startRawServer(() => {
        connections += 1;
      }),
    );

    const error = await refusalOf(logIn(host, { privateKey }));

    expect(error.failure).toBe('authentication');
    expect(error.message).toBe(message);
    expect(connections).toBe(0);
  });

  it('by an agent that does not exist is an authentication failure', async () => {
    const host = await started(startSsh2Server());

    const error = await refusalOf(logIn(host, { privateKey: null, agent: '/nonexistent/agent' }));

    expect(error.failure).toBe('authentication');
  });

  it('after which the host disconnects at once gives a closed session and no crash', async () => {
    const host = await started(
      startSsh2Server({
        onLogin: (context, connection) => {
          context.accept();
          connection.end();
        },
      }),
    );

    const ending = await logIn(host).then(
      async (session) => (await session.run({ command: 'echo in', deadlineMs: 120_000 })).kind,
      (error: unknown) => (error instanceof ConnectError ? error.failure : String(error)),
    );

    // Which of the two errors comes depends on how the bytes were split into packets.
    expect(['unreachable', 'unknown']).toContain(ending);
    expect(host.commands).toBe(0);
  });
});

describe('a host that misbehaves', () => {
  it('and refuses the connection is unreachable', async () => {
    const host = await started(startSsh2Server());
    const proxy = await started(startTcpProxy(host));
    proxy.refuse();

    const error = await refusalOf(logIn(host, { port: proxy.port }));

    expect(error.failure).toBe('unreachable');
    expect(error.message).toBe(
      `127.0.0.1:${proxy.port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${proxy.port}`,
    );
  });

  it('and says nothing times out at the deadline', async () => {
    const host = await started(startRawServer(() => {}));

    const error = await refusalOf(logIn(host, { deadlineMs: 1_000 }));

    expect(error.failure).toBe('timed-out');
    expect(error.message).toBe(`127.0.0.1:${host.port} did not let us in within 1000 ms (negotiating)`);
  });

  it('and never answers the login times out too', async () => {
    const host = await started(startSsh2Server({ onLogin: () => {} }));

    const error = await refusalOf(logIn(host, { deadlineMs: 3_000 }));

    expect(error.failure).toBe('timed-out');
    expect(error.message).toContain('(logging in)');
  });

  it('and cannot be dialed in time holds nothing up, and a late stream is closed', async () => {
    const late = new PassThrough();
    let hand: (stream: PassThrough) => void = () => {};
    const sock = new Promise<PassThrough>((resolve) => {
      hand = resolve;
    });
    const host = await started(startSsh2Server());

    const error = await refusalOf(logIn(host, { deadlineMs: 50, sock: () => sock }));
    expect(error.failure).toBe('timed-out');
    expect(error.message).toContain('(connecting)');

    hand(late);
    await once(late, 'close');
    expect(late.destroyed).toBe(true);
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['closes the connection', (socket) => socket.end(), 'Connection lost before handshake'],
    [
      'speaks something else',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'Connection lost before handshake',
    ],
    ['says why', (socket) => socket.end('Exceeded MaxStartups\r\n'), 'Connection lost before handshake'],
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'read ECONNRESET'],
    [
      'closes the connection after its greeting',
      (socket) => socket.end('SSH-2.0-Test\r\n'),
      'the host closed the connection',
    ],
  ])('and %s is asked four times, and then counts as silent', async (_, behave, reason) => {
    let connections = 0;
    const host = await started(
      startRawServer((socket) => {
        connections += 1;
        socket.once('data', () => behave(socket));
      }),
    );

    const error = await refusalOf(logIn(host, { deadlineMs: 120_000 }));

    expect(error.failure).toBe('unreachable');
    expect(error.message).toBe(
      `127.0.0.1:${host.port} ended the connection before it let us in (negotiating): ${reason}`,
    );
    expect(connections).toBe(4);
  });

  it('and refuses the connection at first is asked again until it accepts', async () => {
    const host = await started(startSsh2Server());
    let connections = 0;
    const door = await started(
      startRawServer((socket) => {
        connections += 1;
        if (connections < 4) {
          socket.end();
          return;
        }
        const inside = connect(host.port, '127.0.0.1');
        socket.pipe(inside).pipe(socket);
        socket.once('close', () => inside.destroy());
      }),
    );

    const session = await logIn(host, { port: door.port });
    session.close();

    expect(connections).toBe(4);
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['speaks SSH 1', (socket) => socket.write('SSH-1.5-Old\r\n'), ''],
  ])('and %s causes an error that says so', async (_, behave, reason) => {
    const host = await started(
      startRawServer((socket) => {
        socket.once('data', () => behave(socket));
      }),
    );

    const error = await refusalOf(logIn(host, { deadlineMs: 120_000 }));

    expect(error.failure).toBe('errored');
    expect(error.message).toContain(`negotiating at 127.0.0.1:${host.port}: ${reason}`);
  });

  it.each([
    ['key exchange', { kex: ['diffie-hellman-group14-sha256' as const] }],
    ['cipher', { cipher: ['aes128-ctr' as const] }],
    ['cipher of the Terrapin kind', { cipher: ['chacha20-poly1305@openssh.com' as const] }],
  ])('and offers no modern %s is refused before any login', async (_, algorithms) => {
    const host = await started(startSsh2Server({ algorithms }));

    const error = await refusalOf(logIn(host));

    expect(error.failure).toBe('errored');
    expect(error.message).toContain('no matching');
    expect(host.logins).toBe(0);
  });
});

describe.skipIf(!hasSshd)('a real sshd', () => {
  const types: readonly HostKeyType[] = ['ed25519', 'ecdsa', 'rsa'];

  it('with several keys is asked for the one in known_hosts', async () => {
    const host = await started(startSshd({ hostKeys: types }));

    const sessions = await Promise.all(
      host.knownHosts.map((line) => logIn(host, { fingerprint: null, knownHosts: line })),
    );

    expect(sessions[0]?.hostKey).toBe(host.fingerprint);
    expect(new Set(sessions.map((session) => session.hostKey)).size).toBe(3);
  });

  it('with several keys is asked for the pinned one, although its type is unknown', async () => {
    const host = await started(startSshd({ hostKeys: types }));
    const seen = await Promise.all(
      host.knownHosts.map((line) => logIn(host, { fingerprint: null, knownHosts: line })),
    );

    for (const { hostKey } of seen) {
      expect((await logIn(host, { fingerprint: hostKey })).hostKey).toBe(hostKey);
    }
  });

  it('with several keys but not the pinned one is refused, and the first presented key is named', async () => {
    const host = await started(startSshd({ hostKeys: ['ed25519', 'rsa'] }));
    const proxy = await started(startTcpProxy(host));

    const error = await refusalOf(logIn(host, { port: proxy.port, fingerprint: 'SHA256:no' }));

    expect(error.failure).toBe('host-key-changed');
    expect(error.presented).toBe(host.fingerprint);
    expect(proxy.accepted).toBe(3);
  });

  it('that limits login attempts gives an authentication failure', async () => {
    const host = await started(startSshd({ config: ['MaxAuthTries 1'] }));

    const error = await refusalOf(logIn(host, { privateKey: makeKeyPair().private }));

    expect(error.failure).toBe('authentication');
  });

  it('accepts a login by an agent', async () => {
    const host = await started(startSshd());
    const agent = await started(startAgent(host.privateKey));

    const session = await logIn(host, { privateKey: null, agent: agent.socket });

    expect(await session.run({ command: 'echo in', deadlineMs: 120_000 })).toMatchObject({ stdout: 'in\n' });
  });
});
