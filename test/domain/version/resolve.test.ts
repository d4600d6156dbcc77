import { describe, expect, it } from 'vitest';
import { type CommitInfo, commitLabel, type VersionFindings } from '../../../src/domain/version/commit.ts';
import { resolveVersion } from '../../../src/domain/version/resolve.ts';
import {
  commit,
  commitOf,
  findings,
  LIVE,
  liveCommit,
  survey,
  TARGET,
} from '../../support/story/evidence.ts';
import { T } from '../../support/story/site.ts';

const A = commitOf('a');

const B = commitOf('b');

const described = (sha: string, pin: string, subject: string) =>
  commit({ commit: sha, pin, subject, tags: [], committedAt: '2026-02-10T08:00:00+01:00' });

const commits = {
  [LIVE]: liveCommit,
  [TARGET]: commit(),
  [A]: described(A, 'v0.5.0', 'Pin 0.5.0'),
  [B]: described(B, 'v0.5.0', 'Pin 0.5.0 again'),
};

function resolve(more: Partial<VersionFindings>, typed = 'v0.5.0', reflog = survey().reflog) {
  return resolveVersion(typed, findings({ commits, ...more }), reflog, (_, [first]) => first ?? null);
}

function refused(more: Partial<VersionFindings>, typed?: string) {
  const resolution = resolve(more, typed);
  return resolution.kind === 'refused' ? resolution.refusal : null;
}

