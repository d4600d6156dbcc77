import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordsPlace } from '../../../src/domain/site/records-repository.ts';
import { gitRecords } from '../../../src/records/git-records.ts';

const PERSON = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.test'];
const MATRIX = 'docs/ops-pack/loop-sites-matrix.md';

describe('the records in git', () => {
  let base: string;
  let work: string;
  const opened: { close(): Promise<void> }[] = [];

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'records-test-'));
    vi.stubEnv('TMPDIR', base);
    work = join(base, 'work');
    execFileSync('git', ['init', '--quiet', '--initial-branch=develop', work]);
    write('the first');
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    vi.unstubAllEnvs();
    rmSync(base, { recursive: true, force: true });
  });

  function write(text: string) {
    mkdirSync(join(work, 'docs', 'ops-pack'), { recursive: true });
    writeFileSync(join(work, MATRIX), text);
    execFileSync('git', ['-C', work, 'add', '--all']);
    execFileSync('git', ['-C', work, ...PERSON, 'commit', '--quiet', '--message', text]);
  }

  function records(more: Partial<RecordsPlace> = {}) {
    const place: RecordsPlace = {
      repository: `file://${work}`,
      branch: 'develop',
      rollingBranch: 'rollback-bot/records',
      matrix: MATRIX,
      incidents: 'docs/ops-pack/what-broke-last-time.md',
      author: { name: 'rollback-bot', email: 'rollback-bot@localhost' },
      pullRequest: null,
      ...more,
    };
    const open = gitRecords(place, { identity: null, knownHostsFile: join(base, 'known_hosts') });
    opened.push(open);
    return open;
  }

  it('are read anew each time', async () => {
    const open = records();

    expect(await open.matrix()).toEqual({ kind: 'text', text: 'the first' });
    write('the second');
    expect(await open.matrix()).toEqual({ kind: 'text', text: 'the second' });
    expect(await Promise.all([open.matrix(), open.matrix(), open.matrix()])).toHaveLength(3);
  });

  it('are still read after someone has rewritten their history', async () => {
    const open = records();
    await open.matrix();
    writeFileSync(join(work, MATRIX), 'rewritten');
    execFileSync('git', ['-C', work, ...PERSON, 'commit', '--quiet', '--all', '--amend', '--no-edit']);

    expect(await open.matrix()).toEqual({ kind: 'text', text: 'rewritten' });
  });

  it.each<[string, Partial<RecordsPlace>, RegExp]>([
    ['there is no such repository', { repository: 'file:///nowhere/platform.git' }, /does not exist|nowhere/],
    ['there is no such branch', { branch: 'gone' }, /couldn't find remote ref refs\/heads\/gone/],
    ['there is no such file', { matrix: 'docs/other.md' }, /docs\/other\.md/],
    ['git would run a command', { repository: 'ext::sh -c touch% /tmp/x' }, /not allowed/],
  ])('cannot be read if %s, which is an answer and not an error', async (_, more, why) => {
    expect(await records(more).matrix()).toEqual({ kind: 'unreachable', why: expect.stringMatching(why) });
  });

  it('are read without a prompt: an unknown host is refused', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;

    expect(await records({ repository: `ssh://git@127.0.0.1:${port}/platform.git` }).matrix()).toMatchObject({
      kind: 'unreachable',
    });

    server.close();
  });

  it('leave nothing behind', async () => {
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('rollback-records-'));
    const before = folders();
    const open = records();
    await open.matrix();
    expect(folders().length).toBeGreaterThan(before.length);

    await open.close();

    expect(folders().length).toBe(before.length);
  });
});
