import type { Connection, ServerChannel } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';

import {
  type ConnectOptions,
  type Outcome,
  openSession,
  type Session,
} from '../../../src/ssh/transport/session.ts';
import { type Ssh2ServerOptions, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { hasSshd, startSshd, type TestHost } from '../../support/ssh/sshd.ts';
import { startTcpProxy, type TcpProxy } from '../../support/ssh/tcp-proxy.ts';

/** Against hanging alone: longer than any machine needs. */
const deadlineMs = 120_000;

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Line {
  readonly session: Session;
  readonly proxy: TcpProxy;
}

/** A session through a proxy that can break the connection. */
async function connectThrough(host: TestHost, options: ConnectOptions = {}): Promise<Line> {
  cleanups.push(() => host.stop());
  const proxy = await startTcpProxy(host);
  cleanups.push(() => proxy.stop());
  const { address, user, fingerprint, privateKey } = host;
  const session = await openSession(
    { address, port: proxy.port, user, fingerprint },
    { privateKey, knownHosts: '' },
    options,
  );
  cleanups.push(() => session.close());
  return { session, proxy };
}

async function serve(options: Ssh2ServerOptions = {}, connecting: ConnectOptions = {}) {
  const host = await startSsh2Server(options);
  return { host, ...(await connectThrough(host, connecting)) };
}

/** Starts a command, and returns at its first output. */
async function start(session: Session, command: string): Promise<{ outcome: Promise<Outcome> }> {
  let heard = (): void => {};
  const came = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const outcome = session.run({ command, deadlineMs, onStdout: () => heard() });
  await came;
  return { outcome };
}

function unknown(why: string, stdout = ''): Outcome {
  return { kind: 'unknown', why, stdout, stderr: '' };
}

const RUNNING = 'echo started; exec sleep 30';

/** Three unanswered questions in a row: what a busy machine answers late is no silence. */
const keepaliveMs = 500;

const breakages: [string, (proxy: TcpProxy) => void, string][] = [
  ['closed', (proxy) => proxy.close(), 'the host closed the connection'],
  ['reset', (proxy) => proxy.reset(), 'the connection broke: read ECONNRESET'],
  ['silent', (proxy) => proxy.blackhole(), 'the host no longer answers'],
];

describe.each(breakages)('a connection that is %s', (_, breakLine, why) => {
  it('leaves the effect of a running command unknown, and keeps its output', async () => {
    const { session, proxy } = await serve({}, { keepaliveMs });
    const running = await start(session, RUNNING);

    breakLine(proxy);

    expect(await running.outcome).toEqual(unknown(why, 'started\n'));
    expect(session.closed).toBe(true);
  });

  it('ends every command, and says which ones were never sent', async () => {
    const { host, session, proxy } = await serve({}, { keepaliveMs });
    const running = await Promise.all(Array.from({ length: 8 }, () => start(session, RUNNING)));
    const waiting = Array.from({ length: 12 }, () => session.run({ command: 'true', deadlineMs }));

    breakLine(proxy);

    expect(await Promise.all(running.map(({ outcome }) => outcome))).toEqual(
      running.map(() => unknown(why, 'started\n')),
    );
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => ({ ...unknown(why), notSent: true })));
    expect(host.commands).toBe(8);
  });

  it('accepts no further command', async () => {
    const { host, session, proxy } = await serve({}, { keepaliveMs });
    const running = await start(session, RUNNING);
    breakLine(proxy);
    await running.outcome;

    const outcome = await session.run({ command: 'true', deadlineMs });

    expect(outcome).toEqual({ ...unknown('connection is closed'), notSent: true });
    expect(host.commands).toBe(1);
  });
});

