import { describe, expect, it } from 'vitest';
import { capacityRefusal, type DatabaseFacts, databaseRefusal } from '../../../src/domain/database/facts.ts';
import type { MigrationVerdict } from '../../../src/domain/database/migrations.ts';
import type { Survey } from '../../../src/domain/host/survey.ts';
import { surveyRefusal } from '../../../src/domain/host/survey-rules.ts';
import { decideMode } from '../../../src/domain/plan/choose-mode.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { applied, backup, disk, evidence, named, survey, unit } from '../../support/story/builders.ts';

const ROOT = '/srv/sum/acme-kitchens';

const STOP = 'systemctl stop sum-acme-kitchens-gunicorn.service';

const START = 'systemctl start sum-acme-kitchens-gunicorn.service';

describe('the first look at a host', () => {
  it('lets a host pass that has everything', () => {
    expect(surveyRefusal(survey(), ROOT)).toBeNull();
  });

  it.each<[string, Partial<Survey>, Refusal]>([
    [
      'the login is not the owner of the site',
      { user: 'ops' },
      {
        code: 'host-wrong-user',
        sentence: 'The bot logs in to web-1 as ops, but the site belongs to deploy.',
        next: "Set host.user to deploy and add the bot's key to that account.",
      },
    ],
    [
      'tools are missing',
      { missingTools: ['psql', 'pg_dump'] },
      {
        code: 'tools-missing',
        sentence: 'web-1 lacks psql, pg_dump.',
        next: 'Install what is missing and ask again.',
      },
    ],
    [
      'there is no gunicorn unit',
      { units: [] },
      {
        code: 'host-unsupported',
        sentence: 'web-1 has no gunicorn unit for this site.',
        next: 'Check the slug and the host in the configuration.',
      },
    ],
    [
      'sudo rights are missing, with the exact line that grants them',
      { missingRights: [STOP, START] },
      {
        code: 'rights-missing',
        sentence: `On web-1, deploy may not run with sudo: ${STOP}, ${START}.`,
        next: `Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):\ndeploy ALL=(root) NOPASSWD: /usr/bin/${STOP}, /usr/bin/${START}`,
      },
    ],
    [
      'only one right is missing, with a line for that one alone',
      { missingRights: [START], systemctl: '/bin/systemctl' },
      {
        code: 'rights-missing',
        sentence: `On web-1, deploy may not run with sudo: ${START}.`,
        next: `Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):\ndeploy ALL=(root) NOPASSWD: /bin/${START}`,
      },
    ],
    [
      'bash cannot read .env',
      { environmentFileError: 'bash cannot read line 12 of it' },
      {
        code: 'environment-unreadable',
        sentence: "The site's .env breaks the platform's own scripts: bash cannot read line 12 of it.",
        next: 'Put the value on that line in single quotes and ask again.',
      },
    ],
    [
      'a unit starts a program of another environment',
      { units: [unit('gunicorn', { foreignExecutable: '/opt/shared/bin/gunicorn' })] },
      {
        code: 'host-unsupported',
        sentence:
          "sum-acme-kitchens-gunicorn.service starts /opt/shared/bin/gunicorn, which is not in the site's venv. Switching the environment would change nothing.",
        next: "Make the unit start its program from the site's venv/bin, or roll back by hand.",
      },
    ],
    [
      'something in the code belongs to somebody else',
      { foreignOwned: '/srv/sum/acme-kitchens/app/.git/index (root)' },
      {
        code: 'wrong-owner',
        sentence:
          '/srv/sum/acme-kitchens/app/.git/index (root) does not belong to deploy, so git or collectstatic would fail while the site is down.',
        next: 'Give it back, on the host: sudo chown -R deploy: /srv/sum/acme-kitchens/app /srv/sum/acme-kitchens/static. Then ask again.',
      },
    ],
    [
      'it cannot be seen where gunicorn listens',
      { bind: null },
      {
        code: 'host-unsupported',
        sentence: "Can't tell which address gunicorn listens on.",
        next: 'Give the unit an explicit --bind and ask again.',
      },
    ],
    [
      'somebody holds the deploy lock',
      { lockFree: false },
      {
        code: 'lock-held',
        sentence: 'Someone is deploying or repairing this site right now (deploy.lock is held).',
        next: 'Wait until they are done, or find out who it is.',
      },
    ],
    [
      'git is locked',
      { indexLocked: true },
      {
        code: 'lock-held',
        sentence: "A git command is running in the site's repository, or was killed there.",
        next: 'If nobody is working there, remove /srv/sum/acme-kitchens/app/.git/index.lock.',
      },
    ],
    [
      'files were changed by hand',
      { dirtyFiles: ['a.py', 'b.py'] },
      {
        code: 'dirty-tree',
        sentence: 'Someone changed files on the host by hand: a.py, b.py.',
        next: 'Look at them with: git -C /srv/sum/acme-kitchens/app diff. Commit, move or discard them, and ask again.',
      },
    ],
    [
      'many files were changed by hand, of which it names five',
      { dirtyFiles: ['a', 'b', 'c', 'd', 'e', 'f'] },
      {
        code: 'dirty-tree',
        sentence: 'Someone changed files on the host by hand: a, b, c, d, e and others.',
        next: 'Look at them with: git -C /srv/sum/acme-kitchens/app diff. Commit, move or discard them, and ask again.',
      },
    ],
    [
      'the disk is a byte too full, without rounding that up to enough',
      { freeBytes: 500 * 1024 * 1024 - 1 },
      {
        code: 'disk-space',
        sentence: "The site's disk has 499 MB free; a rollback needs at least 500 MB.",
        next: 'Free some space: du -xh /srv/sum/acme-kitchens | sort -h | tail.',
      },
    ],
  ])('refuses when %s', (_, facts, refused) => {
    expect(surveyRefusal(survey(facts), ROOT)).toEqual(refused);
  });

  it('names the wrong login before anything that a wrong login cannot see', () => {
    const nothingRight = survey({ user: 'ops', missingRights: [STOP], dirtyFiles: ['a'], lockFree: false });

    expect(surveyRefusal(nothingRight, ROOT)?.code).toBe('host-wrong-user');
  });

  it('takes a disk that has exactly what is needed', () => {
    expect(surveyRefusal(survey({ freeBytes: 500 * 1024 * 1024 }), ROOT)).toBeNull();
  });
});

