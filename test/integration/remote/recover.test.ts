import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost, stepsOfTheSick } from '../../support/host/stand-in-host.ts';

const SHELLS = ['/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell));
const SECOND = 'acme-kitchens-1/attempt-2';
const UNIT = 'sum-acme-kitchens-gunicorn.service';
const MIGRATIONS_BEFORE = ['0001_initial', '0002_phone', '0003_split']
  .map((name) => `website.${name}`)
  .join('\n');

describe.each(SHELLS)('continuing after a decision under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  /** A full rollback that stops at `static`, after the database was restored. */
  function held(): string {
    const program = host.program('full');
    host.set('fail-static', 'yes');
    host.run(shell, program);
    expect(host.result()).toBe('hold static 1');
    return program;
  }

  /** A full rollback whose host died in the checkout, with the original database. */
  function cutInCheckout(): string {
    const program = held();
    for (const name of ['code-checkout', 'began-restore', 'code-restore', 'database-restored'])
      rmSync(host.runFile(name));
    host.set('database', 'relations-before');
    host.set('migrations', MIGRATIONS_BEFORE);
    mend('fail-static');
    return program;
  }

  const mend = (name: string) => rmSync(join(host.root, '..', 'state', name));

  it('repeats the failed step and then takes the others', () => {
    const program = held();
    mend('fail-static');

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
    mend('sick');

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
    const program = held();

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
    const program = held();

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

  /** Starts the site without the bot, as systemd does at a boot or a person by hand. Then someone uses it. */
  function cameUp(lead: string): void {
    host.set(`unit-${UNIT}`, 'active');
    host.set('leads', lead);
  }

  const dump = (run?: string) => gunzipSync(readFileSync(host.runFile('safety.sql.gz', run))).toString();

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
    ['on a site that came up without the bot', held],
  ])('saves what people have entered %s before it goes back', (_, stopped) => {
    const program = stopped();
    cameUp('entered on the restored database');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.journal(SECOND).slice(0, 4)).toEqual([
      'decide-recheck 0',
      'put-back-stop 0',
      'put-back-keep 0',
      'put-back-restore 0',
    ]);
    expect(dump(SECOND)).toContain('-- lead entered on the restored database');
    expect(dump()).not.toContain('-- lead');
  });

  it('saves what people have entered in the original database before it restores again', () => {
    const program = cutInCheckout();
    cameUp('entered after the host came back');

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
    expect(dump()).toContain('-- lead entered after the host came back');
  });

  it('restores nothing from a copy that was replaced before people decided', () => {
    const program = cutInCheckout();
    writeFileSync(host.runFile('restore.sql.gz'), 'another backup');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.log(SECOND)).toContain('the copy of the backup is not the approved one: nothing is restored');
    expect(host.get('database')).toBe('relations-before');
  });

  it('restores nothing again if the safety backup fails', () => {
    const program = cutInCheckout();
    host.set('fail-dump', 'yes');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.journal(SECOND).slice(0, 3)).toEqual(['decide-recheck 0', 'stop-again 0', 'safety-again 1']);
    expect(host.get('database')).toBe('relations-before');
  });

  it('saves what people have entered in the restored database before it restores again', () => {
    const program = held();
    cameUp('entered on the restored database');
    mend('fail-static');

    host.goOn(shell, program, 2, 'retry', 'restore');

    expect(host.result(SECOND)).toBe('done stable 0');
    expect(dump(SECOND)).toContain('-- lead entered on the restored database');
    expect(dump()).not.toContain('-- lead');
  });

  it('goes back once more without restoring over data from after the first time', () => {
    const program = held();
    host.set('no-start', 'yes');
    host.goOn(shell, program, 2, 'go-back', 'static');
    expect(host.result(SECOND)).toBe('hold put-back-start 1');
    mend('no-start');
    cameUp('entered since going back');

    host.goOn(shell, program, 3, 'go-back', 'put-back-start');

    const third = 'acme-kitchens-1/attempt-3';
    expect(host.result(third)).toBe('put-back go-back 0');
    expect(host.journal(third)).not.toContain('put-back-restore 0');
  });

  it('recognises the restored database even if it has the same migrations as the original one', () => {
    const program = held();
    host.set('migrations', MIGRATIONS_BEFORE);
    expect(host.look(shell, program)).toContain('database restored');
    host.set('fail-restore', 'yes');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('hold put-back-restore 3');
    expect(host.look(shell, program)).toContain('database restored');
  });

  it('does not count a restore of the safety backup that has changed nothing', () => {
    const program = held();
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
    const program = held();
    const made = readFileSync(join(host.root, '..', 'bin', 'pg_dump'), 'utf8');
    host.replace('pg_dump', `${made}\necho active >"$STATE/unit-${UNIT}"`);

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('hold put-back-restore 1');
    expect(host.get('database')).toBe('relations-after');
    host.replace('pg_dump', made);
    host.goOn(shell, program, 3, 'go-back', 'put-back-restore');
    expect(host.result('acme-kitchens-1/attempt-3')).toBe('put-back go-back 0');
  });

  it('says where it stopped if going back fails, and can go back once more', () => {
    const program = held();
    host.set('fail-restore', 'yes');
    host.goOn(shell, program, 2, 'go-back', 'static');
    expect(host.result(SECOND)).toBe('hold put-back-restore 3');
    mend('fail-restore');

    host.goOn(shell, program, 3, 'go-back', 'put-back-restore');

    expect(host.result('acme-kitchens-1/attempt-3')).toBe('put-back go-back 0');
    expect(host.head()).toBe(host.live);
  });

  it('does nothing if someone has changed the site since the stop', () => {
    const program = held();
    writeFileSync(join(host.root, 'app', 'VERSION'), 'changed by hand');

    host.goOn(shell, program, 2, 'retry', 'static');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
    expect(host.log(SECOND)).toContain('changed since the plan was made: the working tree has changes');
  });

  it('does nothing if the database is neither the original nor the restored one', () => {
    const program = held();
    host.set('database', 'somebody else was here');
    host.set('migrations', 'website.0009_unheard_of');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
  });

  it('does nothing if someone has replaced the original database', () => {
    const program = cutInCheckout();
    host.set('database', 'relations-by-hand');
    const kept = dump();

    expect(host.look(shell, program)).toContain('database other');
    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
    expect(dump()).toBe(kept);
  });

  it('does nothing if someone has migrated the database since, although the code is unchanged', () => {
    const program = host.program('code-only');
    host.set('fail-stop', 'yes');
    host.run(shell, program);
    mend('fail-stop');
    host.set('migrations', 'website.0009_by_hand');

    expect(host.look(shell, program)).toContain('database other');
    host.goOn(shell, program, 2, 'retry', 'stop');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
  });

  it('counts a database that does not answer as the original one if nothing was done to it', () => {
    const program = cutInCheckout();
    host.set('database-silent', 'yes');

    expect(host.look(shell, program)).toContain('database before');
  });

  it('stops units that started on their own before it puts anything back, even after a Cancel', () => {
    const program = cutInCheckout();
    cameUp('entered after the host came back');
    host.set('cancel-after', 'decide-recheck');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.result(SECOND)).toBe('put-back stop-again 130');
    expect(host.journal(SECOND)).toEqual([
      'decide-recheck 0',
      'put-back-stop 0',
      'put-back-checkout 0',
      'put-back-environment 0',
      'put-back-static 0',
      'put-back-start 0',
      'put-back-answers 0',
    ]);
    expect(host.head()).toBe(host.live);
  });

  it('does nothing if the traces of its steps are gone', () => {
    const program = held();
    const here = readdirSync(host.runFile('.'));
    for (const name of here.filter((one) => /^(began|code|database)-/.test(one))) rmSync(host.runFile(name));

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('untouched decide-recheck 10');
    expect(host.log(SECOND)).toContain("the run's directory no longer says what was done");
    expect(host.head()).toBe(host.target);
  });

  it('does nothing the second time', () => {
    const program = held();
    mend('fail-static');
    host.goOn(shell, program, 2, 'retry', 'static');
    const journal = readFileSync(host.runFile('journal', SECOND), 'utf8');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(readFileSync(host.runFile('journal', SECOND), 'utf8')).toBe(journal);
    expect(host.head()).toBe(host.target);
  });

  it('does nothing while a process of an earlier attempt is still alive', () => {
    const program = held();
    const child = spawn('flock', [host.runFile('alive'), 'sleep', '60'], { stdio: 'ignore' });
    try {
      while (isFree(host.runFile('alive')));

      host.goOn(shell, program, 2, 'retry', 'static');
    } finally {
      child.kill();
    }

    expect(host.result(SECOND)).toBe('untouched alive 13');
  });

  it('removes what a killed checkout has left, and nothing else', () => {
    const program = held();
    rmSync(host.runFile('code-checkout'));
    writeFileSync(host.runFile('torn'), '');
    writeFileSync(join(host.root, 'app', 'VERSION'), 'half of it');
    for (const lock of ['index.lock', 'HEAD.lock']) writeFileSync(join(host.root, 'app', '.git', lock), '');
    mend('fail-static');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    // The restore runs again too. It is one transaction, so a second time does no harm.
    expect(host.result(SECOND)).toBe('done stable 0');
    expect(readFileSync(join(host.root, 'app', 'VERSION'), 'utf8')).toBe('0.5.0');
  });

  it.each(['retry', 'go-back'] as const)(
    'repairs an index that a power loss has left empty on %s',
    (action) => {
      const program = held();
      rmSync(host.runFile('code-checkout'));
      writeFileSync(host.runFile('torn'), '');
      writeFileSync(join(host.root, 'app', '.git', 'index'), '');
      mend('fail-static');

      host.goOn(shell, program, 2, action, 'checkout');

      expect(host.result(SECOND)).toBe(action === 'retry' ? 'done stable 0' : 'put-back go-back 0');
      expect(host.head()).toBe(action === 'retry' ? host.target : host.live);
    },
  );

  it('says how to repair an unreadable index if no checkout of the bot left it', () => {
    const program = held();
    const index = join(host.root, 'app', '.git', 'index');
    writeFileSync(index, '');

    host.goOn(shell, program, 2, 'go-back', 'static');
    expect(host.result(SECOND)).toBe('untouched decide-recheck 1');
    const [, hint = ''] = /can continue after (rm .*)/.exec(host.log(SECOND)) ?? [];
    execFileSync('sh', ['-c', hint]);
    host.goOn(shell, program, 3, 'go-back', 'static');

    expect(host.result('acme-kitchens-1/attempt-3')).toBe('put-back go-back 0');
  });

  it.each<[string, string, readonly string[], string]>([
    ['nothing is changed where nothing was stopped yet', 'recheck', ['recheck 0'], 'untouched stop 130'],
    [
      'puts the code back if the database is the original one',
      'checkout',
      [
        'recheck 0',
        'stop 0',
        'safety-backup 0',
        'checkout 0',
        'put-back-checkout 0',
        'put-back-environment 0',
      ],
      'put-back restore 130',
    ],
    [
      'asks people if the database is restored',
      'environment',
      ['recheck 0', 'stop 0', 'safety-backup 0', 'checkout 0', 'restore 0', 'environment 0'],
      'hold static 130',
    ],
  ])('begins no step after a Cancel and %s', (_, after, journal, result) => {
    host.set('cancel-after', after);

    host.run(shell, host.program('full'));

    expect(host.result()).toBe(result);
    expect(host.journal().slice(0, journal.length)).toEqual(journal);
  });

  it.each([
    ['put-back-stop', ['decide-recheck 0', 'put-back-stop 0'], 'hold put-back-keep 130', 'relations-after'],
    [
      'put-back-keep',
      ['decide-recheck 0', 'put-back-stop 0', 'put-back-keep 0'],
      'hold put-back-restore 130',
      'relations-after',
    ],
  ])(
    'goes back no further than %s after a Cancel, and keeps the restored database',
    (after, journal, result, database) => {
      const program = held();
      host.set('cancel-after', after);

      host.goOn(shell, program, 2, 'go-back', 'static');

      expect(host.result(SECOND)).toBe(result);
      expect(host.journal(SECOND)).toEqual(journal);
      expect(host.get('database')).toBe(database);
      mend('cancel-after');
      host.goOn(shell, program, 3, 'go-back', 'put-back-restore');
      expect(host.result('acme-kitchens-1/attempt-3')).toBe('put-back go-back 0');
      expect(host.get('database')).toBe('relations-back');
    },
  );

  it('goes back to the end if a Cancel comes while the database is being replaced', () => {
    const program = held();
    host.set('cancel-after', 'put-back-restore');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('put-back go-back 0');
  });

  it('reports what is on the host without changing it', () => {
    const program = held();

    expect(host.look(shell, program)).toEqual([
      `code ${host.target}`,
      'environment target',
      'database restored',
      'unit sum-acme-kitchens-gunicorn.service inactive',
      'health 000',
      'begun yes',
    ]);
    host.set('sessions', '1');
    expect(host.look(shell, program)).toContain('database unknown');
  });
});

function isFree(path: string): boolean {
  return spawnSync('flock', ['-n', path, 'true']).status === 0;
}
