import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stepsOf } from '../../../src/domain/plan/steps.ts';
import { type StandInHost, standInHost, stepsOfTheSick } from '../../support/host/stand-in-host.ts';

const MOUNTS = canMount();
const SHELLS = ['/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell));

const FULL = [
  'recheck',
  'stop',
  'safety-backup',
  'checkout',
  'restore',
  'environment',
  'static',
  'start',
  'healthy',
  'stable',
];
const PUT_BACK_CODE = ['put-back-checkout 0', 'put-back-environment 0'];
const PUT_BACK_END = ['put-back-start 0', 'put-back-answers 0'];
const PUT_BACK_WHOLE = ['put-back-stop 0', ...PUT_BACK_CODE, 'put-back-static 0', ...PUT_BACK_END];

function ok(names: readonly string[]): readonly string[] {
  return names.map((name) => `${name} 0`);
}

describe.each(SHELLS)('the switch program under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  it('takes the steps of a full rollback in the order of the runbook and says that it succeeded', () => {
    host.run(shell, host.program('full'));

    expect(host.result()).toBe('done stable 0');
    expect(host.journal()).toEqual(ok(FULL));
    expect(host.head()).toBe(host.target);
    expect(host.venv()).toBe(join(host.root, '.rollback-bot', 'venvs', host.target));
    expect(host.get('database')).toBe('relations-after');
    expect(readFileSync(join(host.root, 'served-version'), 'utf8')).toBe('0.5.0');
    expect(existsSync(host.runFile('safety.sql.gz'))).toBe(true);
    expect(host.state()).toContain('succeeded: the site answers its health check');
  });

  it('leaves the database alone in code-only mode and the code in database-only mode', () => {
    host.run(shell, host.program('code-only'));
    expect(host.journal()).toEqual(
      ok(['recheck', 'stop', 'checkout', 'environment', 'static', 'start', 'healthy', 'stable']),
    );
    expect(host.get('database')).toBe('relations-before');

    host.remove();
    host = standInHost();
    host.run(shell, host.program('database-only'));
    expect(host.journal()).toEqual(
      ok(['recheck', 'stop', 'safety-backup', 'restore', 'start', 'healthy', 'stable']),
    );
    expect(host.head()).toBe(host.live);
  });

  it('puts code, environment and static files back if the target does not start', () => {
    host.set('fail-start', '');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back start 1');
    expect(host.journal().slice(-6)).toEqual(PUT_BACK_WHOLE);
    expect(host.head()).toBe(host.live);
    expect(host.venv()).toBe(join(host.root, 'venv'));
    expect(readFileSync(join(host.root, 'served-version'), 'utf8')).toBe('0.6.0');
  });

  it('does nothing the second time', () => {
    host.run(shell, host.program('full'));
    const journal = readFileSync(host.runFile('journal'), 'utf8');

    host.run(shell, host.program('full'));

    expect(readFileSync(host.runFile('journal'), 'utf8')).toBe(journal);
  });

  it('changes nothing while another deploy holds the lock', () => {
    const holder = spawn('flock', [join(host.root, 'deploy.lock'), 'cat'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    execFileSync('sh', [
      '-c',
      `until ! flock -n '${join(host.root, 'deploy.lock')}' true; do sleep 0.02; done`,
    ]);

    host.run(shell, host.program('full'));
    holder.stdin.end();

    expect(host.result()).toBe('untouched lock 11');
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
  });

  // /bin/sh is bash on few hosts, and from here on it behaves the same.
  if (shell !== SHELLS[0]) return;

  it.each<[string, string, (host: StandInHost) => void]>([
    [
      'the code moved',
      'the code is at',
      (one) => execFileSync('git', ['-C', join(one.root, 'app'), 'checkout', '-q', one.target]),
    ],
    [
      'a file was changed by hand',
      'the working tree has changes',
      (one) => writeFileSync(join(one.root, 'app', 'VERSION'), 'x'),
    ],
    [
      'another migration was applied',
      'the applied migrations are different',
      (one) => one.set('migrations', 'website.0009_more'),
    ],
    [
      'the copy of the backup was replaced',
      'the copy of the backup is not the approved one',
      (one) => {
        mkdirSync(dirname(one.runFile('restore.sql.gz')), { recursive: true });
        writeFileSync(one.runFile('restore.sql.gz'), 'another backup');
      },
    ],
    ['a right was taken away', 'the right to stop', (one) => one.set('no-rights', '')],
    [
      'the prepared environment is gone',
      'the prepared environment is gone',
      (one) =>
        execFileSync('rm', [join(one.root, '.rollback-bot', 'venvs', one.target, '.rollback-bot-complete')]),
    ],
  ])('changes nothing if %s after the plan was made', (_, said, drift) => {
    drift(host);

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('untouched recheck 10');
    expect(host.log()).toContain(said);
    expect(host.journal()).toEqual(['recheck 10']);
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
    expect(host.get('database')).toBe('relations-before');
  });

  it('restores nothing and starts the site again if the safety backup is not complete', () => {
    host.set('fail-dump', '');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back safety-backup 1');
    expect(host.journal()).toEqual([
      'recheck 0',
      'stop 0',
      'safety-backup 1',
      ...PUT_BACK_CODE,
      ...PUT_BACK_END,
    ]);
    expect(host.get('database')).toBe('relations-before');
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
  });

  it('puts the previous code back if the database rolled the restore back', () => {
    host.set('fail-restore', '');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back restore 3');
    expect(host.head()).toBe(host.live);
    expect(host.venv()).toBe(join(host.root, 'venv'));
    expect(host.state()).toContain('the database is unchanged');
  });

  it('puts nothing back if the restore succeeded although its script failed', () => {
    host.set('fail-after-commit', '');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold restore 3');
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('inactive');
    expect(host.state()).toContain('someone has to decide');
  });

  it('waits for a restore that is being committed before it reports the state of the database', () => {
    host.set('fail-restore', '');
    // Its client is gone, but the server is in the COMMIT, which succeeds a moment after it was told to end.
    host.set('committing', 'relations-after\n');
    host.replace('restore_db.sh', 'echo 1 >"$STATE/sessions"\nexit 3');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold restore 3');
    expect(host.get('database')).toBe('relations-after');
    expect(host.head()).toBe(host.target);
  });

  it('puts the previous code back beside a job that keeps querying the database', () => {
    host.set('fail-restore', '');
    host.set('newcomers', '1');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back restore 3');
  });

  it('stops if the database stays busy after a restore that was cut off', () => {
    host.replace('restore_db.sh', 'echo 1 >"$STATE/sessions"\nexit 3');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold restore 3');
    expect(host.log()).toContain('the database is still running a psql statement');
  });

  it('restores nothing from a copy that was replaced after it was checked', () => {
    const dump = join(host.root, '..', 'bin', 'pg_dump');
    const backup = host.runFile('restore.sql.gz');
    writeFileSync(dump, `${readFileSync(dump, 'utf8')}\nprintf another >'${backup}'\n`);

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back restore 1');
    expect(host.log()).toContain('the copy of the backup is not the approved one: nothing is restored');
    expect(host.get('database')).toBe('relations-before');
  });

  it('stops if the database does not say whether it was restored', () => {
    host.set('fail-restore', '');
    host.set('database-silent', '');
    // The safety backup needs an answer too, so the database goes silent only afterwards.
    execFileSync('rm', [join(host.root, '..', 'state', 'database-silent')]);
    host.replace('restore_db.sh', ': >"$STATE/database-silent"\nexit 3');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold restore 3');
  });

  it('stops if a step fails after the database was restored', () => {
    host.set('fail-static', '');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold static 1');
    expect(host.head()).toBe(host.target);
    expect(host.get('database')).toBe('relations-after');
  });

  it('ends no database session of a site that it has started', () => {
    host.set('flaps', '');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold stable 1');
    expect(host.get('sessions-ended-while')).toBe('inactive');
  });

  it('puts the previous code back if a unit does not stay up', () => {
    host.set('flaps', '');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back stable 1');
    expect(host.log()).toContain('a unit does not stay up');
    expect(host.head()).toBe(host.live);
  });

  it('returns to the branch when it puts a checkout back that was on one', () => {
    const git = (...argv: string[]) =>
      execFileSync('git', ['-C', join(host.root, 'app'), ...argv], { encoding: 'utf8' }).trim();
    host.set('fail-start', '');

    host.run(shell, host.program('code-only'));

    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('main');
  });

  it('changes nothing if the deploy lock cannot be opened', () => {
    execFileSync('mkdir', [join(host.root, 'deploy.lock')]);

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('untouched lock 12');
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
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

  it('counts a site as failed if it does not become healthy in time', () => {
    host.set('sick', '');

    host.run(shell, host.program('code-only', host.target, { steps: stepsOfTheSick('code-only') }));

    expect(host.result()).toBe('put-back healthy 124');
    expect(host.head()).toBe(host.live);
  });

  it('kills all processes of a step that took too long before it puts anything back', () => {
    host.set('static-hangs', 'yes');
    const steps = stepsOf('code-only').map((step) =>
      step.name === 'static' ? { ...step, deadlineSeconds: 5 } : step,
    );

    host.run(shell, host.program('code-only', host.target, { steps }));

    expect(host.result()).toBe('put-back static 124');
    expect(isAlive(host.get('left-alive'))).toBe(false);
  });

  it.skipIf(!MOUNTS)(
    'puts back and reports how it ended if a step has filled the disk and putting back fills it again',
    () => {
      const runs = join(host.root, '.rollback-bot', 'runs');
      mkdirSync(runs);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', runs]);
      try {
        host.set('fills-disk', '');

        host.run(shell, host.program('code-only'));

        expect(host.result()).toBe('put-back static 1');
        expect(host.state()).toContain('the previous code and environment are back');
        expect(host.head()).toBe(host.live);
        expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
      } finally {
        execFileSync('umount', [runs]);
      }
    },
  );

  /** Plays a git that dies in the middle of the first checkout of the target: it writes files first, then index and HEAD. */
  const DYING = (end: string) => `case "$*" in *" --detach $(cat "$STATE/target")") [ -e "$STATE/died" ] || {
  : >"$STATE/died"; cd "$SITE_ROOT/app" && echo half >VERSION && echo half >only-in-target
  ${end}; } ;; esac
exec /usr/bin/git "$@"`;

  it('puts the previous static files back even in the same second in which the target’s were written', () => {
    host.set('fail-static', 'yes');
    host.set('static-early', 'yes');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back static 1');
    expect(readFileSync(join(host.root, 'served-version'), 'utf8')).toBe('0.6.0');
  });

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
    host.replace('pg_dump', PG_DUMP_AND(`echo edited >"$SITE_ROOT/app/VERSION"\n${more}`));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back checkout 1');
    expect(host.log()).toContain('the working tree has changes: nothing is checked out over them');
    expect(readFileSync(join(host.root, 'app', 'VERSION'), 'utf8')).toBe('edited\n');
    expect(existsSync(host.runFile('torn'))).toBe(false);
  });

  it('leaves alone what someone has committed since the recheck', () => {
    const commit = 'git -c user.name=a -c user.email=a@b commit -qam fix';
    host.replace('pg_dump', PG_DUMP_AND(`cd "$SITE_ROOT/app" && echo fixed >VERSION && ${commit}`));

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
    host.replace('pg_dump', PG_DUMP_AND(`echo precious >"$SITE_ROOT/app/only-in-target"\n${more}`));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back checkout 1');
    expect(readFileSync(join(host.root, 'app', 'only-in-target'), 'utf8')).toBe('precious\n');
  });

  const STARTED = `echo active >"$STATE/unit-sum-acme-kitchens-gunicorn.service"`;
  const PG_DUMP_AND = (more: string) =>
    `${readFileSync(join(host.root, '..', 'bin', 'pg_dump'), 'utf8')}\n${more}`;

  it('stops a unit that someone has started meanwhile before it changes anything', () => {
    host.replace('python', `${STARTED}\nexit 1`);

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back static 1');
    expect(host.journal().slice(-6)).toEqual(PUT_BACK_WHOLE);
  });

  it('restarts a unit that someone started while it puts back', () => {
    host.set('fail-static', '');
    host.replace('git', `case "$*" in *"symbolic-ref HEAD "*) ${STARTED} ;; esac\nexec /usr/bin/git "$@"`);

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back static 1');
    expect(host.log()).toContain('gunicorn.service was started since the site was stopped');
    expect(host.get('stops').split('\n')).toHaveLength(2);
  });

  it('restores nothing over data of a site that someone has started meanwhile', () => {
    host.replace('pg_dump', PG_DUMP_AND(STARTED));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back restore 1');
    expect(host.log()).toContain('gunicorn.service was started since the site was stopped');
    expect(host.get('database')).toBe('relations-before');
    expect(host.journal()).toContain('put-back-stop 0');
  });

  it('restores nothing if systemd does not say whether the site is stopped', () => {
    const systemctl = readFileSync(join(host.root, '..', 'bin', 'systemctl'), 'utf8');
    host.replace('systemctl', `[ ! -e "$STATE/away" ] || exit 1\n${systemctl}`);
    host.replace('pg_dump', PG_DUMP_AND(': >"$STATE/away"'));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold restore 1');
    expect(host.get('database')).toBe('relations-before');
  });

  it('restarts a unit that someone has started between old and new code', () => {
    host.replace('python', STARTED);
    host.set('stops', '');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('done stable 0');
    expect(host.log()).toContain('gunicorn.service was started since the site was stopped');
    expect(host.get('stops').split('\n')).toHaveLength(2);
  });

  it('begins no step that it cannot write down', () => {
    const program = host.program('code-only');
    const made = host.runFile('began-checkout');
    mkdirSync(dirname(made), { recursive: true });
    // No file can be made under this name: it is a link into a missing directory.
    symlinkSync(join(host.root, 'nowhere', 'file'), made);

    host.run(shell, program);

    expect(host.result()).toBe('put-back checkout 73');
    expect(host.journal()).toEqual(['recheck 0', 'stop 0', ...PUT_BACK_CODE, ...PUT_BACK_END]);
  });

  it('leaves the site running if it cannot be stopped', () => {
    host.set('fail-stop', '');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back stop 1');
    expect(host.head()).toBe(host.live);
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
  });
});

/** A killed process stays listed until its parent has waited for it. */
function isAlive(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
}

/** Mounting a file system needs rights that tests seldom have. */
function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'rollback-mount-'));
  try {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', place]).status === 0;
    if (mounted) execFileSync('umount', [place]);
    return mounted;
  } finally {
    rmdirSync(place);
  }
}
