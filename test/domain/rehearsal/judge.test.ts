import { describe, expect, it } from 'vitest';
import { judgeRehearsal } from '../../../src/domain/rehearsal/judge.ts';
import type { RestoredAside, StartedAside } from '../../../src/domain/rehearsal/rehearsal.ts';
import { startedAside } from '../../support/fakes/scripted-host.ts';
import { backup } from '../../support/story/evidence.ts';

const BACKUP = backup({ name: 'b.sql.gz', rows: { website_lead: 12 } });

const restored = (part: Partial<RestoredAside> = {}): RestoredAside => ({
  why: null,
  cure: null,
  failed: null,
  ms: 2_340,
  migrations: BACKUP.migrations,
  rows: { website_lead: 12 },
  ...part,
});

const page = (path: string, status: number | null, failing: readonly string[] = []) => ({
  path,
  status,
  ms: 5,
  failing,
});

const withPage = (path: string, status: number | null, failing: readonly string[] = []): StartedAside =>
  startedAside({
    pages: startedAside().pages.map((one) => (one.path === path ? page(path, status, failing) : one)),
  });

const ALONE =
  'Aside it has no network, an empty Redis of its own, and writes no file. If the site needs more than that to run, set rehearsal to false for it.';

type Case = readonly [
  what: string,
  restored: RestoredAside,
  started: StartedAside | null,
  verdict: readonly string[],
];

const CASES: readonly Case[] = [
  [
    'all went well',
    restored(),
    startedAside(),
    [
      'passed',
      'v0.5.0 ran aside on b.sql.gz: health page 200, homepage 200, login page 200; restoring it took 2.3 s, starting it 0.9 s',
    ],
  ],
  [
    'nothing had to be started',
    restored({ ms: 185_000 }),
    null,
    ['passed', 'b.sql.gz was restored aside; restoring it took 185.0 s'],
  ],
  [
    'counting took too long, which says nothing',
    restored({ migrations: null, rows: null }),
    null,
    ['passed', 'b.sql.gz was restored aside; restoring it took 2.3 s'],
  ],
  [
    'the role may make no database',
    restored({ why: 'its role may not create a database', cure: 'createdb' }),
    null,
    [
      'not-held',
      'its role may not create a database',
      "To make it possible, on the database server: sudo -u postgres psql -c 'ALTER ROLE sum_acme CREATEDB'",
    ],
  ],
  [
    'the kernel gives no namespaces',
    restored(),
    startedAside({ why: 'Operation not permitted', cure: 'namespaces', pages: [] }),
    [
      'not-held',
      'Operation not permitted',
      'To make it possible, the kernel has to let users make namespaces: user.max_user_namespaces above 0, and on Ubuntu 24.04 kernel.apparmor_restrict_unprivileged_userns=0. Whoever runs the host decides whether that is right there.',
    ],
  ],
  [
    'PostgreSQL refuses the backup',
    restored({ failed: 'PostgreSQL says: ERROR:  type "hstore" does not exist' }),
    null,
    [
      'failed',
      'The backup b.sql.gz can\'t be restored on this server. PostgreSQL says: ERROR:  type "hstore" does not exist.',
      'A rollback that restores it would fail in the same way. Mend what PostgreSQL names, or make a new backup.',
    ],
  ],
  [
    'rows are missing afterwards',
    restored({ rows: { website_lead: 11 } }),
    startedAside(),
    [
      'failed',
      'The backup b.sql.gz was restored aside, and is not what it should be: website_lead has 11 rows, and the backup has 12.',
      'Find out why, such as a trigger or a rule in the database, before a rollback restores it.',
    ],
  ],
  [
    'a migration is missing afterwards',
    restored({ migrations: BACKUP.migrations.slice(1) }),
    startedAside(),
    [
      'failed',
      'The backup b.sql.gz was restored aside, and is not what it should be: its migrations differ, first in website.0001.',
      'Find out why, such as a trigger or a rule in the database, before a rollback restores it.',
    ],
  ],
  [
    'the static files can not be collected',
    restored(),
    startedAside({ parts: [{ name: 'static', ms: 9, failed: 'KeyError: X' }], pages: [] }),
    [
      'failed',
      'v0.5.0 was tried aside on b.sql.gz, and could not collect its static files: KeyError: X.',
      ALONE,
    ],
  ],
  [
    'it does not start',
    restored(),
    startedAside({ parts: [{ name: 'start', ms: 9, failed: 'ImportError: no x' }], pages: [] }),
    ['failed', 'v0.5.0 was tried aside on b.sql.gz, and did not start: ImportError: no x.', ALONE],
  ],
  [
    'it ends without a word',
    restored(),
    startedAside({ parts: [], failed: 'it ended without a word', pages: [] }),
    ['failed', 'v0.5.0 was tried aside on b.sql.gz, and ended: it ended without a word.', ALONE],
  ],
  [
    'it is not healthy',
    restored(),
    withPage('/health/', 503, ['db', 'mail']),
    ['failed', 'v0.5.0 ran aside on b.sql.gz, and its health page answered 503 (not ok: db, mail).', ALONE],
  ],
  [
    'it has no Redis of its own, so its health says nothing',
    restored(),
    { ...withPage('/health/', 503, ['cache']), redis: false },
    [
      'not-held',
      'the site needs Redis, and this host has no redis-server of which the rehearsal could start one of its own',
      'To make it possible, install redis-server on the host. It need not run.',
    ],
  ],
  [
    'the homepage has an error',
    restored(),
    withPage('/', 500),
    ['failed', 'v0.5.0 ran aside on b.sql.gz, and its homepage answered 500.', ALONE],
  ],
  [
    'the login page gives no answer',
    restored(),
    withPage('/admin/login/', null),
    ['failed', 'v0.5.0 ran aside on b.sql.gz, and its login page gave no answer.', ALONE],
  ],
];

describe('what a rehearsal says', () => {
  it.each(CASES)('%s', (_what, aside, started, verdict) => {
    const said = judgeRehearsal(
      { version: 'v0.5.0', backup: BACKUP, role: 'sum_acme' },
      { restored: aside, started },
    );

    const words =
      said.kind === 'passed'
        ? [said.kind, said.sentence]
        : said.kind === 'failed'
          ? [said.kind, said.refusal.sentence, said.refusal.next]
          : [said.kind, said.why, said.next];
    expect(words).toEqual(verdict);
  });

  it.each([
    ['/', 302],
    ['/', 401],
    ['/admin/login/', 404],
    ['/admin/login/', 403],
  ])('takes %s %d for an answer', (path, status) => {
    const said = judgeRehearsal(
      { version: 'v0.5.0', backup: BACKUP, role: 'sum_acme' },
      { restored: restored(), started: withPage(path, status) },
    );

    expect(said.kind).toBe('passed');
  });

  it('writes no name of a role into a command that SQL would take for something else', () => {
    const said = judgeRehearsal(
      { version: 'v0.5.0', backup: BACKUP, role: `x'; DROP` },
      { restored: restored({ why: 'no', cure: 'createdb' }), started: null },
    );

    expect(said).toEqual({
      kind: 'not-held',
      why: 'no',
      next: "To make it possible, on the database server: give the site's role the right CREATEDB",
    });
  });
});