describe('a silent connection', () => {
  it('ends at the deadline of a command, however long the keepalive takes', async () => {
    const { session, proxy } = await serve();
    proxy.blackhole();

    const outcome = await session.run({ command: 'true', deadlineMs: 100 });

    expect(outcome).toEqual({ kind: 'timed-out', afterMs: 100, stdout: '', stderr: '' });
  });

  it('differs from a slow one', async () => {
    const { session, proxy } = await serve({}, { keepaliveMs });
    proxy.delay(375);

    // An answer takes 150 ms. It comes after the next question, but it comes.
    const outcome = await session.run({ command: 'sleep 3; echo slow', deadlineMs });

    expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: 'slow\n' });
  });

  it('does not keep the process alive after close', async () => {
    const { session, proxy } = await serve();
    const running = await start(session, RUNNING);
    proxy.blackhole();

    session.close();

    expect(await running.outcome).toEqual(unknown('we closed the connection', 'started\n'));
    expect(session.closed).toBe(true);
  });
});

describe('a session that is closed', () => {
  it('leaves running commands unknown and accepts no further one', async () => {
    const { session } = await serve();
    const running = await start(session, RUNNING);

    session.close();
    session.close();

    expect(await running.outcome).toEqual(unknown('we closed the connection', 'started\n'));
    expect(await session.run({ command: 'true', deadlineMs })).toEqual({
      ...unknown('connection is closed'),
      notSent: true,
    });
  });
});

describe('a host', () => {
  const scripted = (script: (channel: ServerChannel, connection: Connection) => void) =>
    serve({
      onCommand: (_command, channel, connection) => {
        script(channel, connection);
        return true;
      },
    });

  it('that closes a channel without an exit status leaves the effect unknown', async () => {
    const { session } = await scripted((channel) => channel.end('said'));

    const outcome = await session.run({ command: 'x', deadlineMs });

    expect(outcome).toEqual(unknown('the channel closed without an exit status', 'said'));
    expect(session.closed).toBe(false);
  });

  it('that disconnects after the exit status but before the end of the output does not count as success', async () => {
    const { session } = await scripted((channel, connection) => {
      channel.write('half of');
      channel.exit(0);
      connection.end();
    });

    const outcome = await session.run({ command: 'x', deadlineMs });

    expect(outcome).toEqual(
      unknown(
        'the host closed the connection, after the program had exited with code 0 and before its output was known to be complete',
        'half of',
      ),
    );
  });

  it('that disconnects after all output has answered completely', async () => {
    const { session } = await scripted((channel, connection) => {
      channel.write('all of it');
      channel.exit(5);
      channel.end();
      channel.once('close', () => connection.end());
    });

    const outcome = await session.run({ command: 'x', deadlineMs });

    expect(outcome).toEqual({ kind: 'exited', code: 5, stdout: 'all of it', stderr: '', truncated: false });
  });

  it('that ends command, channel and connection at once has answered completely', async () => {
    const { session } = await scripted((channel, connection) => {
      channel.once('finish', () => connection.end());
      channel.write('all of it');
      channel.exit(0);
      channel.end();
    });

    const outcome = await session.run({ command: 'x', deadlineMs });

    expect(outcome).toEqual({ kind: 'exited', code: 0, stdout: 'all of it', stderr: '', truncated: false });
  });
});

describe.skipIf(!hasSshd)('a real sshd', () => {
  it('whose session process is killed leaves the effect unknown', async () => {
    const { session } = await connectThrough(await startSshd());

    const outcome = await session.run({ command: 'kill -KILL $PPID; exec sleep 30', deadlineMs });

    // If the process died with unread input, the kernel sends a reset.
    expect([
      unknown('the host closed the connection'),
      unknown('the connection broke: read ECONNRESET'),
    ]).toContainEqual(outcome);
  });

  it('that refuses every channel has certainly run nothing', async () => {
    const { session } = await connectThrough(await startSshd({ config: ['MaxSessions 0'] }));

    const outcome = await session.run({ command: 'true', deadlineMs });

    expect(outcome).toMatchObject({ kind: 'unknown', notSent: true });
  });

  it.each(breakages)(
    'behind a connection that is %s leaves the effect unknown',
    async (_, breakLine, why) => {
      const { session, proxy } = await connectThrough(await startSshd(), { keepaliveMs });
      const running = await start(session, RUNNING);

      breakLine(proxy);

      expect(await running.outcome).toEqual(unknown(why, 'started\n'));
    },
  );
});
