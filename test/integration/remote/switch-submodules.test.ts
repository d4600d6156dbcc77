import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';
import { FIRST_SHELL } from './shells.ts';

/** Made with `git submodule` as people do it. The theme has a submodule of its own, which its first commit lacks. */
const REPOSITORIES = `set -eu
git() { command git -c user.name=t -c user.email=t@t -c protocol.file.allow=always -c advice.detachedHead=false "$@"; }
cd "$1"
git init -q -b main icons && (cd icons && echo icons >icons.svg && git add . && git commit -qm icons)
git init -q -b main theme && (cd theme && echo one >theme.css && git add . && git commit -qm one
  git submodule --quiet add "$1/icons" vendor && echo two >theme.css && git add . && git commit -qm two)
cd "$2"
commit() { git add -A && git commit -qm "$1" && git tag "$1"; }
git submodule --quiet add "$1/theme" theme
git -C theme checkout -q HEAD~1 && echo 1 >VERSION && commit first
git -C theme checkout -q main && git -C theme submodule --quiet update --init && echo 2 >VERSION && commit second
git rm -q theme && echo none >VERSION && commit without
mkdir theme && echo folder >theme/theme.css && commit folder
git rm -rqf theme && git submodule --quiet add --force --name theme "$1/theme" themes/new && echo moved >VERSION && commit moved
git submodule --quiet update --init --recursive
`;

describe.each(FIRST_SHELL)('submodules under %s', (shell) => {
  let host: StandInHost;
  let app: string;
  const git = (...argv: readonly string[]) =>
    execFileSync('git', ['-C', app, ...argv], { encoding: 'utf8' }).trim();
  const read = (path: string) =>
    existsSync(join(app, path)) ? readFileSync(join(app, path), 'utf8').trim() : null;
  const status = () => git('status', '--porcelain', '--ignore-submodules=none', '--untracked-files=normal');
  const isThere = (path: string) => existsSync(join(app, path));

  beforeEach(() => {
    host = standInHost();
    app = join(host.root, 'app');
    execFileSync('sh', ['-c', REPOSITORIES, 'sh', join(host.root, '..'), app], { stdio: 'ignore' });
  });

  afterEach(() => {
    host.remove();
  });

  /** Checks a version out as a deploy does. */
  function goLive(tag: string): void {
    execFileSync(
      'sh',
      [
        '-c',
        'cd "$1" && rm -rf theme themes && git checkout -qf "$2" && git submodule --quiet update --init --recursive --no-fetch --force',
        'sh',
        app,
        tag,
      ],
      { stdio: 'ignore' },
    );
  }

  function roll(from: string, to: string, more: Readonly<Record<string, string>> = {}): void {
    goLive(from);
    for (const [name, value] of Object.entries(more)) host.set(name, value);
    const target = git('rev-parse', to);
    host.set('target', target);
    host.run(shell, host.program('code-only', target, { live: git('rev-parse', from) }));
  }

  const VERSIONS = [
    ['first', { 'theme/theme.css': 'one', 'theme/vendor/icons.svg': null, 'themes/new/theme.css': null }],
    ['second', { 'theme/theme.css': 'two', 'theme/vendor/icons.svg': 'icons', 'themes/new/theme.css': null }],
    ['without', { 'theme/theme.css': null, 'theme/vendor/icons.svg': null, 'themes/new/theme.css': null }],
    ['folder', { 'theme/theme.css': 'folder', 'theme/vendor/icons.svg': null, 'themes/new/theme.css': null }],
    ['moved', { 'theme/theme.css': null, 'theme/vendor/icons.svg': null, 'themes/new/theme.css': 'two' }],
  ] as const;
  const filesOf = (version: string) => VERSIONS.find(([name]) => name === version)?.[1] ?? {};
  const filesNow = (version: string) =>
    Object.fromEntries(Object.keys(filesOf(version)).map((path) => [path, read(path)]));

  it.each([
    ['first', 'second'],
    ['second', 'first'],
    ['without', 'second'],
    ['second', 'without'],
    ['second', 'folder'],
    ['folder', 'second'],
    ['second', 'moved'],
    ['moved', 'first'],
  ])('are those of the target, from %s to %s', (from, to) => {
    roll(from, to);

    expect(host.result()).toBe('done stable 0');
    expect([filesNow(to), status()]).toEqual([filesOf(to), '']);
  });

  it.each([
    ['second', 'first'],
    ['second', 'without'],
    ['without', 'second'],
    ['second', 'folder'],
    ['folder', 'first'],
    ['second', 'moved'],
    ['moved', 'second'],
  ])('are put back if the target does not start, from %s to %s', (from, to) => {
    roll(from, to, { 'fail-start': '' });

    expect(host.result()).toBe('put-back start 1');
    expect([filesNow(from), status()]).toEqual([filesOf(from), '']);
  });

  it('come back with their branch, and with what they ignore', () => {
    goLive('second');
    git('-C', 'theme', 'checkout', '-q', '-B', 'main');
    writeFileSync(join(app, '.git', 'modules', 'theme', 'info', 'exclude'), 'built\n');
    writeFileSync(join(app, 'theme', 'built'), 'by npm');
    host.set('fail-start', '');
    const target = git('rev-parse', 'without');
    host.set('target', target);

    host.run(shell, host.program('code-only', target, { live: git('rev-parse', 'second') }));

    expect(host.result()).toBe('put-back start 1');
    expect([git('-C', 'theme', 'symbolic-ref', '--short', 'HEAD'), read('theme/built')]).toEqual([
      'main',
      'by npm',
    ]);
  });

  it('stay away if nobody has ever checked them out', () => {
    goLive('second');
    git('submodule', '--quiet', 'deinit', '--all', '--force');
    const target = git('rev-parse', 'first');

    host.run(shell, host.program('code-only', target, { live: git('rev-parse', 'second') }));

    expect([host.result(), isThere('theme'), isThere('theme/.git'), status()]).toEqual([
      'done stable 0',
      true,
      false,
      '',
    ]);
  });

  it.each([
    ['dies', 'exit 128'],
    ['is killed', 'kill -KILL $$'],
  ])('are repaired if git %s in one of them', (_, end) => {
    goLive('second');
    const target = git('rev-parse', 'first');
    const inTheme = git('rev-parse', 'first:theme');
    host.replace(
      'git',
      `case "$*" in *" --detach ${inTheme}") [ -e "$STATE/died" ] || { : >"$STATE/died"; echo half >"$SITE_ROOT/app/theme/theme.css"; : >"$SITE_ROOT/app/.git/modules/theme/index.lock"; ${end}; } ;; esac\nexec /usr/bin/git "$@"`,
    );

    host.run(shell, host.program('code-only', target, { live: git('rev-parse', 'second') }));

    expect(host.result()).toBe('put-back checkout 1');
    expect([read('theme/theme.css'), read('theme/vendor/icons.svg'), status()]).toEqual(['two', 'icons', '']);
  });

  it('go back after a decision, with their branch', () => {
    goLive('first');
    git('-C', 'theme', 'checkout', '-q', '-B', 'old');
    const target = git('rev-parse', 'moved');
    const program = host.program('code-only', target, { live: git('rev-parse', 'first') });
    host.run(shell, program);
    expect(host.result()).toBe('done stable 0');

    host.goOn(shell, program, 2, 'go-back', 'stable');
    expect(host.log()).not.toContain('cannot');

    expect([read('theme/theme.css'), isThere('themes'), status()]).toEqual(['one', false, '']);
    expect(git('-C', 'theme', 'symbolic-ref', '--short', 'HEAD')).toBe('old');
  });
});