const NONE: MigrationVerdict = { kind: 'none' };

const APPLIED: MigrationVerdict = { kind: 'applied', unwanted: [applied('web.0003')] };

const BEHIND: MigrationVerdict = { kind: 'behind', missing: [named('web.0002')], unwanted: [] };

const BOTH: MigrationVerdict = {
  kind: 'behind',
  missing: [named('web.0002')],
  unwanted: [applied('web.0003')],
};

const UNKNOWN: MigrationVerdict = { kind: 'cannot-tell', why: 'Django does not start' };

describe('the mode', () => {
  const knows = 'the database has web.0003, which the target does not know';
  const lacks = 'the database does not have web.0002, which the target needs';
  const byFlag = '--database-only was asked for';

  it.each<[Mode | null, MigrationVerdict, Mode, string]>([
    [null, NONE, 'code-only', 'the target knows every migration that has run'],
    ['code-only', NONE, 'code-only', 'the target knows every migration that has run'],
    ['full', NONE, 'full', '--full was asked for, although no migration makes it necessary'],
    ['database-only', NONE, 'database-only', byFlag],
    [null, APPLIED, 'full', knows],
    ['full', APPLIED, 'full', knows],
    ['database-only', APPLIED, 'database-only', byFlag],
    ['full', BEHIND, 'full', lacks],
    ['database-only', BEHIND, 'database-only', byFlag],
    [null, BOTH, 'full', lacks],
    ['full', BOTH, 'full', lacks],
    ['database-only', BOTH, 'database-only', byFlag],
    // The code stays, so the target's migrations are no question; which backup fits decides.
    ['database-only', UNKNOWN, 'database-only', byFlag],
  ])('asked for %s with %j becomes %s', (asked, verdict, mode, why) => {
    expect(decideMode(asked, verdict)).toEqual({ kind: 'mode', mode, why });
  });

  it.each<[Mode | null, MigrationVerdict, Refusal]>([
    ...([null, 'full', 'code-only'] as const).map((asked): [Mode | null, MigrationVerdict, Refusal] => [
      asked,
      UNKNOWN,
      {
        code: 'cannot-tell-migrations',
        sentence: "Can't tell whether migrations ran: Django does not start.",
        next: 'The bot changes nothing on a guess. Find out on the host, or roll back by hand.',
      },
    ]),
    ...[APPLIED, BOTH].map((verdict): [Mode | null, MigrationVerdict, Refusal] => [
      'code-only',
      verdict,
      {
        code: 'code-only-unsafe',
        sentence:
          'The database has web.0003, which the target does not know. Old code would look healthy on it and lose data.',
        next: 'Leave --code-only out: the database has to be restored as well.',
      },
    ]),
    ...([null, 'code-only'] as const).map((asked): [Mode | null, MigrationVerdict, Refusal] => [
      asked,
      BEHIND,
      {
        code: 'target-ahead-of-database',
        sentence: 'The target needs web.0002, which the database does not have.',
        next: 'That is an upgrade, not a rollback: follow the upgrade runbook. If a backup fits the target, ask with --full.',
      },
    ]),
  ])('asked for %s with %j is refused', (asked, verdict, refused) => {
    expect(decideMode(asked, verdict)).toEqual({ kind: 'refused', refusal: refused });
  });

  it('restores the backup that somebody names, where the code alone would do', () => {
    expect(decideMode(null, NONE, [], true)).toEqual({
      kind: 'mode',
      mode: 'full',
      why: '--backup was asked for, although no migration makes it necessary',
    });
    expect(decideMode(null, BEHIND, [], true)).toEqual({ kind: 'mode', mode: 'full', why: lacks });
  });

  describe('with --code-only over applied migrations', () => {
    const unwanted = [applied('web.0003'), applied('web.0004')];
    const verdict: MigrationVerdict = { kind: 'applied', unwanted };
    const node = (label: string, harmless: boolean, reversible = true) => ({
      ...disk(label),
      harmless,
      reversible,
    });

    it('lets them stay when Django says that old code cannot notice any of them', () => {
      expect(decideMode('code-only', verdict, [node('web.0003', true), node('web.0004', true)])).toEqual({
        kind: 'mode',
        mode: 'code-only',
        why: "--code-only was asked for, and web.0003, web.0004 can stay, because code that does not know it won't notice it",
        staying: unwanted,
      });
    });

    it.each<[string, Parameters<typeof decideMode>[2], string]>([
      [
        'one of them is not harmless, and says whether there is another way',
        [node('web.0003', true), node('web.0004', false)],
        'Leave --code-only out: the database has to be restored as well. Django can reverse it: by hand, with manage.py migrate in the live environment. The bot does not do that.',
      ],
      [
        'one of them has no way back',
        [node('web.0003', false), node('web.0004', false, false)],
        'Leave --code-only out: the database has to be restored as well.',
      ],
      [
        'the live code does not know one of them',
        [node('web.0003', true)],
        'Leave --code-only out: the database has to be restored as well.',
      ],
      [
        'the live code cannot be read',
        { error: 'ImportError' },
        'Leave --code-only out: the database has to be restored as well.',
      ],
    ])('is refused when %s', (_, live, next) => {
      expect(decideMode('code-only', verdict, live)).toMatchObject({
        kind: 'refused',
        refusal: { code: 'code-only-unsafe', next },
      });
    });

    it('never lets them stay without being asked, or where the target needs more than is there', () => {
      const live = [node('web.0003', true), node('web.0004', true)];

      expect(decideMode(null, verdict, live)).toMatchObject({ mode: 'full' });
      expect(
        decideMode('code-only', { kind: 'behind', missing: [named('web.0002')], unwanted }, live),
      ).toMatchObject({ kind: 'refused', refusal: { code: 'code-only-unsafe' } });
    });
  });

  it('names three migrations and counts the rest', () => {
    const five = [1, 2, 3, 4, 5].map((n) => applied(`web.000${n}`));

    expect(decideMode(null, { kind: 'applied', unwanted: five })).toMatchObject({
      why: 'the database has web.0001, web.0002, web.0003 and 2 more, which the target does not know',
    });
  });
});

