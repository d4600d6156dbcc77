import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordsPlace } from '../../../src/domain/site/records-repository.ts';
import { botOn, closeBots, EIGHT, SEVEN, TITLE, written } from './bots.ts';
import {
  AFTER,
  BEFORE,
  INCIDENTS,
  logText,
  MATRIX,
  makePlatform,
  matrixText,
  OLD_ENTRY,
  type Platform,
  ROLLING,
  recordingOfRun,
} from './platform.ts';

const WRITER = fileURLToPath(new URL('./writer.mjs', import.meta.url));

describe('the records of a run in the platform’s repository', () => {
  let platform: Platform;
  const bot = (more?: Partial<RecordsPlace>) => botOn(platform, more);

  beforeEach(() => {
    platform = makePlatform();
    vi.stubEnv('TMPDIR', platform.base);
  });

  afterEach(async () => {
    await closeBots();
    vi.unstubAllEnvs();
    platform.remove();
  });

  it('are one commit on the rolling branch with the run’s id and only the two files', async () => {
    const { commit, branch, pullRequest } = written(await bot().write(SEVEN));

    expect({ branch, pullRequest }).toEqual({ branch: ROLLING, pullRequest: null });
    expect(platform.git('rev-parse', ROLLING)).toBe(commit);
    expect(platform.git('rev-parse', `${ROLLING}^`)).toBe(platform.git('rev-parse', 'develop'));
    expect(platform.git('show', '--no-patch', '--format=%an <%ae>|%cn <%ce>%n%B', ROLLING)).toBe(
      `rollback-bot <rollback-bot@localhost>|rollback-bot <rollback-bot@localhost>
${TITLE}

Written by rollback-bot.

Rollback-Run: acme-kitchens-7
Rollback-Requested: 2026-03-01T02:07:00.000Z
Rollback-Record: acme-kitchens-7 11 ${'0a'.repeat(32)}`,
    );
    expect(platform.git('diff', '--name-only', 'develop', ROLLING).split('\n')).toEqual([MATRIX, INCIDENTS]);
    expect(platform.file(ROLLING, MATRIX)).toBe(matrixText(AFTER));
    expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, SEVEN.entry));
    expect(platform.file('develop', MATRIX)).toBe(matrixText(BEFORE));
  });

  it('are written once, however often and by whom they are asked for', async () => {
    const first = written(await bot().write(SEVEN));
    const one = bot();

    expect(await one.write(SEVEN)).toEqual(first);
    expect(await one.write(SEVEN)).toEqual(first);
    expect(platform.subjects(ROLLING)).toEqual([TITLE]);
  });

  it('come one after the other on the same branch, even if one run’s number begins with another’s', async () => {
    const one = bot();
    const long = recordingOfRun(17, { run: 'acme-kitchens-70', mark: 'run acme-kitchens-70, asked for x' });

    await one.write(long);
    await one.write(SEVEN);
    await one.write(EIGHT);

    expect(platform.subjects(ROLLING)).toEqual([TITLE, TITLE, TITLE]);
    expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, long.entry, SEVEN.entry, EIGHT.entry));
  });

  it('belong to another run if the same number was requested at another time', async () => {
    const again = recordingOfRun(7, { requestedAt: '2026-04-01T00:00:00.000Z', mark: 'another' });
    const one = bot();

    await one.write(SEVEN);
    await one.write(again);

    expect(platform.subjects(ROLLING)).toHaveLength(2);
  });

  it('leave the row alone if the run has none', async () => {
    await bot().write({ ...SEVEN, row: null });

    expect(platform.git('diff', '--name-only', 'develop', ROLLING)).toBe(INCIDENTS);
  });

  it('keep every byte of files with other line endings, a byte order mark, a mode and attributes', async () => {
    const other = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`;
    platform.write(
      {
        [MATRIX]: other(matrixText(BEFORE)),
        [INCIDENTS]: other(logText(OLD_ENTRY)),
        '.gitattributes': '*.md text eol=crlf -text\n',
      },
      'other endings',
    );
    chmodSync(join(platform.base, 'work', INCIDENTS), 0o755);
    platform.write({}, 'executable');

    await bot().write(SEVEN);

    expect(platform.file(ROLLING, MATRIX)).toBe(other(matrixText(AFTER)));
    expect(platform.file(ROLLING, INCIDENTS)).toBe(other(logText(OLD_ENTRY, SEVEN.entry)));
    expect(platform.git('ls-tree', ROLLING, '--', INCIDENTS)).toMatch(/^100755 /);
  });

  it('are all there, once each, when five workers write at once', async () => {
    const runs = [1, 2, 3, 4, 5].map((number) => recordingOfRun(number));

    // Two of them write each run, as after a lost lease.
    await Promise.all(
      runs.flatMap((recording) =>
        [bot(), bot()].map(async (one) => {
          while ((await one.write(recording)).kind !== 'written');
        }),
      ),
    );

    expect(platform.subjects(ROLLING)).toHaveLength(runs.length);
    const log = platform.file(ROLLING, INCIDENTS);
    for (const { entry } of runs) expect(log.split(entry)).toHaveLength(2);
    expect(platform.file(ROLLING, MATRIX)).toBe(matrixText(AFTER));
  });

  it('let three wait for the repository, and send everyone after them away', async () => {
    const one = bot();

    const outcomes = await Promise.all([1, 2, 3, 4].map((number) => one.write(recordingOfRun(number))));

    expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'written', 'written', 'busy']);
    expect((await one.write(recordingOfRun(4))).kind).toBe('written');
  });

  it('are pending with a reason while the other side refuses them, and written when it accepts them', async () => {
    const one = bot();
    platform.onPush('echo "records are frozen; password=hunter2" >&2; exit 1');

    expect(await one.write(SEVEN)).toEqual({
      kind: 'pending',
      why: 'the push was refused: pre-receive hook declined (records are frozen; password=[REDACTED])',
    });
    expect(platform.git('branch', '--list', ROLLING)).toBe('');
    platform.onPush(null);

    expect((await one.write(SEVEN)).kind).toBe('written');
    expect(platform.subjects(ROLLING)).toEqual([TITLE]);
  });

  it.each<[string, Partial<RecordsPlace>, Readonly<Record<string, string>>, string]>([
    ['there is no such branch', { branch: 'gone' }, {}, 'the repository has no branch gone'],
    ['there is no matrix', { matrix: 'docs/other.md' }, {}, 'there is no file docs/other.md'],
    ['there is no log', { incidents: 'docs' }, {}, 'docs is no plain file'],
    [
      'the matrix has no table',
      {},
      { [MATRIX]: '# moved\n' },
      'the matrix has no table of sites under "## Active Sites"; a person has to repair it',
    ],
  ])('are pending if %s', async (_, more, files, why) => {
    platform.write(files, 'as it is');

    expect(await bot(more).write(SEVEN)).toEqual({ kind: 'pending', why });
    expect(platform.git('branch', '--list', ROLLING)).toBe('');
  });

  it('are pending if a file is not text, because no edit may change it', async () => {
    execFileSync('sh', ['-c', `printf 'caf\\351\\n' > ${join(platform.base, 'work', INCIDENTS)}`]);
    platform.write({}, 'latin');

    expect(await bot().write(SEVEN)).toEqual({ kind: 'pending', why: `${INCIDENTS} is not UTF-8` });
  });

  it('are written after someone has removed the bot’s temporary folder', async () => {
    const one = bot();
    await one.write(SEVEN);
    for (const folder of readdirSync(tmpdir()).filter((name) => name.startsWith('rollback-records-')))
      rmSync(join(tmpdir(), folder, 'objects'), { recursive: true, force: true });

    expect((await one.write(EIGHT)).kind).toBe('pending');
    expect((await one.write(EIGHT)).kind).toBe('written');
  });

  describe('of a worker that is killed', () => {
    /** A separate process that writes the run. Its last line is the outcome. */
    function worker() {
      const child = spawn(
        process.execPath,
        [WRITER, ...[platform.place(), platform.login, SEVEN].map((value) => JSON.stringify(value))],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
      });
      return { child, said: () => said };
    }

    it('between commit and push are there once after the next worker', async () => {
      const reached = join(platform.base, 'reached');
      const go = join(platform.base, 'go');
      platform.onPush(`touch ${reached}; while [ ! -e ${go} ]; do sleep 0.02; done; exit 1`);
      const { child, said } = worker();
      const exited = once(child, 'exit');
      // The commit is made, and its push waits in the hook.
      while (!existsSync(reached)) await sleep(20);
      child.kill('SIGKILL');
      await exited;
      expect(said()).toBe('');
      platform.onPush(null);

      written(await bot().write(SEVEN));
      writeFileSync(go, '');

      expect(platform.subjects(ROLLING)).toEqual([TITLE]);
      expect(platform.file(ROLLING, INCIDENTS)).toBe(logText(OLD_ENTRY, SEVEN.entry));
    });

    it('and whose push still succeeds are there once too', async () => {
      const reached = join(platform.base, 'reached');
      const go = join(platform.base, 'go');
      platform.onPush(
        `[ -e ${reached} ] && exit 0; touch ${reached}; while [ ! -e ${go} ]; do sleep 0.02; done`,
      );
      const { child } = worker();
      const exited = once(child, 'exit');
      while (!existsSync(reached)) await sleep(20);
      child.kill('SIGKILL');
      await exited;

      const next = bot().write(SEVEN);
      writeFileSync(go, '');
      written(await next);
      await bot().write(SEVEN);

      expect(platform.subjects(ROLLING)).toEqual([TITLE]);
    });
  });
});
