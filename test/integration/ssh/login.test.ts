import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectError } from '../../../src/ssh/transport/session.ts';
import { makeKeyPair, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { cleanups, logIn, refusalOf, started, startRawServer } from './connect-support.ts';

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

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
