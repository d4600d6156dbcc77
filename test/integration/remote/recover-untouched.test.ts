import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';
import { cutInCheckout, heldRun, mend, SECOND, safetyBackup } from './held-run.ts';
import { FIRST_SHELL } from './shells.ts';

describe.each(FIRST_SHELL)('continuing after a decision under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  it('does nothing if someone has changed the site since the stop', () => {
    const program = heldRun(host, shell);
    writeFileSync(join(host.root, 'app', 'VERSION'), 'changed by hand');

    host.goOn(shell, program, 2, 'retry', 'static');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
    expect(host.log(SECOND)).toContain('changed since the plan was made: the working tree has changes');
  });

  it('does nothing if the database is neither the original nor the restored one', () => {
    const program = heldRun(host, shell);
    host.set('database', 'somebody else was here');
    host.set('migrations', 'website.0009_unheard_of');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
  });

  it('does nothing if someone has replaced the original database', () => {
    const program = cutInCheckout(host, shell);
    host.set('database', 'relations-by-hand');
    const kept = safetyBackup(host);

    expect(host.look(shell, program)).toContain('database other');
    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
    expect(safetyBackup(host)).toBe(kept);
  });

  it('does nothing if someone has migrated the database since, although the code is unchanged', () => {
    const program = host.program('code-only');
    host.set('fail-stop', 'yes');
    host.run(shell, program);
    mend(host, 'fail-stop');
    host.set('migrations', 'website.0009_by_hand');

    expect(host.look(shell, program)).toContain('database other');
    host.goOn(shell, program, 2, 'retry', 'stop');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
  });

  it('does nothing if the traces of its steps are gone', () => {
    const program = heldRun(host, shell);
    const here = readdirSync(host.runFile('.'));
    for (const name of here.filter((one) => /^(began|code|database)-/.test(one))) rmSync(host.runFile(name));

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
    expect(host.log(SECOND)).toContain("the run's directory no longer says what was done");
    expect(host.head()).toBe(host.target);
  });

  it('does nothing the second time', () => {
    const program = heldRun(host, shell);
    mend(host, 'fail-static');
    host.goOn(shell, program, 2, 'retry', 'static');
    const journal = readFileSync(host.runFile('journal', SECOND), 'utf8');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(readFileSync(host.runFile('journal', SECOND), 'utf8')).toBe(journal);
    expect(host.head()).toBe(host.target);
  });

  it('does nothing while a process of an earlier attempt is still alive', () => {
    const program = heldRun(host, shell);
    const child = spawn('flock', [host.runFile('alive'), 'sleep', '60'], { stdio: 'ignore' });
    try {
      while (isFree(host.runFile('alive')));

      host.goOn(shell, program, 2, 'retry', 'static');
    } finally {
      child.kill();
    }

    expect(host.result(SECOND)).toBe('untouched alive 13');
  });
});

function isFree(path: string): boolean {
  return spawnSync('flock', ['-n', path, 'true']).status === 0;
}