function databaseFacts(more: Partial<DatabaseFacts>): DatabaseFacts {
  return { ...evidence().database, ...more };
}

describe('a database that is to be restored', () => {
  it('has to be PostgreSQL 14 or later', () => {
    expect(databaseRefusal(databaseFacts({ serverVersion: '13.9 (Debian)' }))?.code).toBe(
      'database-unsupported',
    );
    expect(databaseRefusal(databaseFacts({ serverVersion: '14.0' }))).toBeNull();
  });

  it('must not hold what belongs to others, because the restore could drop it', () => {
    expect(databaseRefusal(databaseFacts({ foreignObjects: ['bi.leads (analytics)'] }))).toEqual({
      code: 'database-shared',
      sentence:
        'Other roles own parts of this database: bi.leads (analytics). A restore could drop them, or fail.',
      next: 'Move them to a database of their own, or restore by hand.',
    });
  });

  it('must not be that of another site as well, whose data a restore would replace', () => {
    expect(databaseRefusal(databaseFacts({ neighbours: ['/srv/sum/birch-bakery'] }))).toEqual({
      code: 'database-shared',
      sentence:
        'This database is also in the .env of /srv/sum/birch-bakery. A restore would replace the data there too.',
      next: 'Give each site its own database. If one is a leftover copy, move its .env away. Or restore by hand.',
    });
  });

  it('has to be readable for the safety backup, which would else fail after the stop', () => {
    const unreadable = ['public.invoice', 'crm.deal'];

    expect(databaseRefusal(databaseFacts({ unreadable }))).toEqual({
      code: 'database-shared',
      sentence:
        "The site's role sum_acme may not read all of public.invoice, crm.deal, so the safety backup would fail.",
      next: 'Give it the right and ask again, as the owner or postgres: GRANT SELECT ON public.invoice TO sum_acme;',
    });
  });

  it('needs room for the copy, the safety backup and the restored rows', () => {
    const MB = 1024 * 1024;
    const file = backup({ name: 'a.sql.gz', bytes: 10 * MB, restoredBytes: 100 * MB });

    expect(capacityRefusal(740 * MB, databaseFacts({ sizeBytes: 100 * MB }), file)).toBeNull();
    expect(capacityRefusal(739 * MB, databaseFacts({ sizeBytes: 100 * MB }), file)?.sentence).toBe(
      "The site's disk has 739 MB free. Restoring a.sql.gz needs 740 MB for its copy, a safety backup and the restored rows.",
    );
  });

  it('is not restored on a host that ends programs when a connection ends', () => {
    expect(surveyRefusal(survey({ endsProgramsAtLogout: true }), ROOT)?.sentence).toContain(
      'the switch would die halfway',
    );
  });
});
