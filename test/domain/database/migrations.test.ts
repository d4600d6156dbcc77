import { describe, expect, it } from 'vitest';
import {
  legacyRows,
  legacyWarning,
  type MigrationFindings,
  type MigrationVerdict,
  migrationVerdict,
  verdictText,
  without,
} from '../../../src/domain/database/migrations.ts';
import { applied, disk, named } from '../../support/story/evidence.ts';

const [one, two, three] = [applied('web.0001'), applied('web.0002'), applied('web.0003')];

const CODE = [disk('web.0001'), disk('web.0002')];

const NEWER = [...CODE, disk('web.0003')];

const SQUASH = disk('web.0001_squashed', 'web.0001', 'web.0002');

const squashRow = applied('web.0001_squashed');

describe('the migration verdict', () => {
  it.each<[string, MigrationFindings, MigrationVerdict]>([
    [
      'is "none" when the database is exactly what the target expects',
      { applied: [one, two], target: CODE, live: NEWER },
      { kind: 'none' },
    ],
    [
      'is "applied" with the rows that the target does not know',
      { applied: [one, two, three], target: CODE, live: NEWER },
      { kind: 'applied', unwanted: [three] },
    ],
    [
      'is "applied" for a migration of a package that only the live environment has',
      { applied: [one, two, applied('forms.0001')], target: CODE, live: [...CODE, disk('forms.0001')] },
      { kind: 'applied', unwanted: [applied('forms.0001')] },
    ],
    [
      'is "behind" with the migrations that the database lacks',
      { applied: [one], target: CODE, live: [disk('web.0001')] },
      { kind: 'behind', missing: [named('web.0002')], unwanted: [] },
    ],
    [
      'is "behind" with both sides when the database lacks some and has others',
      { applied: [one, three], target: CODE, live: NEWER },
      { kind: 'behind', missing: [named('web.0002')], unwanted: [three] },
    ],
    [
      'cannot tell when the target cannot be read, whatever the database has',
      { applied: [one, two], target: { error: 'KeyError: SECRET_KEY' }, live: CODE },
      { kind: 'cannot-tell', why: "the target's migrations can't be read: KeyError: SECRET_KEY" },
    ],
    [
      'cannot tell when a row is explained by neither the live code nor the target',
      { applied: [one, two, applied('gone.0001')], target: CODE, live: NEWER },
      {
        kind: 'cannot-tell',
        why: 'the database has gone.0001, which neither the live code nor the target knows, and nothing says that the target ran here after that (2026-01-01 00:00 UTC). The bot can judge a version that did',
      },
    ],
    [
      'counts a row that it cannot explain as unwanted while the live code is unreadable',
      { applied: [one, two, three], target: CODE, live: { error: 'ImportError' } },
      { kind: 'applied', unwanted: [three] },
    ],
    [
      'needs no live code to say that the database is what the target expects',
      { applied: [one, two], target: CODE, live: { error: 'ImportError' } },
      { kind: 'none' },
    ],
  ])('%s', (_, findings, verdict) => {
    expect(migrationVerdict(findings)).toEqual(verdict);
  });
});

describe('squashed migrations', () => {
  it.each<[string, MigrationFindings, MigrationVerdict]>([
    [
      "the target's squash is there when everything that it replaces was applied",
      { applied: [one, two], target: [SQUASH], live: NEWER },
      { kind: 'none' },
    ],
    [
      "the target's squash is missing when only a part of what it replaces was applied",
      { applied: [one], target: [SQUASH], live: [disk('web.0001')] },
      { kind: 'behind', missing: [named('web.0001_squashed')], unwanted: [] },
    ],
    [
      'the replaced ones are not missing when the squash itself was applied',
      { applied: [squashRow], target: [...CODE, SQUASH], live: [SQUASH] },
      { kind: 'none' },
    ],
    [
      "the live code's squash is no reason to restore when the target knows its parts one by one",
      { applied: [one, two, squashRow], target: CODE, live: [SQUASH] },
      { kind: 'none' },
    ],
    [
      "the live code's squash is unwanted when it holds a part that the target does not know",
      {
        applied: [one, two, three, applied('web.0001_all')],
        target: CODE,
        live: [disk('web.0001_all', 'web.0001', 'web.0002', 'web.0003')],
      },
      { kind: 'applied', unwanted: [three, applied('web.0001_all')] },
    ],
    [
      "the live code's squash alone does not stand for parts whose rows are gone",
      { applied: [squashRow], target: CODE, live: [SQUASH] },
      {
        kind: 'behind',
        missing: [named('web.0001'), named('web.0002')],
        unwanted: [squashRow],
      },
    ],
  ])('%s', (_, findings, verdict) => {
    expect(migrationVerdict(findings)).toEqual(verdict);
  });
});

