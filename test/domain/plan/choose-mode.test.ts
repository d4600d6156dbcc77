import { describe, expect, it } from 'vitest';
import type { MigrationVerdict } from '../../../src/domain/database/migrations.ts';
import { decideMode } from '../../../src/domain/plan/choose-mode.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { applied, disk, named } from '../../support/story/evidence.ts';

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
