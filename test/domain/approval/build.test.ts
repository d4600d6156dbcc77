import { describe, expect, it } from 'vitest';
import {
  type AskedBuild,
  buildDigest,
  isBuildOf,
  unreviewedRefusal,
} from '../../../src/domain/approval/build.ts';
import { commit, LIVE, review, UNREVIEWED } from '../../support/story/evidence.ts';
import { askedBuild, plan, RUN_ID } from '../../support/story/run.ts';
import { BOB, request } from '../../support/story/site.ts';

const ASKED = askedBuild();

const { difference } = ASKED.review;

const CHANGES: readonly (readonly [string, Partial<AskedBuild>])[] = [
  ['the run', { run: 'acme-kitchens-8' }],
  ['the site', { site: 'birch-bakery@production' }],
  ['who asks', { requester: BOB }],
  ['whether it is a dry run', { dryRun: true }],
  ['how many have to approve', { quorum: 2 }],
  ['the commit', { target: { ...UNREVIEWED, commit: LIVE } }],
  ['the subject', { target: { ...UNREVIEWED, subject: 'Release 0.5.0' } }],
  ['a tag', { target: { ...UNREVIEWED, tags: ['v0.5.0'] } }],
  ['the pin', { target: { ...UNREVIEWED, pin: 'v0.5.0' } }],
  ['the date', { target: { ...UNREVIEWED, committedAt: '2026-02-01T09:00:00+00:00' } }],
  ['what is live', { live: commit() }],
  ['the commit that was judged', { review: review({ commit: LIVE }) }],
  ['the author', { review: review({ author: 'Alice' }) }],
  ['a branch', { review: review({ branches: ['main'] }) }],
  ['how many branches', { review: review({ moreBranches: 1 }) }],
  ['the deployed branch', { review: review({ deployedBranch: null }) }],
  ['what the host says of it', { review: review({ isOnDeployed: true }) }],
  ['the difference', { review: review({ difference: { ...difference, ahead: 1 } }) }],
  ['the files that changed', { review: review({ difference: { ...difference, buildFiles: [] } }) }],
];

describe('the digest of a question about building', () => {
  it.each(CHANGES)('changes with %s', (_, more) => {
    expect(buildDigest(askedBuild(more))).not.toBe(buildDigest(ASKED));
  });

  it('is always the same for the same facts, and never that of a plan', () => {
    expect(buildDigest(askedBuild())).toBe(buildDigest(ASKED));
    expect(buildDigest(ASKED)).not.toBe(plan().digest);
  });
});

describe('a question about building', () => {
  it.each<[string, string, Partial<AskedBuild>, boolean]>([
    ['of this run and request', RUN_ID, {}, true],
    ['of another run', 'acme-kitchens-8', {}, false],
    ['of another site', RUN_ID, { site: 'birch-bakery@production' }, false],
    ['of somebody else', RUN_ID, { requester: BOB }, false],
    ['of a dry run', RUN_ID, { dryRun: true }, false],
  ])('%s', (_, id, more, is) => {
    expect(isBuildOf(askedBuild(more), id, request())).toBe(is);
  });
});

describe('whoever cannot ask anybody', () => {
  it('reads why, and how an approver is asked', () => {
    expect(unreviewedRefusal('acme-kitchens@production', ASKED)).toEqual({
      code: 'target-unreviewed',
      sentence:
        '777777777777 never ran here, and the deployed branch main has never stood there. The bot builds it only after a second person has approved that.',
      next: 'Nothing was built or started. In Slack, type /rollback acme-kitchens@production 777777777777 --dry-run: the bot then asks an approver.',
    });
  });

  it('reads that the host does not say which branch is deployed', () => {
    expect(
      unreviewedRefusal('acme-kitchens', askedBuild({ review: review({ deployedBranch: null }) })).sentence,
    ).toBe(
      '777777777777 never ran here, and the host does not say which branch the site is deployed from. The bot builds it only after a second person has approved that.',
    );
  });
});
