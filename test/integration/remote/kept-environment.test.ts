import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readlinkSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../src/domain/plan/plan.ts';
import { stepsOf } from '../../../src/domain/plan/steps.ts';
import { keptEnvironmentCommand } from '../../../src/remote/probes.ts';
import { type StandInHost, standInHost, stepsOfTheSick } from '../../support/host/stand-in-host.ts';
import { SHELLS } from './shells.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

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
