import { describe, expect, it } from 'vitest';
import { requestRollback } from '../../../src/app/request/request-rollback.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { people } from '../../support/fakes/people.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { ALICE, BOB, CAROL, request, site, T } from '../../support/story/site.ts';

function desk(more: Partial<Parameters<typeof requestRollback>[0]> = {}) {
  const woken = wakeups();
  const store = memoryStore(clockAt(T.requested));
  const deps = { store, people: people(), wakeups: woken, placeProblem: async () => null, ...more };
  const ask = (key: string, requester = ALICE, where: Site = site()) =>
    requestRollback(deps, where, request({ requester }), key);
  return { ask, store, woken };
}

describe('asking for a rollback', () => {
  it('reserves the site and wakes a worker and Slack', async () => {
    const { ask, store, woken } = desk();

    const result = await ask('trigger-1');

    expect(result).toMatchObject({ kind: 'begun', run: { id: 'acme-kitchens-1', state: 'planning' } });
    expect(await store.activeOn('acme-kitchens@production')).toBe('acme-kitchens-1');
    expect(woken.advanced).toEqual([['acme-kitchens-1', undefined]]);
    expect(woken.shown).toEqual(['acme-kitchens-1']);
  });

  it('finds the first run again when the same delivery comes twice, also at the same moment', async () => {
    const { ask, store } = desk();

    const [first, second] = await Promise.all([ask('trigger-1'), ask('trigger-1')]);

    expect([first.kind, second.kind].sort()).toEqual(['again', 'begun']);
    expect(await store.recent(10)).toEqual(['acme-kitchens-1']);
  });

  it('is refused while the site has a run, and names it with what can be done', async () => {
    const { ask } = desk();
    await ask('trigger-1');

    expect(await ask('trigger-2', BOB)).toEqual({
      kind: 'refused',
      refusal: {
        code: 'site-busy',
        sentence: 'A rollback of Acme Kitchens is already running: acme-kitchens-1.',
        next: 'See it with /rollback status acme-kitchens-1, or end it with /rollback cancel acme-kitchens-1.',
      },
    });
  });

  it.each([
    [
      'somebody who is not on the list, with whom to ask',
      site({ requesters: [ALICE, 'S01ONCALL'] }),
      {
        code: 'requester-not-allowed',
        sentence: 'You may not ask for a rollback of Acme Kitchens.',
        next: 'Ask someone who may, or have yourself added to the requesters in the configuration.',
        mayInstead: [ALICE, 'S01ONCALL'],
      },
    ],
    [
      'everybody while the list is empty',
      site({ requesters: [] }),
      {
        code: 'requester-not-allowed',
        sentence: 'You may not ask for a rollback of Acme Kitchens.',
        next: 'Nobody may: add someone to the requesters of this site in the configuration.',
      },
    ],
    [
      'whoever is not named while Slack does not say who is in a group',
      site({ requesters: [ALICE, 'S02SILENT'] }),
      {
        code: 'identity-unknown',
        sentence: "Slack isn't saying who may do this, so the bot can't check.",
        next: 'Try again in a minute.',
      },
    ],
  ] as const)('is refused to %s, and starts nothing', async (_, where, refusal) => {
    const { ask, store, woken } = desk({ people: people({}, { S01ONCALL: [BOB], S02SILENT: null }) });

    expect(await ask('trigger-1', CAROL, where)).toEqual({ kind: 'refused', refusal });
    expect(await store.recent(10)).toEqual([]);
    expect(woken.advanced).toEqual([]);
  });

  it('is granted to someone who is named, although Slack does not say who is in a group', async () => {
    const { ask } = desk({ people: people({}, { S02SILENT: null }) });

    expect(await ask('trigger-1', CAROL, site({ requesters: [CAROL, 'S02SILENT'] }))).toMatchObject({
      kind: 'begun',
    });
  });

  it('holds the site also for a dry run: nobody has two of one site at once', async () => {
    const { store } = desk();
    const deps = { store, people: people(), wakeups: wakeups(), placeProblem: async () => null };
    const ask = (key: string) => requestRollback(deps, site(), request({ dryRun: true }), key);

    expect((await ask('trigger-1')).kind).toBe('begun');
    expect(await ask('trigger-2')).toMatchObject({ kind: 'refused', refusal: { code: 'site-busy' } });
  });

  it('asks about the channel only for someone who may ask, and reserves nothing if the plan would not be seen', async () => {
    const questions: string[] = [];
    const placeProblem = async ({ slug }: Site) => {
      questions.push(slug);
      return 'nobody would see the plan';
    };
    const { ask, store } = desk({ placeProblem });

    expect((await ask('trigger-1', 'U09NOBODY')).kind).toBe('refused');
    expect(questions).toEqual([]);
    expect(await ask('trigger-2')).toEqual({ kind: 'nowhere', problem: 'nobody would see the plan' });
    expect(questions).toEqual(['acme-kitchens']);
    expect(await store.recent(10)).toEqual([]);
  });

  it('is granted to the members of a user group on the list', async () => {
    const { ask } = desk({ people: people({}, { S01ONCALL: [CAROL] }) });

    expect(await ask('trigger-1', CAROL, site({ requesters: ['S01ONCALL'] }))).toMatchObject({
      kind: 'begun',
    });
  });

  it('is refused to a guest, whatever lists the guest is on', async () => {
    const { ask } = desk({ people: people({ [ALICE]: { guest: true } }) });

    expect(await ask('trigger-1')).toMatchObject({ refusal: { code: 'identity-guest' } });
  });
});
