import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../src/domain/plan/plan.ts';
import { stepsOf } from '../../../src/domain/plan/steps.ts';
import { keptEnvironmentCommand, retentionCommand } from '../../../src/remote/probes.ts';
import { type StandInHost, standInHost, stepsOfTheSick } from '../../support/host/stand-in-host.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const SHELLS = ['/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell));

const ask = (command: string) => JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }));

/** Watching that the site stays up takes seconds and shows nothing here. */
function only(names: readonly string[], of = stepsOf('code-only')): readonly PlanStep[] {
  return of.filter(({ name }) => names.includes(name));
}

/** Installs a distribution with the files that pip writes. */
function install(venv: string, name: string, version: string): void {
  const info = join(venv, 'lib', 'python3.12', 'site-packages', `${name}-${version}.dist-info`);
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, 'RECORD'), `${name}/__init__.py,sha256=${version},10\n`);
}

describe.skipIf(!hasPython).each(SHELLS)('the environment that a run kept, under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
    install(join(host.root, 'venv'), 'sum_core', '0.6.0');
    install(join(host.root, 'venv'), 'Django', '5.2');
    host.run(shell, host.program('code-only', host.target, { steps: only(['checkout', 'environment']) }));
  });

  afterEach(() => {
    host.remove();
  });

  const kept = () => host.runFile('venv-before');
  const look = (more: Partial<Parameters<typeof keptEnvironmentCommand>[0]> = {}) =>
    ask(
      keptEnvironmentCommand({
        root: host.root,
        run: 'acme-kitchens-1',
        left: join(host.root, '.rollback-bot', 'venvs', host.target),
        leftPackages: '',
        commit: host.live,
        executables: ['bin/python'],
        ...more,
      }),
    );
  /** The switch of an undo of the run. */
  const undo = (packages: string, goodHealth: readonly number[] = [200], of = stepsOf('code-only')) =>
    host.program('code-only', host.live, {
      live: host.target,
      environment: kept(),
      environmentPackages: packages,
      goodHealth,
      steps: only(['recheck', 'stop', 'checkout', 'environment', 'static', 'start', 'healthy'], of),
    });

  it('is found with the tree of the commit that ran in it, and the switch goes back to it', () => {
    const found = look();
    expect(found).toMatchObject({
      tree: join(host.root, '.rollback-bot', 'trees', host.live),
      venv: kept(),
      installed: {},
    });

    host.run(shell, undo(found.packages), 'acme-kitchens-2');

    expect(host.result('acme-kitchens-2')).toBe('done stable 0');
    expect(host.head()).toBe(host.live);
    expect(readlinkSync(join(host.root, 'venv'))).toBe(kept());
    expect(host.venv()).toBe(kept());
  });

  it('is the environment itself if it was a link', () => {
    const found = look();
    host.run(shell, undo(found.packages), 'acme-kitchens-2');

    // The undo of the undo: the second run has put the link of the first one aside.
    const again = look({
      run: 'acme-kitchens-2',
      left: kept(),
      leftPackages: found.packages,
      commit: host.target,
    });

    expect(again).toMatchObject({
      code: 'undo-not-kept',
      problem: expect.stringContaining('there is none in'),
    });
    install(join(host.root, '.rollback-bot', 'venvs', host.target), 'sum_core', '0.5.0');
    unlinkSync(host.runFile('packages-before', 'acme-kitchens-2'));
    expect(
      look({ run: 'acme-kitchens-2', left: kept(), leftPackages: found.packages, commit: host.target }),
    ).toMatchObject({ venv: join(host.root, '.rollback-bot', 'venvs', host.target) });
  });

  it.each<[string, string, string, () => void]>([
    [
      'something else stands in its place',
      'undo-overtaken',
      'but the run made it a link to',
      () => {
        unlinkSync(join(host.root, 'venv'));
        mkdirSync(join(host.root, 'venv'));
      },
    ],
    [
      'packages were installed into what the run left',
      'undo-overtaken',
      'packages were installed into',
      () =>
        writeFileSync(
          join(host.root, '.rollback-bot', 'venvs', host.target, '.rollback-bot-complete'),
          '{"requirements": "", "installed": {"sum-core": "0.5.0"}}',
        ),
    ],
    [
      'it is not there any more',
      'undo-not-kept',
      'is no longer kept',
      () => rmSync(kept(), { recursive: true }),
    ],
    [
      'packages were installed into it since',
      'undo-not-kept',
      'was changed since it was put aside',
      () => install(kept(), 'requests', '2.32.0'),
    ],
    [
      'it lacks a program that the unit starts',
      'undo-not-kept',
      'lacks bin/python, which the unit starts',
      () => unlinkSync(join(kept(), 'bin', 'python')),
    ],
    [
      'its Python does not start',
      'undo-not-kept',
      'does not start',
      () => {
        writeFileSync(join(kept(), 'bin', 'python'), '#!/bin/sh\nexit 1\n');
        chmodSync(join(kept(), 'bin', 'python'), 0o755);
      },
    ],
  ])('is refused if %s', (_, code, problem, spoil) => {
    spoil();

    expect(look()).toMatchObject({ code, problem: expect.stringContaining(problem) });
  });

  it('is checked again right before the first change', () => {
    const { packages } = look();
    install(kept(), 'requests', '2.32.0');

    host.run(shell, undo(packages), 'acme-kitchens-2');

    expect(host.result('acme-kitchens-2')).toBe('untouched recheck 10');
    expect(host.log('acme-kitchens-2')).toContain('the kept environment is gone or was changed');
    expect(host.head()).toBe(host.target);
  });

  it('may be as unhealthy as before, unlike the target of a rollback', () => {
    const { packages } = look();
    host.set('sick', '');

    host.run(shell, undo(packages, [200], stepsOfTheSick('code-only')), 'acme-kitchens-2');
    expect(host.result('acme-kitchens-2')).toBe('put-back healthy 124');
    expect(readlinkSync(join(host.root, 'venv'))).toBe(
      join(host.root, '.rollback-bot', 'venvs', host.target),
    );

    host.run(shell, undo(packages, [200, 503]), 'acme-kitchens-3');
    expect(host.result('acme-kitchens-3')).toBe('done stable 0');
  });
});

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

  it('includes what a plan of the last day may need', () => {
    const waited = environment(commit('b'), 0);
    run(7, 6);
    goLive(environment(commit('c'), 6));

    prune(3, 1);

    expect(existsSync(waited)).toBe(true);
    expect(existsSync(join(home, 'runs', 'acme-kitchens-7', 'venv-before'))).toBe(true);
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
