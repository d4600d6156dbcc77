import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { JumpHost } from '../../../src/domain/site/site.ts';
import {
  ConnectError,
  type Credentials,
  openSession,
  type Session,
} from '../../../src/ssh/transport/session.ts';
import { startAgent } from '../../support/ssh/ssh-agent.ts';
import { makeKeyPair } from '../../support/ssh/ssh2-server.ts';
import { hasSshd, type SshdOptions, startSshd, type TestHost } from '../../support/ssh/sshd.ts';
import { startTcpProxy } from '../../support/ssh/tcp-proxy.ts';

const STRANGER = `SHA256:${'A'.repeat(43)}`;

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function started<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const running = await starting;
  cleanups.push(() => running.stop());
  return running;
}

interface Pair {
  readonly end: TestHost;
  readonly bastion: TestHost;
  readonly jump: JumpHost;
}

/** A host, and a jump host that accepts the same key. */
async function pair(options: SshdOptions = {}): Promise<Pair> {
  const end = await started(startSshd());
  const bastion = await started(startSshd({ userKey: end.privateKey, ...options }));
  return { end, bastion, jump: stationOf(bastion) };
}

function stationOf({ address, port, user, fingerprint }: TestHost): JumpHost {
  return { address, port, user, fingerprint };
}

async function logIn(
  end: TestHost,
  jump: readonly JumpHost[],
  { pin = end.fingerprint, ...credentials }: Partial<Credentials> & { pin?: string | null } = {},
): Promise<Session> {
  const { address, port, user, privateKey } = end;
  const session = await openSession(
    { address, port, user, ...(pin === null ? {} : { fingerprint: pin }), jump },
    { knownHosts: '', ...(credentials.agent === undefined ? { privateKey } : {}), ...credentials },
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

const nameOf = ({ port }: { readonly port: number }) => `127.0.0.1:${port}`;

function hashed(line: string): string {
  const [name = '', ...key] = line.split(' ');
  const salt = Buffer.from('01234567890123456789');
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return [`|1|${salt.toString('base64')}|${hash}`, ...key].join(' ');
}

describe.skipIf(!hasSshd)('a host behind a jump host', () => {
  it('is reached with the same key, and its host key is verified', async () => {
    const { end, jump } = await pair();

    const session = await logIn(end, [jump]);

    expect(session.hostKey).toBe(end.fingerprint);
    const outcome = await session.run({ command: 'head -c 3000000 /dev/zero; echo in', deadlineMs: 120_000 });
    expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: expect.stringMatching(/in\n$/) });
  });

  it('is reached through several, in order', async () => {
    const { end, jump } = await pair();
    const second = await started(startSshd({ userKey: end.privateKey }));

    const session = await logIn(end, [jump, stationOf(second)]);

    expect(await session.run({ command: 'echo in', deadlineMs: 120_000 })).toMatchObject({ stdout: 'in\n' });
  });

  it('is reached with an agent, which is not forwarded', async () => {
    const { end, jump } = await pair({ config: ['AllowAgentForwarding no'] });
    const agent = await started(startAgent(end.privateKey));

    const session = await logIn(end, [jump], { agent: agent.socket });

    expect(await session.run({ command: 'echo in', deadlineMs: 120_000 })).toMatchObject({ stdout: 'in\n' });
  });

  it('has its own key in known_hosts, as the jump host has, hashed or not', async () => {
    const { end, bastion, jump } = await pair();
    const { fingerprint: _, ...unpinned } = jump;
    const knownHosts = [...bastion.knownHosts.map(hashed), ...end.knownHosts].join('\n');

    const session = await logIn(end, [unpinned], { pin: null, knownHosts });

    expect(session.hostKey).toBe(end.fingerprint);
  });

  it('is lost with the jump host, and the loss says so', async () => {
    const { end, bastion } = await pair();
    const proxy = await started(startTcpProxy(bastion));
    const session = await logIn(end, [{ ...stationOf(bastion), port: proxy.port }]);
    let heard = (): void => {};
    const begun = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const running = session.run({
      command: 'echo up; exec sleep 30',
      deadlineMs: 120_000,
      onStdout: () => heard(),
    });
    await begun;

    proxy.reset();

    expect(await running).toMatchObject({
      kind: 'unknown',
      why: `the jump host ${nameOf(proxy)} was lost: the connection broke: read ECONNRESET`,
    });
    expect(session.closed).toBe(true);
  });

  it('is disconnected together with the jump host', async () => {
    const { end, jump } = await pair();
    const session = await logIn(end, [jump]);
    const { stdout } = await session.run({ command: 'echo $PPID', deadlineMs: 120_000 });

    session.close();

    const alive = () => {
      try {
        return process.kill(Number(stdout), 0);
      } catch {
        return false;
      }
    };
    await expect.poll(alive).toBe(false);
  });
});

