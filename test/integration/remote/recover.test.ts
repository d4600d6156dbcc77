import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost, stepsOfTheSick } from '../../support/host/stand-in-host.ts';
import { heldRun, mend, SECOND, THIRD } from './held-run.ts';
import { SHELLS } from './shells.ts';

describe.each(SHELLS)('continuing after a decision under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  it('repeats the failed step and then takes the others', () => {
    const program = heldRun(host, shell);
    mend(host, 'fail-static');

    host.goOn(shell, program, 2, 'retry', 'static');

    expect(host.result(SECOND)).toBe('done stable 0');
    expect(host.journal(SECOND)).toEqual([
      'decide-recheck 0',
      'stop-again 0',
      'static 0',
      'start 0',
      'healthy 0',
      'stable 0',
    ]);
    expect(host.result()).toBe('hold static 1');
    expect(host.head()).toBe(host.target);
  });

  it('restarts a site that did not become healthy', () => {
    const program = host.program('full', host.target, { steps: stepsOfTheSick('full') });
    host.set('sick', 'yes');
    host.run(shell, program);
    mend(host, 'sick');

    host.goOn(shell, program, 2, 'retry', 'healthy');

    expect(host.journal(SECOND)).toEqual([
      'decide-recheck 0',
      'stop-again 0',
      'start 0',
      'healthy 0',
      'stable 0',
    ]);
  });

  it('skips the failed step and takes the others', () => {
    const program = heldRun(host, shell);

    host.goOn(shell, program, 2, 'skip', 'static');

    expect(host.journal(SECOND)).toEqual([
      'decide-recheck 0',
      'stop-again 0',
      'start 0',
      'healthy 0',
      'stable 0',
    ]);
    expect(host.result(SECOND)).toBe('done stable 0');
  });

  it('goes back to the previous code and environment and, in one transaction, to the original database', () => {
    const program = heldRun(host, shell);

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.journal(SECOND)).toEqual([
      'decide-recheck 0',
      'put-back-stop 0',
      'put-back-keep 0',
      'put-back-restore 0',
      'put-back-checkout 0',
      'put-back-environment 0',
      'put-back-static 0',
      'put-back-start 0',
      'put-back-answers 0',
    ]);
    expect(host.result(SECOND)).toBe('put-back go-back 0');
    expect([host.head(), host.venv(), host.get('database')]).toEqual([
      host.live,
      join(host.root, 'venv'),
      'relations-back',
    ]);
    expect(host.get('migrations')).toContain('website.0003_split');
    expect(host.get('replayed')).toBe(
      [
        'BEGIN;',
        "SET LOCAL lock_timeout = '30s';",
        'DROP OWNED BY CURRENT_USER CASCADE;',
        "DO 'BEGIN IF to_regnamespace(''public'') IS NULL THEN CREATE SCHEMA public; END IF; END';",
        '',
        'COPY public.t (a) FROM stdin;',
        'DROP EXTENSION pg_trgm;',
        '\\.',
        '-- row website.0001_initial',
        '-- row website.0002_phone',
        '-- row website.0003_split',
        '--',
        '-- PostgreSQL database dump complete',
        '--',
        'COMMIT;',
      ].join('\n'),
    );
    expect(host.state()).toContain('the previous code, environment and database are back');
  });

  // /bin/sh is bash on few hosts, and from here on it behaves the same.
  if (shell !== SHELLS[0]) return;

  it('says where it stopped if going back fails, and can go back once more', () => {
    const program = heldRun(host, shell);
    host.set('fail-restore', 'yes');
    host.goOn(shell, program, 2, 'go-back', 'static');
    expect(host.result(SECOND)).toBe('hold put-back-restore 3');
    mend(host, 'fail-restore');

    host.goOn(shell, program, 3, 'go-back', 'put-back-restore');

    expect(host.result(THIRD)).toBe('put-back go-back 0');
    expect(host.head()).toBe(host.live);
  });

  it('removes what a killed checkout has left, and nothing else', () => {
    const program = heldRun(host, shell);
    rmSync(host.runFile('code-checkout'));
    writeFileSync(host.runFile('torn'), '');
    writeFileSync(join(host.root, 'app', 'VERSION'), 'half of it');
    for (const lock of ['index.lock', 'HEAD.lock']) writeFileSync(join(host.root, 'app', '.git', lock), '');
    mend(host, 'fail-static');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    // The restore runs again too. It is one transaction, so a second time does no harm.
    expect(host.result(SECOND)).toBe('done stable 0');
    expect(readFileSync(join(host.root, 'app', 'VERSION'), 'utf8')).toBe('0.5.0');
  });

  it.each(['retry', 'go-back'] as const)(
    'repairs an index that a power loss has left empty on %s',
    (action) => {
      const program = heldRun(host, shell);
      rmSync(host.runFile('code-checkout'));
      writeFileSync(host.runFile('torn'), '');
      writeFileSync(join(host.root, 'app', '.git', 'index'), '');
      mend(host, 'fail-static');

      host.goOn(shell, program, 2, action, 'checkout');

      expect(host.result(SECOND)).toBe(action === 'retry' ? 'done stable 0' : 'put-back go-back 0');
      expect(host.head()).toBe(action === 'retry' ? host.target : host.live);
    },
  );

  it('says how to repair an unreadable index if no checkout of the bot left it', () => {
    const program = heldRun(host, shell);
    const index = join(host.root, 'app', '.git', 'index');
    writeFileSync(index, '');

    host.goOn(shell, program, 2, 'go-back', 'static');
    expect(host.result(SECOND)).toBe('untouched decide-recheck 1');
    const [, hint = ''] = /can continue after (rm .*)/.exec(host.log(SECOND)) ?? [];
    execFileSync('sh', ['-c', hint]);
    host.goOn(shell, program, 3, 'go-back', 'static');

    expect(host.result(THIRD)).toBe('put-back go-back 0');
  });

  it('reports what is on the host without changing it', () => {
    const program = heldRun(host, shell);

    expect(host.look(shell, program)).toEqual([
      `code ${host.target}`,
      'environment target',
      'database restored',
      'unit sum-acme-kitchens-gunicorn.service inactive',
      'health 000',
      'ran checkout,environment,recheck,restore,safety-backup,static,stop,',
      'begun yes',
    ]);
    host.set('sessions', '1');
    expect(host.look(shell, program)).toContain('database unknown');
  });
});