describe('what a typed version means', () => {
  it.each<[string, Partial<VersionFindings>, string, string]>([
    ['a commit', { commit: A }, A, 'commit'],
    ['a commit that the tag of that name is, too', { commit: A, localTag: A }, A, 'commit'],
    ['a tag that host and origin agree on', { localTag: TARGET, originTag: TARGET }, TARGET, 'tag'],
    ['a tag that only the host has', { localTag: TARGET }, TARGET, 'tag'],
    ['a tag that only origin has', { originTag: TARGET }, TARGET, 'tag'],
    [
      'a tag before other commits with the same pin',
      { localTag: TARGET, reflogMatches: [A], branchMatches: [B] },
      TARGET,
      'tag',
    ],
    [
      'without a tag, of several commits with that pin the one that was live here last',
      { reflogMatches: [B, A], branchMatches: [TARGET] },
      B,
      'reflog',
    ],
    ['else the newest commit of the branch with that pin', { branchMatches: [A, B] }, A, 'branch'],
  ])('is %s', (_, found, expected, source) => {
    expect(resolve(found)).toMatchObject({
      kind: 'resolved',
      target: { commit: expected, source },
    });
  });

  it('takes a tag whose own pin is another one as long as nothing else is called so', () => {
    const other = { ...commits, [TARGET]: commit({ pin: 'v0.6.0' }) };

    expect(resolve({ localTag: TARGET, commits: other })).toMatchObject({ target: { commit: TARGET } });
  });

  it.each<[string, Partial<VersionFindings>]>([
    ['ran here', { reflogMatches: [A] }],
    ['is on the branch', { branchMatches: [A] }],
    ['is both', { reflogMatches: [A], branchMatches: [A] }],
  ])('asks back when the tag pins another sum-core and a commit with that pin %s', (_, more) => {
    const other = { ...commits, [TARGET]: commit({ pin: 'v0.6.0' }) };

    expect(refused({ localTag: TARGET, commits: other, ...more })).toEqual({
      code: 'version-ambiguous',
      sentence:
        'v0.5.0 means two things: a tag of this site (with sum-core v0.6.0), and the sum-core version of another commit.',
      next: `Type the commit that you mean:\n${'5'.repeat(12)} "Release 0.5.0" of 2026-02-01\n${'a'.repeat(12)} "Pin 0.5.0" of 2026-02-10`,
    });
  });

  it('asks back when a tag looks like the beginning of another commit, but not for a whole commit', () => {
    expect(refused({ commit: A, localTag: TARGET }, 'aaaaaaa')).toEqual({
      code: 'version-ambiguous',
      sentence: 'aaaaaaa means two things: a tag, and the beginning of a commit.',
      next: `Type the commit that you mean:\n${'5'.repeat(12)} "Release 0.5.0" of 2026-02-01\n${'a'.repeat(12)} "Pin 0.5.0" of 2026-02-10`,
    });
    expect(resolve({ commit: A, localTag: TARGET }, A)).toMatchObject({ target: { commit: A } });
  });

  it('is called as it was typed, whatever other tags the commit has', () => {
    const tagged = { ...commits, [TARGET]: commit({ tags: ['v0.5.0', 'release/1.2'] }) };

    expect(resolve({ localTag: TARGET, commits: tagged }, 'release/1.2')).toMatchObject({
      target: { tags: ['release/1.2', 'v0.5.0'] },
    });
    expect(resolve({ localTag: TARGET, commits: tagged }, 'Release/1.2')).toMatchObject({
      target: { tags: ['v0.5.0', 'release/1.2'] },
    });
  });

  it('asks back when several commits begin so', () => {
    expect(refused({ beginning: [A, B] }, 'abcdefa')).toEqual({
      code: 'version-ambiguous',
      sentence: '2 commits begin with abcdefa.',
      next: `Type the commit that you mean:\n${'a'.repeat(12)} "Pin 0.5.0" of 2026-02-10\n${'b'.repeat(12)} "Pin 0.5.0 again" of 2026-02-10`,
    });
  });

  it('says that a branch is none, and which commit it has', () => {
    expect(refused({ branch: A, reflogMatches: [B] }, 'main')?.code).toBe('version-unknown');
    expect(refused({ branch: A }, 'main')).toEqual({
      code: 'version-unknown',
      sentence:
        'main is a branch of this site, and a branch moves on. The bot takes a tag, a sum-core version or a commit.',
      next: `If you mean its newest commit, type that: ${'a'.repeat(12)} "Pin 0.5.0" of 2026-02-10\nDid you mean v0.4.0? Known here: v0.4.0, v0.5.0, v0.6.0.`,
    });
  });

  it('takes a tag before a branch of that name, and warns', () => {
    expect(resolve({ localTag: TARGET, branch: A })).toMatchObject({
      target: { commit: TARGET },
      warnings: [
        'There is a branch with the name of the tag v0.5.0 (55555555), at another commit. The bot takes the tag.',
      ],
    });
    expect(resolve({ localTag: TARGET, branch: TARGET })).toMatchObject({ warnings: [] });
  });

  it('takes no older commit on its own when it cannot read what a newer one pins', () => {
    const unread = [{ commit: B, why: 'requirements.txt includes base.txt, which is not there' }];

    expect(refused({ reflogMatches: [A], unread, unreadCount: 1 })).toEqual({
      code: 'version-unread',
      sentence:
        "The bot can't read which sum-core a newer commit of this site pins, and v0.5.0 could be that one. So it doesn't take the older one that it found.",
      next: `Type the commit that you mean:\n${'b'.repeat(12)} "Pin 0.5.0 again" of 2026-02-10: requirements.txt includes base.txt, which is not there\n${'a'.repeat(12)} "Pin 0.5.0" of 2026-02-10: it pins v0.5.0`,
    });
    expect(refused({ branchMatches: [A], unread, unreadCount: 7 })).toMatchObject({
      code: 'version-unread',
      sentence:
        "The bot can't read which sum-core 7 newer commits of this site pin, and v0.5.0 could be one of them. So it doesn't take the older one that it found.",
      next: expect.stringContaining('\nand 6 more\n'),
    });
    expect(resolve({ localTag: TARGET, unread, unreadCount: 1 })).toMatchObject({ kind: 'resolved' });
    expect(refused({ unread, unreadCount: 1 }, 'v0.5.9')?.next).toBe(
      `Did you mean v0.4.0? Known here: v0.4.0, v0.5.0, v0.6.0.\nThe bot can't read which sum-core these pin:\n${'b'.repeat(12)} "Pin 0.5.0 again" of 2026-02-10: requirements.txt includes base.txt, which is not there`,
    );
  });

  it('knows that v0.5.0 and 0.5.0 are the same pin', () => {
    const bare = { ...commits, [TARGET]: commit({ pin: '0.5.0' }) };

    expect(resolve({ localTag: TARGET, reflogMatches: [A], commits: bare })).toMatchObject({
      target: { commit: TARGET },
    });
  });

  it('asks back when the tag was moved', () => {
    expect(refused({ localTag: TARGET, originTag: A })).toEqual({
      code: 'version-moved',
      sentence: 'The tag v0.5.0 was moved: the host and its git origin have different commits for it.',
      next: `Type the commit that you mean:\non the host: ${'5'.repeat(12)} "Release 0.5.0" of 2026-02-01\non origin: ${'a'.repeat(12)} "Pin 0.5.0" of 2026-02-10`,
    });
  });

  it('names the nearest and what there is when nothing has that name', () => {
    expect(refused({}, 'v0.5.9')).toEqual({
      code: 'version-unknown',
      sentence: 'v0.5.9 is neither a tag, a sum-core version nor a commit of this site.',
      next: 'Did you mean v0.4.0? Known here: v0.4.0, v0.5.0, v0.6.0.',
    });
  });

  it('says that there may be more when origin is away', () => {
    expect(refused({ originReached: false, known: [] }, 'v0.5.9')?.next).toBe(
      "Known here: none. The site's git origin does not answer, so the bot can't see what is only there.",
    );
  });

  it('warns when the target is taken without having asked origin', () => {
    expect(resolve({ localTag: TARGET, originReached: false })).toMatchObject({
      warnings: [
        "The site's git origin does not answer, so the bot takes the target from what the host has.",
      ],
    });
  });

  it('is an error when the host names a commit and does not describe it', () => {
    expect(() => resolve({ commit: commitOf('9') })).toThrow(
      `the host named commit ${commitOf('9')} and did not describe it`,
    );
  });
});

