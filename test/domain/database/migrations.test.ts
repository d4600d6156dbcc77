import { describe, expect, it } from 'vitest';
import {
  type MigrationFindings,
  type MigrationVerdict,
  migrationVerdict,
  verdictText,
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
        why: 'the database has gone.0001, which neither the live code nor the target knows',
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
