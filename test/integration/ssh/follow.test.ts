import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JournalLine } from '../../../src/app/ports/run-program.ts';
import { attemptDirectory } from '../../../src/remote/paths.ts';
import { followProgram } from '../../../src/ssh/follow.ts';
import { openSession, type Session } from '../../../src/ssh/transport/session.ts';
import { type Ssh2Server, startSsh2Server } from '../../support/ssh/ssh2-server.ts';

const ATTEMPT = { run: 'acme-kitchens-1', number: 1, digest: 'd'.repeat(64) };

const JOURNAL = '1772331602000\tbegin\trecheck\t0\t0\n1772331603000\tend\trecheck\t0\t0\n';

let root: string;

let host: Ssh2Server;

let session: Session;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rollback-follow-'));
  mkdirSync(attemptDirectory(root, ATTEMPT), { recursive: true });
  put('claim', `${ATTEMPT.digest}\n`);
  put('started', 'a boot');
  put('result', 'done stable 0');
});

afterEach(async () => {
  session.close();
  await host.stop();
  rmSync(root, { recursive: true });
});

const put = (name: string, text: string) => writeFileSync(join(attemptDirectory(root, ATTEMPT), name), text);

async function follow(greeting = '') {
  host = await startSsh2Server({
    onCommand: (_, channel) => {
      channel.write(greeting);
      return false;
    },
  });
  const { address, port, user, fingerprint, privateKey } = host;
  session = await openSession({ address, port, user, fingerprint }, { privateKey, knownHosts: '' });
  const lines: JournalLine[] = [];
  const end = await followProgram(session, root, ATTEMPT, { offset: 0, seconds: 5 }, (line) =>
    lines.push(line),
  );
  return { lines, end };
}

it.each(['', 'Welcome to web-1\n', 'Welcome~'])(
  'counts only the bytes of the journal if a login shell prints %j',
  async (greeting) => {
    put('journal', JOURNAL);

    const { lines, end } = await follow(greeting);

    expect(lines.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['begin recheck', 'end recheck']);
    expect(end).toEqual({
      offset: JOURNAL.length,
      status: { kind: 'done', outcome: 'done', step: 'stable', code: 0 },
    });
  },
);

it('gives up on a line that has no end', async () => {
  put('journal', 'x'.repeat(5_000_000));

  await expect(follow()).rejects.toThrow(
    'the connection to the host was lost while following the switch: the listener for the output failed: a line of the journal has no end',
  );
});