describe('until when a version ran here', () => {
  it('is the moment at which the next one was checked out', () => {
    expect(resolve({ commit: TARGET })).toMatchObject({ target: { liveUntil: T.upgraded } });
  });

  it('is the last time, when it ran here twice', () => {
    const reflog = [
      { commit: LIVE, at: '2026-03-04T00:00:00Z' },
      { commit: TARGET, at: '2026-03-03T00:00:00Z' },
      { commit: LIVE, at: '2026-03-02T00:00:00Z' },
      { commit: TARGET, at: '2026-03-01T00:00:00Z' },
    ];

    expect(resolve({ commit: TARGET }, 'v0.5.0', reflog)).toMatchObject({
      target: { liveUntil: '2026-03-04T00:00:00Z' },
    });
  });

  it('is the time before, when somebody has checked it out again by hand', () => {
    const reflog = [
      { commit: TARGET, at: '2026-03-04T01:00:00Z' },
      { commit: TARGET, at: '2026-03-04T00:00:00Z' },
      { commit: LIVE, at: '2026-03-02T00:00:00Z' },
      { commit: TARGET, at: '2026-03-01T00:00:00Z' },
    ];

    expect(resolve({ commit: TARGET }, 'v0.5.0', reflog)).toMatchObject({
      target: { liveUntil: '2026-03-02T00:00:00Z' },
    });
    expect(resolve({ commit: TARGET }, 'v0.5.0', reflog.slice(0, 3))).toMatchObject({
      target: { liveUntil: null },
    });
  });

  it('is unknown for a version that never ran here', () => {
    expect(resolve({ branchMatches: [A] })).toMatchObject({ target: { liveUntil: null } });
  });
});

describe('what is said about a version that was found', () => {
  const told = (more: Partial<VersionFindings>, info: Partial<CommitInfo> = {}) => {
    const resolution = resolve({ commits: { [TARGET]: { ...commit(), ...info } }, ...more });
    return resolution.kind === 'resolved' ? resolution.warnings : [];
  };
  const here = { localTag: TARGET, originTag: TARGET };

  it('is nothing for a release that the host has', () => {
    expect(told(here)).toEqual([]);
    expect(told(here, { tags: ['v0.6.0', 'v0.6.0-rc1'] })).toEqual([]);
    expect(told(here, { tags: ['release-b'] })).toEqual([]);
  });

  it.each(['v0.6.0-rc1', 'v0.7.1-dev', '1.0b2', 'v2.0.0.beta'])('is that %s is a pre-release', (tag) => {
    expect(told(here, { tags: [tag] })).toEqual([`${tag} (55555555) is a pre-release.`]);
  });

  it('is that sum-core itself is a pre-release where the site has no tags', () => {
    expect(told({ reflogMatches: [TARGET] }, { tags: [], pin: 'v0.6.0-rc1' })).toEqual([
      'v0.6.0-rc1 (55555555) is a pre-release.',
    ]);
  });

  it('is that only origin has the tag', () => {
    expect(told({ originTag: TARGET })).toEqual([
      "The tag of v0.5.0 (55555555) is only on origin: the host's own repository does not have it yet.",
    ]);
  });
});

describe('the label of a commit', () => {
  it.each([
    [commit(), 'v0.5.0 (55555555)'],
    [commit({ tags: [], pin: 'v0.5.1' }), 'v0.5.1 (55555555)'],
    [commit({ tags: [], pin: null }), '55555555'],
  ])('is its tag, else its pin, with the beginning of its hash', (info, label) => {
    expect(commitLabel(info)).toBe(label);
  });
});
