import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';
import { FIRST_SHELL } from './shells.ts';
import { dumpThen } from './switch-support.ts';

describe.each(FIRST_SHELL)('the switch program under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  it('returns to the branch when it puts a checkout back that was on one', () => {
    const git = (...argv: string[]) =>
      execFileSync('git', ['-C', join(host.root, 'app'), ...argv], { encoding: 'utf8' }).trim();
    host.set('fail-start', '');

    host.run(shell, host.program('code-only'));

    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('main');
  });

  it('does not overwrite a file that git ignores', () => {
    writeFileSync(join(host.root, 'app', 'uploaded.txt'), 'precious');
    execFileSync('sh', [
      '-c',
      `cd '${join(host.root, 'app')}' && mkdir -p .git/info && echo uploaded.txt >.git/info/exclude`,
    ]);
    const blob = execFileSync('git', ['-C', join(host.root, 'app'), 'hash-object', '-w', '--stdin'], {
      input: 'other',
      encoding: 'utf8',
    }).trim();
    const target = host.commitWith(`100644 blob ${blob}\tuploaded.txt\n`);

    host.run(shell, host.program('code-only', target));

    expect(host.result()).toBe('put-back checkout 1');
    expect(readFileSync(join(host.root, 'app', 'uploaded.txt'), 'utf8')).toBe('precious');
  });

  /** Plays a git that dies in the middle of the first checkout of the target: it writes files first, then index and HEAD. */
  const DYING = (end: string) => `case "$*" in *" --detach $(cat "$STATE/target")") [ -e "$STATE/died" ] || {
  : >"$STATE/died"; cd "$SITE_ROOT/app" && echo half >VERSION && echo half >only-in-target
  ${end}; } ;; esac
exec /usr/bin/git "$@"`;

  it('syncs the index and HEAD of a checkout before it counts the tree as whole', () => {
    host.replace(
      'sync',
      '[ ! -e "$SITE_ROOT/.rollback-bot/runs/acme-kitchens-1/torn" ] || echo "$*" >>"$STATE/synced"',
    );

    host.run(shell, host.program('code-only'));

    const git = join(host.root, 'app', '.git');
    expect(host.get('synced')).toContain(`${git}/index ${git}/HEAD ${git}`);
  });

  it.each([
    ['dies', ': >.git/index.lock; exit 128'],
    ['is killed', ': >.git/index.lock; kill -KILL $$'],
    ['dies after its index was written', '/usr/bin/git add -A; exit 128'],
    [
      'cannot write a file, and says that all is well',
      '/usr/bin/git "$@" --force; echo half >VERSION; exit 0',
    ],
  ])('puts every file of the previous code back if git %s', (_, end) => {
    host.replace('git', DYING(end));

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back checkout 1');
    const git = (...argv: string[]) =>
      execFileSync('git', ['-C', join(host.root, 'app'), ...argv], { encoding: 'utf8' }).trim();
    expect([host.head(), git('status', '--porcelain', '--untracked-files=no')]).toEqual([host.live, '']);
    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('main');
    expect(readFileSync(join(host.root, 'app', 'VERSION'), 'utf8')).toBe('0.6.0');
    expect(readdirSync(join(host.root, 'app')).sort()).toEqual(['.git', 'VERSION']);
    expect(existsSync(join(host.root, 'app', '.git', 'index.lock'))).toBe(false);
    expect(host.log()).not.toContain('sync:');
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
  });

  it.each([
    ['is there', ':'],
    ['is being committed', ': >"$SITE_ROOT/app/.git/index.lock"'],
  ])('leaves alone what someone has edited since the recheck, and %s', (_, more) => {
    host.replace('pg_dump', dumpThen(host, `echo edited >"$SITE_ROOT/app/VERSION"\n${more}`));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back checkout 1');
    expect(host.log()).toContain('the working tree has changes: nothing is checked out over them');
    expect(readFileSync(join(host.root, 'app', 'VERSION'), 'utf8')).toBe('edited\n');
    expect(existsSync(host.runFile('torn'))).toBe(false);
  });

  it('leaves alone what someone has committed since the recheck', () => {
    const commit = 'git -c user.name=a -c user.email=a@b commit -qam fix';
    host.replace('pg_dump', dumpThen(host, `cd "$SITE_ROOT/app" && echo fixed >VERSION && ${commit}`));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold checkout 1');
    expect(host.log()).toContain(`the code is at ${host.head()}: someone has moved it in the meantime`);
    expect(readFileSync(join(host.root, 'app', 'VERSION'), 'utf8')).toBe('fixed\n');
  });

  it('brings the site back even if its branch cannot be put back', () => {
    host.set('fail-static', '');
    host.replace('git', 'case "$*" in *"symbolic-ref HEAD "*) exit 128 ;; esac\nexec /usr/bin/git "$@"');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back static 1');
    expect(host.log()).toContain('the code is back, but not on its branch main');
    expect(host.head()).toBe(host.live);
  });

  it.each([
    ['which git does not know', ''],
    [
      'which git ignores',
      'echo only-in-target >"$SITE_ROOT/app/.git/info/exclude"; : >"$SITE_ROOT/app/notes"',
    ],
  ])('leaves someone’s file that is in the way of the target, %s', (_, more) => {
    mkdirSync(join(host.root, 'app', '.git', 'info'), { recursive: true });
    host.replace('pg_dump', dumpThen(host, `echo precious >"$SITE_ROOT/app/only-in-target"\n${more}`));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back checkout 1');
    expect(readFileSync(join(host.root, 'app', 'only-in-target'), 'utf8')).toBe('precious\n');
  });
});
