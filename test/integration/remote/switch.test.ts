import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
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
import { SHELLS } from './shells.ts';
import { PUT_BACK_CODE, PUT_BACK_END, PUT_BACK_WHOLE } from './switch-support.ts';

const MOUNTS = canMount();

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

  it('changes nothing if the deploy lock cannot be opened', () => {
    execFileSync('mkdir', [join(host.root, 'deploy.lock')]);

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('untouched lock 12');
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
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

  it('puts the previous static files back even in the same second in which the target’s were written', () => {
    host.set('fail-static', 'yes');
    host.set('static-early', 'yes');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back static 1');
    expect(readFileSync(join(host.root, 'served-version'), 'utf8')).toBe('0.6.0');
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