describe('the text of a verdict in the digest', () => {
  it.each<[MigrationVerdict, string]>([
    [{ kind: 'none' }, 'none'],
    [{ kind: 'applied', unwanted: [three, two] }, 'applied web.0002,web.0003'],
    [{ kind: 'behind', missing: [named('web.0002')], unwanted: [] }, 'behind web.0002'],
    [{ kind: 'behind', missing: [named('web.0002')], unwanted: [three] }, 'behind web.0002 applied web.0003'],
    [{ kind: 'cannot-tell', why: 'whatever' }, 'cannot-tell'],
  ])('is the same for the same verdict: %j', (verdict, text) => {
    expect(verdictText(verdict)).toBe(text);
  });
});

describe('rows that no code knows any more', () => {
  const UNTIL = '2026-03-01T02:00:00Z';
  const old = applied('blog.0001', '2024-03-01T00:00:00Z');
  const ran = { until: UNTIL, lasted: false };
  const lasted = { ...ran, lasted: true };
  const rows = [one, two, three, old];
  const gone = applied('web.0000_gone', '2024-03-01T00:00:00Z');
  const UNREADABLE = { error: 'ImportError' };

  it.each<[string, MigrationFindings, Parameters<typeof legacyRows>[1], readonly string[]]>([
    [
      'are those from before the target ran',
      { applied: rows, target: CODE, live: NEWER },
      ran,
      ['blog.0001'],
    ],
    [
      'may be of an app that is still there',
      { applied: [gone], target: CODE, live: NEWER },
      ran,
      ['web.0000_gone'],
    ],
    [
      'are unknown if nothing says when the target ran',
      { applied: rows, target: CODE, live: NEWER },
      null,
      [],
    ],
    ['are none that the live code knows', { applied: [three], target: CODE, live: NEWER }, ran, []],
    ['are none that the target knows', { applied: [one, two], target: CODE, live: NEWER }, ran, []],
    ['are none that a squash stands for', { applied: [one, two], target: [SQUASH], live: [SQUASH] }, ran, []],
    [
      'are those that a squash replaced, once its list is gone from the code',
      {
        applied: [one, two, squashRow],
        target: [disk('web.0001_squashed')],
        live: [disk('web.0001_squashed')],
      },
      ran,
      ['web.0001', 'web.0002'],
    ],
    [
      'are none of the very second in which the target was replaced',
      { applied: [applied('blog.0001', UNTIL)], target: CODE, live: NEWER },
      ran,
      [],
    ],
    [
      'are judged in any time zone',
      { applied: [old], target: CODE, live: NEWER },
      { until: '2024-03-01T01:30:00+02:00', lasted: false },
      [],
    ],
    [
      'are unknown if the target cannot be read',
      { applied: rows, target: UNREADABLE, live: NEWER },
      lasted,
      [],
    ],
    [
      'are unknown if the live code cannot be read',
      { applied: rows, target: CODE, live: UNREADABLE },
      ran,
      [],
    ],
    [
      'are those of an app that is gone, if the target ran for a day and the live code cannot be read',
      { applied: [...rows, gone], target: CODE, live: UNREADABLE },
      lasted,
      ['blog.0001'],
    ],
  ])('%s', (_, findings, ranHere, labels) => {
    expect(legacyRows(findings, ranHere).map(({ app, name }) => `${app}.${name}`)).toEqual(labels);
  });

  it('leave the verdict to all others, and are named in one line', () => {
    expect(migrationVerdict({ applied: without(rows, [old]), target: CODE, live: NEWER })).toEqual({
      kind: 'applied',
      unwanted: [three],
    });
    expect(legacyWarning([old], 'v0.5.0 (55555555)')).toEqual([
      'The database has blog.0001, which no code here knows any more. It was applied before v0.5.0 (55555555) last ran here, so it counts for nothing.',
    ]);
    expect(legacyWarning([old, one, two, three], 'v0.5.0')).toEqual([
      'The database has blog.0001, web.0001, web.0002 and 1 more, which no code here knows any more. They were applied before v0.5.0 last ran here, so they count for nothing.',
    ]);
    expect(legacyWarning([], 'v0.5.0')).toEqual([]);
  });
});
