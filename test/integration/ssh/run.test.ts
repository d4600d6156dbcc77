import { createHash, randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Connection, ServerChannel } from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openSession, type Session } from '../../../src/ssh/transport/session.ts';
import { type Ssh2ServerOptions, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { hasSshd, startSshd, type TestHost } from '../../support/ssh/sshd.ts';

/** Against hanging alone: longer than any machine needs. */
const deadlineMs = 120_000;

function logIn(host: TestHost): Promise<Session> {
  const { address, port, user, fingerprint, privateKey } = host;
  return openSession({ address, port, user, fingerprint }, { privateKey, knownHosts: '' });
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The memory that this process really uses, in bytes, after garbage collection. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A listener for output, and a promise for its first call. */
function firstOutput(): { onStdout: (text: string) => void; came: Promise<void> } {
  let onStdout = (_text: string): void => {};
  const came = new Promise<void>((resolve) => {
    onStdout = () => resolve();
  });
  return { onStdout, came };
}

const hosts: [string, boolean, () => Promise<TestHost>][] = [
  ['a real sshd', hasSshd, () => startSshd()],
  ["ssh2's server", true, () => startSsh2Server()],
];

describe.each(hosts)('a command on %s', (_, available, start) => {
  describe.skipIf(!available)('there', () => {
    let host: TestHost;
    let session: Session;
    beforeAll(async () => {
      host = await start();
      session = await logIn(host);
    });
    afterAll(async () => {
      session.close();
      await host.stop();
    });

    it('returns its exit code and its two separate outputs', async () => {
      const outcome = await session.run({ command: 'echo out; echo err >&2; exit 3', deadlineMs });

      expect(outcome).toEqual({
        kind: 'exited',
        code: 3,
        stdout: 'out\n',
        stderr: 'err\n',
        truncated: false,
      });
    });

    it('returns 0 and empty outputs if it prints nothing', async () => {
      const outcome = await session.run({ command: 'true', deadlineMs });

      expect(outcome).toEqual({ kind: 'exited', code: 0, stdout: '', stderr: '', truncated: false });
    });

    it('reads its input to the end', async () => {
      const outcome = await session.run({ command: "cat; echo '|'", stdin: 'a €\nb', deadlineMs });

      expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: 'a €\nb|\n' });
    });

    it('gets more input than any window holds, byte for byte', async () => {
      const stdin = new Uint8Array(randomBytes(5_000_000));

      const outcome = await session.run({ command: 'sha256sum', stdin, deadlineMs });

      const expected = createHash('sha256').update(stdin).digest('hex');
      expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: `${expected}  -\n` });
    });

    it('that does not read its input ends normally', async () => {
      const outcome = await session.run({ command: 'exit 4', stdin: randomBytes(5_000_000), deadlineMs });

      expect(outcome).toMatchObject({ kind: 'exited', code: 4 });
    });

    it('finds the end of its input at once if there is none', async () => {
      const outcome = await session.run({ command: 'cat; echo done', deadlineMs });

      expect(outcome).toMatchObject({ kind: 'exited', stdout: 'done\n' });
    });

    it.each(['SIGKILL', 'SIGTERM'])(
      'that is killed by %s counts as signalled, not as exited',
      async (signal) => {
        const outcome = await session.run({
          command: `echo before; kill -${signal.slice(3)} $$`,
          deadlineMs,
        });

        expect(outcome).toEqual({ kind: 'signalled', signal, stdout: 'before\n', stderr: '' });
      },
    );

    it('that takes too long is timed out with its output so far, and the session continues', async () => {
      const outcome = await session.run({ command: 'printf "a€"; exec sleep 30', deadlineMs: 3_000 });

      expect(outcome).toEqual({ kind: 'timed-out', afterMs: 3_000, stdout: 'a€', stderr: '' });
      expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
    });

    it('that is aborted is unknown, with its output so far', async () => {
      const abort = new AbortController();
      const first = firstOutput();
      const running = session.run({
        command: 'echo started; exec sleep 30',
        deadlineMs,
        signal: abort.signal,
        onStdout: first.onStdout,
      });

      await first.came;
      abort.abort();

      expect(await running).toEqual({ kind: 'unknown', why: 'aborted', stdout: 'started\n', stderr: '' });
    });

    it('that is silent for too long is unknown', async () => {
      const outcome = await session.run({ command: 'echo a; exec sleep 30', deadlineMs, silenceMs: 2_000 });

      expect(outcome).toEqual({
        kind: 'unknown',
        why: 'nothing was heard for 2000 ms',
        stdout: 'a\n',
        stderr: '',
      });
    });

    it('that prints now and then, on either output, is not silent', async () => {
      const command = 'for i in 1 2 3; do sleep 0.8; echo $i; sleep 0.8; echo $i >&2; done';

      const outcome = await session.run({ command, deadlineMs, silenceMs: 4_000 });

      // 0.9 s in total, longer than the allowed silence.
      expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: '1\n2\n3\n' });
    });

    it('that prints 100 MB leaves its last bytes and nothing else in memory', async () => {
      let characters = 0;
      let nextLook = 50_000_000;
      // The lowest of six measurements: the server and freed buffers are in this process too, and come and go. Output that is
      // kept shows in every measurement.
      let leastHeld = Infinity;
      const before = heldBytes();

      const outcome = await session.run({
        command: 'head -c 100000000 /dev/zero | tr "\\0" x; echo end',
        deadlineMs,
        maxBytes: 10,
        onStdout: (text) => {
          characters += text.length;
          if (characters < nextLook) return;
          nextLook += 10_000_000;
          leastHeld = Math.min(leastHeld, heldBytes() - before);
        },
      });

      expect(outcome).toEqual({
        kind: 'exited',
        code: 0,
        stdout: 'xxxxxxend\n',
        stderr: '',
        truncated: true,
      });
      expect(characters).toBe(100_000_004);
      expect(leastHeld).toBeLessThan(20_000_000);
    });

    it('keeps the last bytes of each output, by default 1 MiB', async () => {
      const outcome = await session.run({
        command: 'head -c 2000000 /dev/zero | tr "\\0" o; head -c 1048577 /dev/zero | tr "\\0" e >&2',
        deadlineMs,
      });

      expect(outcome).toEqual({
        kind: 'exited',
        code: 0,
        stdout: 'o'.repeat(1_048_576),
        stderr: 'e'.repeat(1_048_576),
        truncated: true,
      });
    });

    it('waits for its turn if there are more than the host allows at once', async () => {
      const runs = Array.from({ length: 30 }, (_unused, index) =>
        session.run({ command: `sleep 0.05; echo ${index}`, deadlineMs }),
      );

      const outcomes = await Promise.all(runs);

      expect(outcomes.map((outcome) => `${outcome.kind} ${outcome.stdout}`)).toEqual(
        Array.from({ length: 30 }, (_unused, index) => `exited ${index}\n`),
      );
    });
  });
});

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
