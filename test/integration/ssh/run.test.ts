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

/** What this process really holds, in bytes, without what only waits for its collection. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A listener for output, and the moment at which something came. */
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

    it('ends with its exit code and its two outputs apart', async () => {
      const outcome = await session.run({ command: 'echo out; echo err >&2; exit 3', deadlineMs });

      expect(outcome).toEqual({
        kind: 'exited',
        code: 3,
        stdout: 'out\n',
        stderr: 'err\n',
        truncated: false,
      });
    });

    it('ends with 0 and nothing if it says nothing', async () => {
      const outcome = await session.run({ command: 'true', deadlineMs });

      expect(outcome).toEqual({ kind: 'exited', code: 0, stdout: '', stderr: '', truncated: false });
    });

    it('reads its input to the end', async () => {
      const outcome = await session.run({ command: "cat; echo '|'", stdin: 'a €\nb', deadlineMs });

      expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: 'a €\nb|\n' });
    });

    it('gets more input than any window holds, byte by byte as it is', async () => {
      const stdin = new Uint8Array(randomBytes(5_000_000));

      const outcome = await session.run({ command: 'sha256sum', stdin, deadlineMs });

      const expected = createHash('sha256').update(stdin).digest('hex');
      expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: `${expected}  -\n` });
    });

    it('that does not read its input ends as it likes', async () => {
      const outcome = await session.run({ command: 'exit 4', stdin: randomBytes(5_000_000), deadlineMs });

      expect(outcome).toMatchObject({ kind: 'exited', code: 4 });
    });

    it('finds the end of its input at once if there is none', async () => {
      const outcome = await session.run({ command: 'cat; echo done', deadlineMs });

      expect(outcome).toMatchObject({ kind: 'exited', stdout: 'done\n' });
    });

    it.each(['SIGKILL', 'SIGTERM'])('that is killed by %s is signalled, not exited', async (signal) => {
      const outcome = await session.run({
        command: `echo before; kill -${signal.slice(3)} $$`,
        deadlineMs,
      });

      expect(outcome).toEqual({ kind: 'signalled', signal, stdout: 'before\n', stderr: '' });
    });

    it('that takes too long is timed out with what it said, and the session goes on', async () => {
      const outcome = await session.run({ command: 'printf "a€"; exec sleep 30', deadlineMs: 3_000 });

      expect(outcome).toEqual({ kind: 'timed-out', afterMs: 3_000, stdout: 'a€', stderr: '' });
      expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
    });

    it('that we abort is unknown, with what it said', async () => {
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

    it('that speaks now and then, on either output, is not silent', async () => {
      const command = 'for i in 1 2 3; do sleep 0.8; echo $i; sleep 0.8; echo $i >&2; done';

      const outcome = await session.run({ command, deadlineMs, silenceMs: 4_000 });

      // 4.8 s in all: longer than the silence that was allowed.
      expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: '1\n2\n3\n' });
    });

    it('that prints 100 MB leaves its last bytes and no trace in memory', async () => {
      let characters = 0;
      let nextLook = 50_000_000;
      // The least of six looks: the server's end and freed buffers that nobody has swept yet are in this process as well,
      // and come and go. Output that is kept is there at every look.
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

    it('keeps the last bytes of each output, 1 MiB if nothing else is said', async () => {
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

    it('waits for its turn among many, more than the host would allow at once', async () => {
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

describe('a command on a host that answers as we like', () => {
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

  it('hands out whole characters, however they are cut', async () => {
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

  it('never has more than eight channels open, and uses all eight', async () => {
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

  it('is certainly not sent if no channel becomes free in time, or if we abort before', async () => {
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

  it('that we gave up gives its channel back, though its program goes on', async () => {
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

  it('that we gave up before the host confirmed it is unknown, and gives its channel back', async () => {
    const { host, session } = await serve({});
    const abort = new AbortController();
    const running = Array.from({ length: 8 }, () =>
      session.run({ command: 'exec sleep 30', deadlineMs, signal: abort.signal }),
    );
    // The commands are on their way then, and no answer can have been read.
    await new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(resolve)));

    abort.abort();

    expect(await Promise.all(running)).toEqual(
      running.map(() => ({ kind: 'unknown', why: 'aborted', stdout: '', stderr: '' })),
    );
    expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
    expect(host.commands).toBe(9);
  });

  it('is certainly not sent if it is aborted in the same breath', async () => {
    const { host, session } = await serve({});
    const abort = new AbortController();
    const running = session.run({ command: 'true', deadlineMs, signal: abort.signal });

    abort.abort();

    expect(await running).toMatchObject({ kind: 'unknown', why: 'aborted', notSent: true });
    expect(await session.run({ command: 'echo on', deadlineMs })).toMatchObject({ stdout: 'on\n' });
    expect(host.commands).toBe(1);
  });

  it('is certainly not sent if it was aborted before it was asked for', async () => {
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

  it('is certainly not sent if nobody waits any longer while the host refuses a channel', async () => {
    const connections: Connection[] = [];
    const { host, session } = await serve({
      refuse: 'channels',
      onConnection: (connection) => connections.push(connection),
    });
    const patience = new AbortController();
    const outcome = session.run({ command: 'true', deadlineMs, signal: patience.signal });

    // The last pause, of 320 ms, begins when the sixth refusal has arrived here: answers come in order, so that it has
    // when we have answered what was asked after it.
    await expect.poll(() => host.refusals, { interval: 5 }).toBeGreaterThanOrEqual(6);
    await new Promise<void>((resolve) => connections[0]?.rekey(resolve));
    // Six, but on a machine so slow that the pause is over by now.
    const { refusals } = host;
    patience.abort();

    expect(await outcome).toMatchObject({ kind: 'unknown', notSent: true });
    expect(host.refusals).toBe(refusals);
  });

  it('is unknown if the host refuses it, and its place is free again', async () => {
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

  it('is unknown if the listener for its output throws, and the session goes on', async () => {
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

  it('hears nothing any more after its outcome', async () => {
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
    // Answered after everything that the host sent before it.
    await session.run({ command: 'true', deadlineMs });

    expect(seen).toEqual(['a']);
  });
});

/** Each byte in a packet of its own, and each packet in a turn of its own. */
async function writeBytes(channel: ServerChannel, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    await new Promise((resolve) => channel.write(Buffer.from([byte]), resolve));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
