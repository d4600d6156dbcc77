import { describe, expect, it } from 'vitest';
import {
  alsoQuarantined,
  liftedBy,
  namesInQuarantine,
  namesLeft,
  quarantinedLabel,
  quarantineLine,
  quarantineSentence,
  quarantinesOf,
} from '../../../src/domain/after/quarantine.ts';
import type { QuarantineEntry } from '../../../src/domain/host/survey.ts';
import type { Quarantined } from '../../../src/domain/plan/plan.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import { commit, LIVE, liveCommit, TARGET } from '../../support/story/evidence.ts';
import { eventsTo, plan, RUN_ID, runOf } from '../../support/story/run.ts';
import { ALICE, BOB, request, T } from '../../support/story/site.ts';

const CLOSED = { type: 'follow-ups-closed', by: ALICE, reason: 'never again' } as const;

const left = runOf(eventsTo('succeeded'), request({ reason: 'the contact\nform is down' }), T.decided);

const closed = runOf([...eventsTo('succeeded'), CLOSED]);

const file = (more: Partial<QuarantineEntry> = {}): QuarantineEntry => ({
  name: 'v0.6.0',
  run: RUN_ID,
  since: T.decided,
  why: 'left v0.6.0 (66666666) for v0.5.0 (55555555)',
  ...more,
});

it.each([
  [ALICE, [], 'v0.6.0'],
  [BOB, [], null],
  ['W09ALICEADM', [], null],
  ['W09ALICEADM', [[ALICE, 'W09ALICEADM']], 'v0.6.0'],
  [BOB, [[ALICE, 'W09ALICEADM']], null],
])('a quarantine that Alice lifted was lifted by %s with accounts %j: %s', (person, accounts, expected) => {
  expect(liftedBy(person, liveCommit, [closed, left], accounts)).toBe(expected);
});

describe('the names of the version that is left', () => {
  it.each<[string, Parameters<typeof namesLeft>, readonly string[]]>([
    ['commit and tag', [liveCommit, commit(), false], [LIVE, 'v0.6.0']],
    [
      'all tags and the pin',
      [{ ...liveCommit, tags: ['2026-03', 'release'], pin: 'v0.6.0' }, commit(), false],
      [LIVE, '2026-03', 'release', 'v0.6.0'],
    ],
    [
      'not the pin that the target has too',
      [{ ...liveCommit, tags: [], pin: 'v0.5.0' }, commit({ tags: [] }), false],
      [LIVE],
    ],
    [
      'not the pin that another commit here had before',
      [{ ...liveCommit, tags: ['2026-03'] }, commit(), true],
      [LIVE, '2026-03'],
    ],
    ['not a pin that is a branch', [{ ...liveCommit, tags: [], pin: 'main' }, commit(), false], [LIVE]],
    [
      'not a name that cannot be a file of its own',
      [{ ...liveCommit, tags: ['theme/v1', '..', '.hidden', 'a b', '-rf'], pin: null }, commit(), false],
      [LIVE],
    ],
    ['none where the code stays', [liveCommit, null, false], []],
    ['none where the target is checked out already', [commit(), commit(), false], []],
  ])('are %s', (_, facts, names) => {
    expect(namesLeft(...facts)).toEqual(names);
  });

  it('are shown by the one that people know', () => {
    expect(quarantinedLabel([LIVE, 'v0.6.0'])).toBe('v0.6.0');
    expect(quarantinedLabel([LIVE])).toBe('66666666');
    expect(quarantinedLabel([])).toBe('');
  });
});

it('the line on the host is one line, whatever people wrote', () => {
  expect(quarantineLine(left)).toBe(
    `${RUN_ID}\t${T.decided}\tleft v0.6.0 (66666666) for v0.5.0 (55555555): the contact form is down`,
  );
  const long = runOf(eventsTo('succeeded'), request({ reason: 'x\t'.repeat(500) }));
  expect(quarantineLine(long).split('\t')).toHaveLength(3);
  expect(quarantineLine(long).length).toBeLessThan(300);
  expect(() => quarantineLine(runOf(eventsTo('switching')))).toThrow(`run ${RUN_ID} has left no version`);
});