describe.skipIf(!hasSshd)('an error on the way names the host where it happened', () => {
  it('a jump host with another key is not used', async () => {
    const { end, bastion, jump } = await pair();

    const error = await refusalOf(logIn(end, [{ ...jump, fingerprint: STRANGER }]));

    expect(error).toMatchObject({ failure: 'host-key-changed', presented: bastion.fingerprint });
    expect(error.jump?.port).toBe(bastion.port);
    expect(error.message).toBe(
      `the host key of the jump host ${nameOf(bastion)} is not the expected one: presented ${bastion.fingerprint}, expected ${STRANGER}`,
    );
  });

  it('a jump host with an unknown key', async () => {
    const { end, bastion, jump } = await pair();
    const { fingerprint: _, ...unpinned } = jump;

    const error = await refusalOf(logIn(end, [unpinned]));

    expect(error).toMatchObject({ failure: 'host-key-unknown', presented: bastion.fingerprint });
    expect(error.message).toContain(`the host key of the jump host ${nameOf(bastion)} is unknown`);
  });

  it('a host with another key', async () => {
    const { end, bastion, jump } = await pair();

    const error = await refusalOf(logIn(end, [jump], { pin: STRANGER }));

    expect(error.failure).toBe('host-key-changed');
    expect(error.jump).toBeUndefined();
    expect(error.message).toContain(
      `the host key of ${nameOf(end)} (through ${nameOf(bastion)}) is not the expected one`,
    );
  });

  it('a jump host that refuses the key', async () => {
    const { end, bastion, jump } = await pair({ userKey: makeKeyPair().private });

    const error = await refusalOf(logIn(end, [jump]));

    expect(error.failure).toBe('authentication');
    expect(error.jump?.port).toBe(bastion.port);
    expect(error.message).toContain(
      `the jump host ${nameOf(bastion)} does not accept our login as ${bastion.user}`,
    );
  });

  it('a host that refuses the key', async () => {
    const { end, jump } = await pair();
    const other = await started(startSshd());

    const error = await refusalOf(logIn({ ...other, privateKey: end.privateKey }, [jump]));

    expect(error.failure).toBe('authentication');
    expect(error.jump).toBeUndefined();
  });

  it('a jump host that forwards nothing', async () => {
    const { end, bastion, jump } = await pair({ config: ['AllowTcpForwarding no'] });

    const error = await refusalOf(logIn(end, [jump]));

    expect(error.failure).toBe('unreachable');
    expect(error.jump?.port).toBe(bastion.port);
    expect(error.message).toBe(
      `${nameOf(end)} (through ${nameOf(bastion)}) cannot be reached: the jump host ${nameOf(bastion)} does not allow TCP forwarding there`,
    );
  });

  it('a host that does not exist', async () => {
    const { end, bastion, jump } = await pair();
    await end.stop();

    const error = await refusalOf(logIn(end, [jump]));

    expect(error.failure).toBe('unreachable');
    expect(error.jump).toBeUndefined();
    expect(error.message).toMatch(
      new RegExp(
        `^${nameOf(end)} \\(through .*\\) cannot be reached: the jump host ${nameOf(bastion)} says: .*Connection refused`,
      ),
    );
  });

  it('a jump host that does not exist', async () => {
    const { end, bastion, jump } = await pair();
    await bastion.stop();

    const error = await refusalOf(logIn(end, [jump]));

    expect(error.failure).toBe('unreachable');
    expect(error.jump?.port).toBe(bastion.port);
    expect(error.message).toContain(
      `the jump host ${nameOf(bastion)} cannot be reached: connect ECONNREFUSED`,
    );
  });
});
