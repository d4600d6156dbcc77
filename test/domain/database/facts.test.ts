import { describe, expect, it } from 'vitest';
import { capacityRefusal, type DatabaseFacts, databaseRefusal } from '../../../src/domain/database/facts.ts';
import { surveyRefusal } from '../../../src/domain/host/survey-rules.ts';
import { backup, evidence, survey } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';

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

  it.each([
    [['public.invoice; DROP TABLE x'], 'sum_acme'],
    [['public."Invoice"'], 'sum_acme'],
    [['invoice'], 'sum_acme'],
    [['public.invoice'], 'sum-acme'],
  ])('gets no statement with a name that SQL would read in another way: %j of %s', (unreadable, role) => {
    expect(databaseRefusal(databaseFacts({ unreadable, role }))?.next).toBe(
      'Give it the right to read them and ask again, as the owner or postgres.',
    );
  });

  it('has to be asked without a pooler, which lends sessions to others', () => {
    const pooler = { name: 'PgBouncer', address: '10.0.0.7', port: 5432 };

    expect(databaseRefusal(databaseFacts({ pooler: null }))).toBeNull();
    expect(databaseRefusal(databaseFacts({ port: 6432, pooler }))).toEqual({
      code: 'database-unsupported',
      sentence:
        'DJANGO_DB_HOST and DJANGO_DB_PORT in .env (127.0.0.1:6432) lead to PgBouncer and not to PostgreSQL itself. A restore needs the server itself. To roll back only the code, you can stay with the pooler.',
      next: 'In .env, name the server while the rollback runs: DJANGO_DB_HOST=10.0.0.7 and DJANGO_DB_PORT=5432, as the server says. Then ask again. Afterwards, put the old values back and restart the site. If only the code has to go back: --code-only.',
    });
    expect(
      databaseRefusal(databaseFacts({ pooler: { ...pooler, name: null, address: null } }))?.next,
    ).toContain("the server's own socket or address, and DJANGO_DB_PORT=5432, as the server says.");
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
    expect(surveyRefusal(survey({ endsProgramsAtLogout: true }), site())?.sentence).toContain(
      'the switch would die halfway',
    );
  });
});
