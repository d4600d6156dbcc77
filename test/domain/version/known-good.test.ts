import { describe, expect, it } from 'vitest';
import type { ReflogEntry } from '../../../src/domain/version/commit.ts';
import { knownGood, type PastRollback } from '../../../src/domain/version/known-good.ts';
import { commitOf } from '../../support/story/evidence.ts';

const [OLD, GOOD, BAD, LIVE] = [commitOf('1'), commitOf('2'), commitOf('3'), commitOf('4')];

/** Newest first; each ran until the one above it came. */
const reflog = (...entries: readonly (readonly [commit: string, at: string])[]): readonly ReflogEntry[] =>
  entries.map(([commit, at]) => ({ commit, at: `2026-03-${at}Z` }));

const UPGRADES = reflog([LIVE, '20T10:00:00'], [GOOD, '10T10:00:00'], [OLD, '01T10:00:00']);

describe('the version that a site would go back to', () => {
  it.each<[string, readonly ReflogEntry[], readonly PastRollback[], readonly string[]]>([
    ['is what ran before', UPGRADES, [], [GOOD, OLD]],
    ['is not what the bot rolled back from', UPGRADES, [{ from: GOOD, to: OLD }], [OLD]],
    [
      'is what the bot verified, although it left it earlier',
      UPGRADES,
      [
        { from: BAD, to: GOOD },
        { from: GOOD, to: OLD },
      ],
      [GOOD, OLD],
    ],
    [
      'is not what the bot verified and then rolled back from',
      UPGRADES,
      [
        { from: GOOD, to: OLD },
        { from: BAD, to: GOOD },
      ],
      [OLD],
    ],
    [
      'is never what is live, however often it was checked out',
      reflog([LIVE, '20T10:00:00'], [BAD, '19T10:00:00'], [LIVE, '10T10:00:00'], [OLD, '01T10:00:00']),
      [{ from: BAD, to: LIVE }],
      [OLD],
    ],
    [
      'is not what a deploy only passed through',
      reflog([LIVE, '20T10:00:00'], [BAD, '20T09:59:40'], [GOOD, '10T10:00:00']),
      [],
      [GOOD],
    ],
    [
      'may be what a wrong clock lets end before it began',
      reflog([LIVE, '20T10:00:00'], [GOOD, '21T10:00:00']),
      [],
      [GOOD],
    ],
    ['is known from the record where the reflog is gone', [], [{ from: BAD, to: GOOD }], [GOOD]],
    ['is none after a first deploy', reflog([LIVE, '20T10:00:00']), [], []],
  ])('%s', (_, entries, past, expected) => {
    expect(knownGood(LIVE, entries, past)).toEqual(expected);
  });
});
