import { setFlagsFromString } from 'node:v8';
import type { Connection, ServerChannel } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ssh2ServerOptions, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { deadlineMs, firstOutput, logIn } from './run-support.ts';

setFlagsFromString('--expose-gc');

describe('a command on a scripted host', () => {
  const cleanups: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function serve(options: Ssh2ServerOptions) {
    const host = await startSsh2Server(options);
    cleanups.push(() => host.stop());
    const session = await logIn(host);
    cleanups.push(() => session.close());
    return { host, session };
  }

  it('is given whole characters, however they are split', async () => {
    const { session } = await serve({
      onCommand: (_command, channel) => {
        void writeBytes(channel, Buffer.from('a€😀b')).then(() => {
          channel.exit(0);
          channel.end();
        });
        return true;
      },
    });
    const seen: string[] = [];

    const outcome = await session.run({ command: 'x', deadlineMs, onStdout: (text) => seen.push(text) });

    expect(outcome).toMatchObject({ kind: 'exited', stdout: 'a€😀b' });
    expect(seen).toEqual(['a', '€', '😀', 'b']);
  });

  it('shares eight channels with others: never more, and all eight are used', async () => {
    const open = new Set<ServerChannel>();
    let most = 0;
    const { host, session } = await serve({
      onCommand: (_command, channel) => {
        open.add(channel);
        most = Math.max(most, open.size);
        if (open.size === 8) {
          for (const each of open) {
            open.delete(each);
            each.exit(0);
            each.end();
          }
        }
        return true;
      },
    });

    const outcomes = await Promise.all(
      Array.from({ length: 24 }, () => session.run({ command: 'x', deadlineMs })),
    );

    expect(outcomes.every((outcome) => outcome.kind === 'exited')).toBe(true);
    expect(most).toBe(8);
    expect(host.commands).toBe(24);
  });

  it('is certainly not sent if no channel becomes free in time, or if it is aborted before', async () => {
    const { host, session } = await serve({ onCommand: () => true });
    const busy = Array.from({ length: 8 }, () => session.run({ command: 'x', deadlineMs }));
    const abort = new AbortController();
    const aborted = session.run({ command: 'y', deadlineMs, signal: abort.signal });

    const late = await session.run({ command: 'y', deadlineMs: 100 });
    abort.abort();

    expect(late).toEqual({
      kind: 'unknown',
      why: 'no channel became free within 100 ms',
      stdout: '',
      stderr: '',
      notSent: true,
    });
    expect(await aborted).toMatchObject({ kind: 'unknown', why: 'aborted', notSent: true });
    session.close();
    await Promise.all(busy);
    expect(host.commands).toBe(8);
  });

  it('that was given up frees its channel, though its program continues', async () => {
    const { session } = await serve({});
    const abort = new AbortController();
    const firsts = Array.from({ length: 8 }, () => firstOutput());
    const running = firsts.map(({ onStdout }) =>
      session.run({ command: 'echo a; exec sleep 30', deadlineMs, signal: abort.signal, onStdout }),
    );
    await Promise.all(firsts.map(({ came }) => came));

    abort.abort();
    await Promise.all(running);

    expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
  });

  it('that was given up before the host confirmed it is unknown, and frees its channel', async () => {
    const { host, session } = await serve({});
    const abort = new AbortController();
    const running = Array.from({ length: 8 }, () =>
      session.run({ command: 'exec sleep 30', deadlineMs, signal: abort.signal }),
    );
    // The commands are on their way now, and no answer can have been read yet.
    await new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(resolve)));

    abort.abort();

    expect(await Promise.all(running)).toEqual(
      running.map(() => ({ kind: 'unknown', why: 'aborted', stdout: '', stderr: '' })),
    );
    expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
    expect(host.commands).toBe(9);
  });

  it('is certainly not sent if it is aborted in the same tick', async () => {
    const { host, session } = await serve({});
    const abort = new AbortController();
    const running = session.run({ command: 'true', deadlineMs, signal: abort.signal });

    abort.abort();

    expect(await running).toMatchObject({ kind: 'unknown', why: 'aborted', notSent: true });
    expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
    expect(host.commands).toBe(1);
  });

  it('is certainly not sent if it was aborted before the call', async () => {
    const { host, session } = await serve({});

    const outcome = await session.run({ command: 'true', deadlineMs, signal: AbortSignal.abort() });

    expect(outcome).toMatchObject({ kind: 'unknown', why: 'aborted', notSent: true });
    expect(host.commands).toBe(0);
  });

  it('is certainly not sent if the host keeps refusing a channel', async () => {
    const { host, session } = await serve({ refuse: 'channels' });

    const outcome = await session.run({ command: 'true', deadlineMs });

    expect(outcome).toMatchObject({ kind: 'unknown', notSent: true });
    expect(outcome.kind === 'unknown' && outcome.why).toContain('the host opened no channel: ');
    expect(host.refusals).toBe(7);
  });

  it('runs once although the host refuses a channel at first', async () => {
    const { host, session } = await serve({ refuse: 'channels', refusals: 3 });

    const outcome = await session.run({ command: 'echo in', deadlineMs });

    expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: 'in\n' });
    expect([host.refusals, host.commands]).toEqual([3, 1]);
  });

  it('is certainly not sent if it is given up while the host refuses a channel', async () => {
    const connections: Connection[] = [];
    const { host, session } = await serve({
      refuse: 'channels',
      onConnection: (connection) => connections.push(connection),
    });
    const patience = new AbortController();
    const outcome = session.run({ command: 'true', deadlineMs, signal: patience.signal });

    // The last pause, of 320 ms, begins when the sixth refusal has arrived. Answers come in order, so it has arrived when a
    // later question is answered.
    await expect.poll(() => host.refusals, { interval: 5 }).toBeGreaterThanOrEqual(6);
    await new Promise<void>((resolve) => connections[0]?.rekey(resolve));
    // Six, but on a machine so slow that the pause is over by now.
    const { refusals } = host;
    patience.abort();

    expect(await outcome).toMatchObject({ kind: 'unknown', notSent: true });
    expect(host.refusals).toBe(refusals);
  });

  it('is unknown if the host refuses it, and frees its channel', async () => {
    const { host, session } = await serve({ refuse: 'commands' });

    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => session.run({ command: 'true', deadlineMs })),
    );

    expect(outcomes).toEqual(
      outcomes.map(() => ({
        kind: 'unknown',
        why: 'the host did not confirm the command: Unable to exec',
        stdout: '',
        stderr: '',
      })),
    );
    expect(host.refusals).toBe(10);
  });

  it('is unknown if the listener for its output throws, and the session continues', async () => {
    const { session } = await serve({});

    const outcome = await session.run({
      command: 'echo a; exec sleep 30',
      deadlineMs,
      onStdout: () => {
        throw new Error('the disk is full');
      },
    });

    expect(outcome).toMatchObject({
      kind: 'unknown',
      why: 'the listener for the output failed: the disk is full',
      stdout: 'a\n',
    });
    expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
  });

  it('passes on no output after its outcome', async () => {
    let write = (_text: string): void => {};
    const { session } = await serve({
      onCommand: (command, channel) => {
        if (command !== 'first') return false;
        channel.write('a');
        write = (text) => {
          channel.write(text);
        };
        return true;
      },
    });
    const seen: string[] = [];
    const abort = new AbortController();
    const first = firstOutput();
    const running = session.run({
      command: 'first',
      deadlineMs,
      signal: abort.signal,
      onStdout: (text) => {
        seen.push(text);
        first.onStdout(text);
      },
    });
    await first.came;

    abort.abort();
    write('b');
    await running;
    // Its answer comes after everything that the host has sent before.
    await session.run({ command: 'true', deadlineMs });

    expect(seen).toEqual(['a']);
  });
});

/** Sends each byte in its own packet and each packet in its own tick. */
async function writeBytes(channel: ServerChannel, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    await new Promise((resolve) => channel.write(Buffer.from([byte]), resolve));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