describe('whether a version is quarantined', () => {
  const asked = { ...liveCommit };

  it('is known from the record, with what is open', () => {
    expect(quarantinesOf(asked, [], [left])).toMatchObject([
      { name: 'v0.6.0', run: RUN_ID, since: T.decided, owed: { length: 4 } },
    ]);
  });

  it('is known from the host where the record is lost, once for each run', () => {
    expect(quarantinesOf(asked, [file({ name: LIVE }), file()], [])).toEqual([
      { name: 'v0.6.0', run: RUN_ID, since: T.decided, why: file().why, owed: null },
    ]);
  });

  it('is said once where both know it', () => {
    expect(quarantinesOf(asked, [file(), file({ name: LIVE })], [left])).toHaveLength(1);
  });

  it('is not so any more once the follow-ups are closed, although the file is still there', () => {
    expect(quarantinesOf(asked, [file()], [closed])).toEqual([]);
  });

  it('is also what a person has placed', () => {
    const placed = file({ run: null, since: null, why: 'breaks the booking form' });

    expect(quarantinesOf(asked, [placed], [])).toMatchObject([{ run: null, why: 'breaks the booking form' }]);
  });

  it('is known by the pin where there is no tag', () => {
    const other = commit({ commit: 'a'.repeat(40), tags: [], pin: 'v0.6.0' });

    expect(quarantinesOf(other, [], [left])).toMatchObject([{ name: 'v0.6.0' }]);
  });

  it('is not so for another version, nor after a restore of the database alone', () => {
    expect(quarantinesOf(commit(), [file()], [left])).toEqual([]);
    expect(TARGET).toBe(commit().commit);
    expect(quarantinesOf(asked, [], [runOf(eventsTo('succeeded', plan('database-only')))])).toEqual([]);
  });

  it('marks names in lists, by host and record', () => {
    expect(namesInQuarantine([file({ name: 'v0.7.0' })], [left, closed])).toEqual(
      new Set(['v0.7.0', LIVE, 'v0.6.0']),
    );
  });
});

describe('the warning', () => {
  const writing = {
    person: (id: string) => `@${id}`,
    moment: (iso: string) => iso,
    words: (text: string) => text,
  };
  const [known] = quarantinesOf(liveCommit, [], [left]);
  const base = known ?? { name: '', run: null, since: null, why: null, owed: null };

  it.each<[Partial<Quarantined>, string]>([
    [
      {
        owed: [
          { item: 'cause', owner: ALICE },
          { item: 'upgrade', owner: null },
        ],
      },
      `v0.6.0 has been quarantined for this site since ${T.decided}: acme-kitchens-7 rolled back from it. Still open: Root cause (@${ALICE}), Re-upgrade planned (nobody has it).`,
    ],
    [
      { owed: null, why: 'left v0.6.0 for v0.5.0' },
      `v0.6.0 has been quarantined for this site since ${T.decided}: acme-kitchens-7 rolled back from it. The file on the host says: left v0.6.0 for v0.5.0. The bot has no record of this run.`,
    ],
    [
      { owed: null, run: null, since: null, why: '' },
      'v0.6.0 is quarantined for this site. Someone placed its file on the host by hand.',
    ],
  ])('%#', (more, sentence) => {
    expect(quarantineSentence({ ...base, ...more }, writing)).toBe(sentence);
  });
});

it('a refusal of the upgrade that was rolled back says so', () => {
  const refused = refusal('target-ahead-of-database', 'The target needs website.0003.', 'Leave it.');
  const [known] = quarantinesOf(liveCommit, [], [left]);
  const byHand = quarantinesOf(liveCommit, [file({ run: null })], []);

  expect(alsoQuarantined(refused, known ? [known] : []).sentence).toBe(
    'The target needs website.0003. v0.6.0 is quarantined for this site: acme-kitchens-7 rolled back from it, and its follow-ups are still open.',
  );
  expect(alsoQuarantined(refused, byHand).sentence).toContain(
    'someone placed a quarantine file on its host.',
  );
  expect(alsoQuarantined(refused)).toBe(refused);
});
