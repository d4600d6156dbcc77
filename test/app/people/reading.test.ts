import { describe, expect, it } from 'vitest';
import { permission } from '../../../src/app/people/permission.ts';
import { mayNotRead, readableRuns, readingOf } from '../../../src/app/people/reading.ts';
import type { People } from '../../../src/app/ports/people.ts';
import type { Identity } from '../../../src/domain/approval/identity.ts';
import { type Site, siteKey } from '../../../src/domain/site/site.ts';
import { people } from '../../support/fakes/people.ts';
import { runIn } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site } from '../../support/story/site.ts';

const OPEN = site();
const OWN = site({
  slug: 'birch-bakery',
  name: 'Birch Bakery',
  requesters: [ALICE],
  approvers: ['S01'],
  readers: [],
});
const STAGING = site({ slug: 'birch-bakery', environment: 'staging', readers: ['S02'] });

/** People who also say what was asked of them. */
function asked(of: People) {
  const questions: string[] = [];
  const watched: People = {
    ourTeam: of.ourTeam,
    identity: (id) => {
      questions.push(id);
      return of.identity(id);
    },
    groupMembers: (id) => {
      questions.push(id);
      return of.groupMembers(id);
    },
  };
  return { watched, questions };
}

async function keysFor(of: People, user: string, sites: readonly Site[]) {
  const reading = await readingOf(of, user, sites);
  return 'code' in reading ? reading.code : reading.sites.map(siteKey);
}

describe('who may read about which sites', () => {
  const groups = { S01: [BOB], S02: [CAROL] };

  it.each<[string, string, readonly string[]]>([
    ['a requester', ALICE, ['acme-kitchens@production', 'birch-bakery@production', 'birch-bakery@staging']],
    [
      'an approver by a group',
      BOB,
      ['acme-kitchens@production', 'birch-bakery@production', 'birch-bakery@staging'],
    ],
    ['a reader by a group', CAROL, ['acme-kitchens@production', 'birch-bakery@staging']],
    ['any other member', 'U09MEMBER', ['acme-kitchens@production']],
  ])('%s', async (_, user, keys) => {
    expect(await keysFor(people({}, groups), user, [OPEN, OWN, STAGING])).toEqual(keys);
  });

  it.each<[Partial<Identity> | null, string]>([
    [{ deleted: true }, 'identity-deleted'],
    [{ bot: true }, 'identity-bot'],
    [{ guest: true }, 'identity-guest'],
    [{ stranger: true }, 'identity-stranger'],
    [{ teamId: 'T99' }, 'identity-stranger'],
    [null, 'identity-unknown'],
  ])('nobody who is %j, whatever lists they are on', async (identity, code) => {
    const all = site({ readers: [ALICE], requesters: [ALICE], escalation: [ALICE] });

    expect(await keysFor(people({ [ALICE]: identity }, groups), ALICE, [all, OPEN])).toBe(code);
  });

  it.each(['requesters', 'approvers', 'operators', 'escalation', 'readers'] as const)(
    'everyone who is named in %s',
    async (list) => {
      const one = site({
        requesters: [],
        approvers: [],
        operators: [],
        escalation: [],
        readers: [],
        [list]: [CAROL],
      });

      expect(await keysFor(people(), CAROL, [one])).toEqual(['acme-kitchens@production']);
      expect(await keysFor(people(), BOB, [one])).toBe('requester-not-allowed');
    },
  );

  it('leaves out what Slack cannot say, and refuses if nothing else is left', async () => {
    const silent = people({}, { S01: null, S02: [CAROL] });

    expect(await keysFor(silent, CAROL, [OPEN, OWN, STAGING])).toEqual([
      'acme-kitchens@production',
      'birch-bakery@staging',
    ]);
    expect(await keysFor(silent, CAROL, [OWN])).toBe('identity-unknown');
  });

  it('asks once who it is, and once for each group that matters', async () => {
    const { watched, questions } = asked(people({}, groups));
    await readingOf(watched, CAROL, [OPEN, OWN, STAGING, OWN, STAGING]);
    expect(questions).toEqual([CAROL, 'S01', 'S02']);

    const open = asked(people());
    await readingOf(
      open.watched,
      CAROL,
      Array.from({ length: 300 }, (_, n) => site({ slug: `site-${n}` })),
    );
    expect(open.questions).toEqual([CAROL]);
  });

  it('asks nothing where the configuration alone says no', async () => {
    const { watched, questions } = asked(people());
    const closed = site({ readers: [BOB] });

    expect(await keysFor(watched, CAROL, [closed, closed])).toBe('requester-not-allowed');
    expect(questions).toEqual([]);
  });
});

describe('permission', () => {
  const doing = { may: 'do it', key: 'operators' };

  it.each<[string, readonly string[], readonly string[], boolean]>([
    ['on no list', [], [], false],
    ['on a list without groups', [BOB], [], false],
    ['named', [CAROL, 'S01'], [CAROL], true],
    ['perhaps in a group', ['S01', 'S02'], [CAROL, 'S01', 'S02'], true],
  ])('of someone who is %s asks only what it has to', async (_, list, questions, may) => {
    const { watched, questions: put } = asked(people({}, { S01: [], S02: [CAROL] }));

    expect((await permission(watched, CAROL, list, doing)) === null).toBe(may);
    expect(put).toEqual(questions);
  });

  it('is given if one group has the person, although Slack cannot say who is in another', async () => {
    expect(
      await permission(people({}, { S01: null, S02: [CAROL] }), CAROL, ['S01', 'S02'], doing),
    ).toBeNull();
  });
});

it('says who may read about a site', () => {
  expect(mayNotRead(OWN)).toEqual({
    code: 'requester-not-allowed',
    sentence: 'You may not read about the rollbacks of Birch Bakery.',
    next: 'Ask someone who may, or have yourself added to the readers in the configuration.',
    mayInstead: [ALICE, 'S01'],
  });
});

describe('the runs of these sites', () => {
  const some = readableRuns({ sites: [OWN], everything: false });
  const run = runIn('planning');
  const of = (key: string) => ({
    kind: 'run' as const,
    run: { ...run, request: { ...run.request, site: key } },
  });

  it('are known by their site', () => {
    expect(some.is(of('birch-bakery@production'))).toBe(true);
    expect(some.is(of('birch-bakery@staging'))).toBe(false);
    expect(some.is(of('gone@production'))).toBe(false);
    expect(readableRuns({ sites: [OWN], everything: true }).is(of('gone@production'))).toBe(true);
  });

  it.each([
    ['birch-bakery-12', true],
    ['birch-bakery-two-12', false],
    ['birch-12', false],
    ['acme-kitchens-1', false],
  ])('%s may be one of them by its id alone: %s', (id, may) => {
    expect(some.mayBe(id)).toBe(may);
    expect(some.is({ kind: 'unreadable', id, why: 'damaged' })).toBe(may);
  });
});
