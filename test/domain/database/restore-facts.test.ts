import { describe, expect, it } from 'vitest';
import {
  besideRowsShort,
  lostBesideRows,
  type RestoreFacts,
  replayRefusal,
} from '../../../src/domain/database/restore-facts.ts';
import { backup } from '../../support/story/evidence.ts';

const facts: RestoreFacts = {
  server: { me: 'sum_acme', missing_roles: [], publications: [], tablespaces: [] },
  extensions: {
    pg_trgm: null,
    postgis: 'which this server does not have',
    plperlu: 'which only a superuser may create',
    'x"; DROP TABLE y; --': 'which nobody has',
  },
  objects: ['function f', 'comment on table lead', 'view v'],
  taken: ['publication bi: table lead'],
};

describe('what a restore takes beside rows', () => {
  it('is what hangs on objects of others, and what the backup does not create', () => {
    expect(lostBesideRows(facts, ['function f', 'publication bi: table lead'])).toEqual([
      'publication bi: table lead',
      'comment on table lead',
      'view v',
    ]);
  });

  it.each<[readonly string[] | null, string]>([
    [null, 'what it has beside rows could not be read'],
    [['view a'], 'view a'],
    [['view a', 'view b', 'view c', 'view d', 'view e'], 'view a, view b, view c and 2 more'],
  ])('stands in one line: %s', (lost, line) => {
    expect(besideRowsShort(lost)).toBe(line);
  });
});

describe('a backup that this server cannot replay', () => {
  it.each<[Parameters<typeof replayRefusal>[0], string, string]>([
    [
      { ...backup(), extensions: ['pg_trgm', 'postgis'] },
      `The backup ${backup().name} needs the extension postgis, which this server does not have.`,
      `Have it created in the site's database by a superuser, e.g. as postgres: CREATE EXTENSION "postgis"; then ask again.`,
    ],
    [
      { ...backup(), extensions: ['x"; DROP TABLE y; --'] },
      `The backup ${backup().name} needs the extension x"; DROP TABLE y; --, which nobody has.`,
      "Have it created in the site's database by a superuser, then ask again.",
    ],
    [
      {
        ...backup(),
        needs: [
          { kind: 'language', name: 'plpgsql', what: 'the language plpgsql' },
          { kind: 'function', name: 'f', what: 'the function f in the language c' },
        ],
      },
      `The backup ${backup().name} creates the function f in the language c. Only a superuser of PostgreSQL may do that, so the site's role can't restore it.`,
      'Restore it by hand as postgres, or name another backup with --backup.',
    ],
  ])('is refused with what to do', (file, sentence, next) => {
    expect(replayRefusal(file, facts, [['language', 'plpgsql']])).toEqual({
      code: 'backup-not-replayable',
      sentence,
      next,
    });
  });

  it('is none if the extension is there and belongs to another role, or the site may create it', () => {
    const file = { ...backup(), extensions: ['pg_trgm', 'postgis'] };

    expect(replayRefusal(file, facts, [['extension', 'postgis']])).toBeNull();
    expect(replayRefusal(backup(), facts, [])).toBeNull();
  });
});
