import { createHash, randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../../src/ssh/transport/session.ts';
import { startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { hasSshd, startSshd, type TestHost } from '../../support/ssh/sshd.ts';
import { deadlineMs, firstOutput, logIn } from './run-support.ts';

setFlagsFromString('--expose-gc');

const collectGarbage = runInNewContext('gc') as () => void;

/** The memory that this process really uses, in bytes, after garbage collection. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
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
