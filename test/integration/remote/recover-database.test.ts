import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost, stepsOfTheSick } from '../../support/host/stand-in-host.ts';
import {
  cameUp,
  cutInCheckout,
  heldRun,
  MIGRATIONS_BEFORE,
  mend,
  SECOND,
  safetyBackup,
  THIRD,
  UNIT,
} from './held-run.ts';
import { FIRST_SHELL } from './shells.ts';

describe.each(FIRST_SHELL)('continuing after a decision under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  it.each<[string, () => string]>([
    [
      'since the start',
      () => {
        const program = host.program('full', host.target, { steps: stepsOfTheSick('full') });
        host.set('sick', 'yes');
        host.run(shell, program);
        return program;
      },
    ],
    ['on a site that came up without the bot', () => heldRun(host, shell)],
  ])('saves what people have entered %s before it goes back', (_, stopped) => {
    const program = stopped();
    cameUp(host, 'entered on the restored database');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.journal(SECOND).slice(0, 4)).toEqual([
      'decide-recheck 0',
      'put-back-stop 0',
      'put-back-keep 0',
      'put-back-restore 0',
    ]);
    expect(safetyBackup(host, SECOND)).toContain('-- lead entered on the restored database');
    expect(safetyBackup(host)).not.toContain('-- lead');
  });

  it('saves what people have entered in the original database before it restores again', () => {
    const program = cutInCheckout(host, shell);
    cameUp(host, 'entered after the host came back');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.journal(SECOND).slice(0, 5)).toEqual([
      'decide-recheck 0',
      'stop-again 0',
      'safety-again 0',
      'checkout 0',
      'restore 0',
    ]);
    expect(host.result(SECOND)).toBe('done stable 0');
    // An undo brings back the original database as it was at the last moment.
    expect(safetyBackup(host)).toContain('-- lead entered after the host came back');
  });

  it('restores nothing from a copy that was replaced before people decided', () => {
    const program = cutInCheckout(host, shell);
    writeFileSync(host.runFile('restore.sql.gz'), 'another backup');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.log(SECOND)).toContain('the copy of the backup is not the approved one: nothing is restored');
    expect(host.get('database')).toBe('relations-before');
  });

  it('restores nothing again if the safety backup fails', () => {
    const program = cutInCheckout(host, shell);
    host.set('fail-dump', 'yes');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.journal(SECOND).slice(0, 3)).toEqual(['decide-recheck 0', 'stop-again 0', 'safety-again 1']);
    expect(host.get('database')).toBe('relations-before');
  });

  it('saves what people have entered in the restored database before it restores again', () => {
    const program = heldRun(host, shell);
    cameUp(host, 'entered on the restored database');
    mend(host, 'fail-static');

    host.goOn(shell, program, 2, 'retry', 'restore');

    expect(host.result(SECOND)).toBe('done stable 0');
    expect(safetyBackup(host, SECOND)).toContain('-- lead entered on the restored database');
    expect(safetyBackup(host)).not.toContain('-- lead');
  });

  it('goes back once more without restoring over data from after the first time', () => {
    const program = heldRun(host, shell);
    host.set('no-start', 'yes');
    host.goOn(shell, program, 2, 'go-back', 'static');
    expect(host.result(SECOND)).toBe('hold put-back-start 1');
    mend(host, 'no-start');
    cameUp(host, 'entered since going back');

    host.goOn(shell, program, 3, 'go-back', 'put-back-start');

    expect(host.result(THIRD)).toBe('put-back go-back 0');
    expect(host.journal(THIRD)).not.toContain('put-back-restore 0');
  });

  it('recognises the restored database even if it has the same migrations as the original one', () => {
    const program = heldRun(host, shell);
    host.set('migrations', MIGRATIONS_BEFORE);
    expect(host.look(shell, program)).toContain('database restored');
    host.set('fail-restore', 'yes');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('hold put-back-restore 3');
    expect(host.look(shell, program)).toContain('database restored');
  });

  it('does not count a restore of the safety backup that has changed nothing', () => {
    const program = heldRun(host, shell);
    host.set('idle-restore', 'yes');
    host.set('migrations', MIGRATIONS_BEFORE);

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('hold put-back-restore 1');
    expect(host.log(SECOND)).toContain('restore_db.sh succeeded, but the database was not replaced');
  });

  it('goes back without touching the database if only the code was changed', () => {
    const program = host.program('code-only');
    host.run(shell, program);
    expect(host.result()).toBe('done stable 0');

    host.goOn(shell, program, 2, 'go-back', 'stable');

    expect(host.result(SECOND)).toBe('put-back go-back 0');
    expect(host.journal(SECOND)).not.toContain('put-back-restore 0');
    expect([host.head(), host.get('database')]).toEqual([host.live, 'relations-before']);
  });

  it('restores nothing over data on a site that someone started while its copy was made', () => {
    const program = heldRun(host, shell);
    const made = readFileSync(join(host.root, '..', 'bin', 'pg_dump'), 'utf8');
    host.replace('pg_dump', `${made}\necho active >"$STATE/unit-${UNIT}"`);

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('hold put-back-restore 1');
    expect(host.get('database')).toBe('relations-after');
    host.replace('pg_dump', made);
    host.goOn(shell, program, 3, 'go-back', 'put-back-restore');
    expect(host.result(THIRD)).toBe('put-back go-back 0');
  });

  it('counts a database that does not answer as the original one if nothing was done to it', () => {
    const program = cutInCheckout(host, shell);
    host.set('database-silent', 'yes');

    expect(host.look(shell, program)).toContain('database before');
  });
});
