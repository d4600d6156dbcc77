import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';
import { FIRST_SHELL } from './shells.ts';
import { PUT_BACK_CODE, PUT_BACK_END } from './switch-support.ts';

describe.each(FIRST_SHELL)('the switch program under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
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
});
