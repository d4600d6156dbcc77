import { describe, expect, it } from 'vitest';
import { clearedCommit, type ForBuilding, unreviewedWarning } from '../../../src/domain/version/review.ts';
import { LIVE, review, TARGET, UNREVIEWED } from '../../support/story/evidence.ts';

const { commit } = UNREVIEWED;

const NOTHING: ForBuilding = { ran: [LIVE, TARGET], review: review(), approved: null };

describe('a commit that the bot may build', () => {
  it.each<[string, Partial<ForBuilding>, boolean]>([
    ['nothing speaks for it', {}, false],
    ['the host was not asked', { review: null }, false],
    ['it ran here', { ran: [LIVE, commit] }, true],
    ['the deployed branch has stood there', { review: review({ isOnDeployed: true }) }, true],
    [
      'the host answered about another commit',
      { review: review({ commit: TARGET, isOnDeployed: true }) },
      false,
    ],
    ['people approved building it', { approved: commit }, true],
    ['people approved building another commit', { approved: TARGET }, false],
    ['people approved building it, and the host was not asked', { review: null, approved: commit }, true],
    ['only its beginning ran here', { ran: [commit.slice(0, 12)] }, false],
    ['nothing ran here', { ran: [], review: null }, false],
  ])('if %s', (_, more, may) => {
    expect(clearedCommit(commit, { ...NOTHING, ...more })).toBe(may ? commit : null);
  });
});

it('the plan of an unreviewed version says who chose the name in its title', () => {
  const of = (tags: readonly string[], pin: string | null) => unreviewedWarning({ ...UNREVIEWED, tags, pin });
  const first = 'Nobody has reviewed this version: compare its commit, 777777777777.';

  expect(of([], null)).toBe(first);
  expect(of([], 'v0.5.0')).toBe(`${first} Whoever pushed it chose the name v0.5.0.`);
  expect(of(['release-9'], 'v0.5.0')).toBe(`${first} Whoever pushed it chose the name release-9.`);
});
