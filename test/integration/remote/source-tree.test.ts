import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/app/ports/host-error.ts';
import { prepareEnvironmentCommand } from '../../../src/remote/probes.ts';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const GIT = `set -eu
git() { command git -c user.name=t -c user.email=t@t -c protocol.file.allow=always -c advice.detachedHead=false "$@"; }
cd "$1"
`;
const THEME = `git init -q -b main ../theme && (cd ../theme && echo one >theme.css && git add . && git commit -qm one && echo two >theme.css && git commit -qam two)
git submodule --quiet add "$PWD/../theme" theme && git add . && git commit -qm theme
`;

describe.skipIf(!hasPython)('the source tree of a target', () => {
  let host: StandInHost;
  let app: string;

  beforeEach(() => {
    host = standInHost();
    app = join(host.root, 'app');
  });

  afterEach(() => {
    host.remove();
  });

  const shell = (script: string) =>
    execFileSync('sh', ['-c', GIT + script, 'sh', app], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();

  /** What the bot says of this commit. A tree without requirements.txt ends where its tree is good. */
  function ask(commit: string): Problem {
    const said = execFileSync(
      'sh',
      ['-c', prepareEnvironmentCommand({ root: host.root, commit, executables: [] })],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: join(host.root, '..') },
      },
    );
    return JSON.parse(said);
  }
  const GOOD = { problem: 'the target has no requirements.txt' };
  const inTree = (commit: string, path: string) => {
    const file = join(host.root, '.rollback-bot', 'trees', commit, path);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  };

  it('has its submodules, from the repositories that are on the host', () => {
    shell(`${THEME}mv ../theme ../gone`);
    const target = shell('git rev-parse HEAD');
    shell('git rm -q theme && git commit -qm without');

    expect([ask(target), inTree(target, 'theme/theme.css')]).toEqual([GOOD, 'two']);
    // A second plan finds them there.
    expect([ask(target), inTree(target, 'theme/theme.css')]).toEqual([GOOD, 'two']);
  });

  it('gets a commit of a submodule that only its origin has', () => {
    shell(THEME);
    shell('cd ../theme && echo three >theme.css && git commit -qam three');
    const three = shell('git -C ../theme rev-parse HEAD');
    const target = shell(
      `git update-index --cacheinfo 160000,${three},theme && git commit -qm three && git rev-parse HEAD && git reset -q --hard HEAD~1`,
    );

    expect([ask(target), inTree(target, 'theme/theme.css')]).toEqual([GOOD, 'three']);
  });

  it('cannot be had if a submodule is nowhere, and the refusal names commit and command', () => {
    shell(THEME);
    const target = shell(
      `git update-index --cacheinfo 160000,${'1'.repeat(40)},theme && git commit -qm lost && git rev-parse HEAD && git reset -q --hard HEAD~1`,
    );

    expect(ask(target)).toEqual({
      problem:
        'the target has the submodule theme at 11111111, and neither this host nor its origin has that commit',
      hint: { kind: 'no-commit', module: `${app}/.git/modules/theme`, commit: '1'.repeat(40) },
    });
  });

  it('is not taken if the target lacks a submodule whose repository stands in its own folder', () => {
    const target = shell('git rev-parse HEAD');
    shell('git clone -q . ../own && mv ../own theme && git add -f theme && git commit -qm embedded');

    expect(ask(target)).toEqual({
      problem: `the target does not have the submodule theme, and its repository is in its own folder ${app}/theme/.git`,
      hint: { kind: 'stray-submodule' },
    });
  });

  it('has to be clean as git checks it out, whatever settings hide', () => {
    const target = shell(`printf 'a\\r\\n' >a.txt && git add . && git commit -qm a
echo '*.txt text' >.gitattributes && git add .gitattributes && git commit -qm A && git rev-parse HEAD
git config core.checkStat minimal && git config diff.ignoreSubmodules all`);

    expect(ask(target).problem).toBe(
      'git shows files of the target as changed right after it has checked them out: a.txt',
    );
    expect(inTree(target, 'a.txt')).toBe(null);
  });

  it('has no pointers of Git LFS where the live tree has files, and says which filter is missing', () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\\n';
    const target = shell(
      `echo '*.psd filter=lfs' >.gitattributes && printf '${pointer}' >logo.psd && git add . && git commit -qm lfs && git rev-parse HEAD`,
    );
    expect(ask(target)).toEqual(GOOD);
    shell('echo logo >logo.psd');

    expect(ask(target).problem).toBe(
      'the target has files in Git LFS, and this login gets only their pointers: logo.psd',
    );
    shell("git config filter.lfs.smudge 'no-lfs smudge' && git config filter.lfs.required true");
    expect(ask(target).hint).toEqual({ kind: 'filter', program: 'no-lfs' });
  });
});
