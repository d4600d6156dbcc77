import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { startAgent } from '../../support/ssh/ssh-agent.ts';
import { makeKeyPair, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { type HostKeyType, hasSshd, startSshd } from '../../support/ssh/sshd.ts';
import { startTcpProxy } from '../../support/ssh/tcp-proxy.ts';
import { cleanups, logIn, refusalOf, started, startRawServer } from './connect-support.ts';

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
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
