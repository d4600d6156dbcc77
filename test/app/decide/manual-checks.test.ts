import { describe, expect, it } from 'vitest';
import { confirmManualChecks } from '../../../src/app/decide/manual-checks.ts';
import { manualChecksOf } from '../../../src/domain/after/manual-checks.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { said } from '../../support/story/click-words.ts';
import { eventsTo, RUN_ID, runIn } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';

function desk(state: RunState = 'succeeded') {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const woken = wakeups();
  store.put(runIn(state), eventsTo(state));
  const deps = { store, people: people(), wakeups: woken, inventory: inventory(site()), signer, clock };
  const click = (user: string, shown: readonly string[], selected: readonly string[]) =>
    confirmManualChecks(deps, { run: RUN_ID, user, shown, selected });
  const ticks = async () => {
    const run = await store.read(RUN_ID);
    return run === null
      ? []
      : manualChecksOf(run).flatMap(({ id, confirmed }) => (confirmed ? [`${id} ${confirmed.by}`] : []));
  };
  return {
    click,
    ticks,
    store,
    woken,
    events: () => store.types(RUN_ID).filter((type) => type === 'ticked'),
  };
}

describe('a tick', () => {
  it('is stored with who and when, and shown', async () => {
    const { click, ticks, store, woken } = desk();

    expect(await click(BOB, [], ['login'])).toEqual([
      { kind: 'done', sentence: 'You confirmed "Log in to the admin" of acme-kitchens-7.' },
    ]);
    expect(await ticks()).toEqual([`login ${BOB}`]);
    expect((await store.read(RUN_ID))?.confirmations.login).toEqual({ by: BOB, at: T.decided });
    expect((await store.read(RUN_ID))?.state).toBe('succeeded');
    expect(woken.shown).toEqual([RUN_ID]);
  });

  it('can be taken back, by somebody else as well', async () => {
    const { click, ticks, events } = desk();
    await click(BOB, [], ['login']);

    expect(await click(ALICE, ['login'], [])).toEqual([
      { kind: 'done', sentence: 'You took back "Log in to the admin" of acme-kitchens-7.' },
    ]);
    expect(await ticks()).toEqual([]);
    expect(events()).toHaveLength(2);
  });

  it('takes nothing away that somebody else has ticked meanwhile', async () => {
    const { click, ticks } = desk();
    await click(BOB, [], ['login']);

    await click(ALICE, [], ['phone']);

    expect(await ticks()).toEqual([`login ${BOB}`, `phone ${ALICE}`]);
  });

  it('of two people at the same moment is stored once, and both hear how it is', async () => {
    const { click, ticks, events } = desk();

    const both = (await Promise.all([click(BOB, [], ['phone']), click(ALICE, [], ['phone'])])).flat();

    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['done', 'late']);
    expect(both.map(said).find(({ kind }) => kind === 'late')).toMatchObject({
      sentence: expect.stringMatching(/^"Look at the homepage on your phone" was already confirmed by <@U0/),
    });
    expect(await ticks()).toHaveLength(1);
    expect(events()).toHaveLength(1);
  });

  it('is not stored for people who have no part in the site, and says so', async () => {
    const { click, ticks } = desk();

    expect(await click(CAROL, [], ['login'])).toMatchObject([
      {
        kind: 'refused',
        refusal: {
          code: 'requester-not-allowed',
          sentence: 'You may not confirm the checks of acme-kitchens-7. Nothing was saved.',
        },
      },
    ]);
    expect(await ticks()).toEqual([]);
  });

  it.each(['verifying', 'needs-decision', 'failed'] as const)(
    'is not there while a run is %s',
    async (state) => {
      const { click, events } = desk(state);

      expect(await click(BOB, [], ['login'])).toMatchObject([
        { kind: 'refused', refusal: { sentence: 'acme-kitchens-7 no longer has this check.' } },
      ]);
      expect(events()).toEqual([]);
    },
  );

  it('of a box that no run has is refused, and no change at all is answered', async () => {
    const { click, events } = desk();

    expect(await click(BOB, [], ['__proto__'])).toMatchObject([{ kind: 'refused' }]);
    expect(await click(BOB, ['login'], ['login'])).toEqual([
      { kind: 'late', sentence: 'Nothing was changed.' },
    ]);
    expect(events()).toEqual([]);
  });
});
