import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retentionCommand } from '../../../src/remote/probes.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const ask = (command: string) => JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }));

const DAY = 24 * 60 * 60;

const NOW = Math.floor(Date.now() / 1000);

describe.skipIf(!hasPython)('what is kept for an undo', () => {
  let root: string;
  let home: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-retention-'));
    home = join(root, '.rollback-bot');
    mkdirSync(join(home, 'venvs'), { recursive: true });
    mkdirSync(join(home, 'trees'), { recursive: true });
    execFileSync('git', ['init', '-q', join(root, 'app')]);
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const age = (path: string, days: number) => {
    utimesSync(path, NOW - days * DAY, NOW - days * DAY);
  };

  /** A run that ended so many days ago. Before it, `venv` was its own directory or a link to this one. */
  function run(
    number: number,
    days: number,
    { venv, backup = true, marked = true }: { venv?: string; backup?: boolean; marked?: boolean } = {},
  ) {
    const folder = join(home, 'runs', `acme-kitchens-${number}`);
    mkdirSync(folder, { recursive: true });
    const files = [
      'claim',
      'code-environment',
      'restore.sql.gz',
      ...(backup ? ['safety.sql.gz'] : []),
      ...(marked ? ['recorded'] : []),
    ];
    for (const name of files) {
      writeFileSync(join(folder, name), name);
      age(join(folder, name), days);
    }
    if (venv === undefined) mkdirSync(join(folder, 'venv-before'));
    else {
      symlinkSync(venv, join(folder, 'venv-before'));
      lutimesSync(join(folder, 'venv-before'), NOW - days * DAY, NOW - days * DAY);
    }
  }

  function environment(commit: string, days: number): string {
    const venv = join(home, 'venvs', commit);
    mkdirSync(venv);
    writeFileSync(join(venv, '.rollback-bot-complete'), '{}');
    age(join(venv, '.rollback-bot-complete'), days);
    const tree = join(home, 'trees', commit.slice(0, 40));
    mkdirSync(tree, { recursive: true });
    age(tree, days);
    return venv;
  }

  const commit = (digit: string) => digit.repeat(40);
  const goLive = (venv: string) => symlinkSync(venv, join(root, 'venv'));
  const prune = (safetyBackups: number, environments: number, of = 'acme-kitchens-9') =>
    ask(retentionCommand({ root, run: of, keep: { safetyBackups, environments } }));
  const backups = () =>
    readdirSync(join(home, 'runs')).filter((name) => existsSync(join(home, 'runs', name, 'safety.sql.gz')));

  it('is listed newest first, and listing removes nothing', () => {
    run(5, 9);
    run(6, 4);
    goLive(environment(commit('a'), 3));

    const listed = ask(retentionCommand({ root, run: '', keep: null }));

    expect(listed.safetyBackups.map((one: { run: string }) => one.run)).toEqual([
      'acme-kitchens-6',
      'acme-kitchens-5',
    ]);
    expect(listed.environments.map((one: { name: string }) => one.name)).toEqual([
      'runs/acme-kitchens-6/venv-before',
      'runs/acme-kitchens-5/venv-before',
    ]);
    expect(backups()).toHaveLength(2);
  });

  it('is nothing if the bot never worked there', () => {
    rmSync(home, { recursive: true });

    expect(ask(retentionCommand({ root, run: '', keep: null }))).toEqual({
      safetyBackups: [],
      environments: [],
    });
    expect(existsSync(home)).toBe(false);
  });

  it('stays within its limits: the newest safety backups and environments', () => {
    for (const number of [4, 5, 6, 7]) run(number, 20 - number);
    goLive(environment(commit('a'), 10));

    const left = prune(2, 3);

    expect(backups()).toEqual(['acme-kitchens-6', 'acme-kitchens-7']);
    expect(left.environments.map((one: { name: string }) => one.name)).toEqual(
      [7, 6, 5].map((number) => `runs/acme-kitchens-${number}/venv-before`),
    );
    expect(existsSync(join(home, 'runs', 'acme-kitchens-4', 'venv-before'))).toBe(false);
    expect(existsSync(join(home, 'trash'))).toBe(false);
    // Everything else of a run stays, such as its journal and record.
    expect(existsSync(join(home, 'runs', 'acme-kitchens-4', 'recorded'))).toBe(true);
  });

  it('always includes the last one of each', () => {
    run(7, 300);
    goLive(environment(commit('a'), 300));

    prune(1, 1);

    expect(backups()).toEqual(['acme-kitchens-7']);
    expect(existsSync(join(home, 'runs', 'acme-kitchens-7', 'venv-before'))).toBe(true);
  });

  it('includes the backup from before a run beside those that its attempts have kept since', () => {
    run(6, 30);
    run(7, 5);
    goLive(environment(commit('a'), 10));
    for (const number of [6, 7]) {
      const attempt = join(home, 'runs', `acme-kitchens-${number}`, 'attempt-2');
      mkdirSync(attempt);
      for (const name of ['safety.sql.gz', 'safety.sql.gz.new']) writeFileSync(join(attempt, name), 'rows');
    }

    prune(1, 1);

    const kept = execFileSync('find', ['-name', 'safety*'], { cwd: join(home, 'runs'), encoding: 'utf8' });
    expect(kept.trim().split('\n').sort()).toEqual([
      './acme-kitchens-7/attempt-2/safety.sql.gz',
      './acme-kitchens-7/safety.sql.gz',
    ]);
  });

  it('leaves what is live alone, even if an old run once put it aside', () => {
    run(3, 30);
    run(7, 5);
    run(8, 4);
    goLive(join(home, 'runs', 'acme-kitchens-3', 'venv-before'));

    prune(1, 1);

    expect(existsSync(join(home, 'runs', 'acme-kitchens-3', 'venv-before'))).toBe(true);
    expect(existsSync(join(home, 'runs', 'acme-kitchens-7', 'venv-before'))).toBe(false);
    expect(existsSync(join(home, 'runs', 'acme-kitchens-8', 'venv-before'))).toBe(true);
  });

  it('prefers the environment that was put aside last, however old it is, to one that nobody used', () => {
    const old = environment(commit('a'), 90);
    const unused = environment(commit('b'), 5);
    goLive(environment(commit('c'), 6));
    run(7, 6, { venv: old });

    prune(3, 1);

    expect(existsSync(old)).toBe(true);
    expect(existsSync(unused)).toBe(false);
    expect(readdirSync(join(home, 'trees'))).toEqual([commit('a'), commit('c')]);
  });

  it('includes what was prepared a moment ago, because the next plan may have found it', () => {
    const waited = environment(commit('b'), 0);
    run(7, 6);
    goLive(environment(commit('c'), 6));

    prune(3, 1);

    expect(existsSync(waited)).toBe(true);
    expect(existsSync(join(home, 'runs', 'acme-kitchens-7', 'venv-before'))).toBe(true);
  });

  it('does not include what many dry runs of today have built', () => {
    const built = [1, 2, 3, 4, 5].map((hour) => environment(commit(String(hour)), hour / 24));
    run(7, 6);
    goLive(environment(commit('c'), 6));

    const left = prune(3, 3);

    expect(built.map(existsSync)).toEqual([true, true, false, false, false]);
    expect(left.environments.map((one: { name: string }) => one.name)).toEqual([
      `venvs/${commit('1')}`,
      `venvs/${commit('2')}`,
      'runs/acme-kitchens-7/venv-before',
    ]);
    expect(readdirSync(join(home, 'trees'))).toEqual([commit('1'), commit('2'), commit('c')]);
  });

  it('keeps what an undo needs rather than what dry runs have built, but for the newest of those', () => {
    const built = [1, 2, 3].map((hour) => environment(commit(String(hour)), hour / 24));
    for (const number of [4, 5, 6, 7]) run(number, 20 - number);
    goLive(environment(commit('a'), 10));

    prune(3, 3);

    expect(built.map(existsSync)).toEqual([true, false, false]);
    expect(
      [4, 5, 6, 7].map((number) => existsSync(join(home, 'runs', `acme-kitchens-${number}`, 'venv-before'))),
    ).toEqual([false, false, true, true]);
  });

  it.each([
    ['its private copy, if it never began', ['restore.sql.gz', 'objects', 'rights', '.copy.x1'], false],
    ['nothing that it did', ['restore.sql.gz', 'objects', 'claim'], true],
    ['nothing that a person has put there', ['restore.sql.gz', 'safety-by-hand.sql.gz'], true],
  ])('takes from the run that has just ended %s', (_, files, stays) => {
    const folder = join(home, 'runs', 'acme-kitchens-9');
    mkdirSync(folder, { recursive: true });
    for (const name of files) writeFileSync(join(folder, name), name);
    const other = join(home, 'runs', 'acme-kitchens-8');
    mkdirSync(other);
    writeFileSync(join(other, 'restore.sql.gz'), 'of a plan that waits');
    goLive(environment(commit('a'), 10));

    prune(3, 3);

    expect(existsSync(folder)).toBe(stays);
    expect(existsSync(join(other, 'restore.sql.gz'))).toBe(true);
  });

  it('includes what a run without an end mark may need', () => {
    run(6, 1, { marked: false });
    run(7, 0.5);
    run(8, 0.2);
    goLive(environment(commit('c'), 6));

    prune(1, 1);

    expect(backups()).toEqual(['acme-kitchens-6', 'acme-kitchens-8']);
    expect(existsSync(join(home, 'runs', 'acme-kitchens-6', 'venv-before'))).toBe(true);
    expect(existsSync(join(home, 'runs', 'acme-kitchens-7', 'venv-before'))).toBe(false);
  });

  it('loses the private copies of ended runs, but not that of a run that people may still continue', () => {
    run(6, 3);
    run(7, 0.5);
    run(9, 0);
    goLive(environment(commit('c'), 6));
    // Left by a preflight whose host went down.
    const torn = join(home, 'runs', 'acme-kitchens-6', '.copy.x1y2');
    writeFileSync(torn, 'half of a backup');

    prune(3, 3);

    expect(existsSync(torn)).toBe(false);
    const copy = (number: number) =>
      existsSync(join(home, 'runs', `acme-kitchens-${number}`, 'restore.sql.gz'));
    expect([copy(6), copy(7), copy(9)]).toEqual([false, true, false]);
  });

  it('is left alone while someone is deploying', () => {
    run(6, 3);
    run(7, 2);
    goLive(environment(commit('c'), 6));
    const holder = spawn('flock', [join(root, 'deploy.lock'), 'cat'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    execFileSync('sh', ['-c', `until ! flock -n '${join(root, 'deploy.lock')}' true; do sleep 0.02; done`]);

    expect(prune(1, 1)).toEqual({ problem: 'deploy.lock is held', code: 'lock-held' });
    holder.stdin.end();

    expect(backups()).toHaveLength(2);
  });

  it('loses what an earlier prune could not remove', () => {
    run(7, 2);
    goLive(environment(commit('c'), 6));
    mkdirSync(join(home, 'trash'));
    renameSync(environment(commit('d'), 9), join(home, 'trash', '1-left'));

    prune(3, 3);

    expect(existsSync(join(home, 'trash'))).toBe(false);
    expect(dirname(readlinkSync(join(root, 'venv')))).toBe(join(home, 'venvs'));
  });
});
