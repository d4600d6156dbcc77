import { describe, expect, it } from 'vitest';
import { closeFollowUps, followUp } from '../../../src/app/decide/follow-ups.ts';
import { followUpsOf } from '../../../src/domain/after/follow-ups.ts';
import type { FollowUpAct } from '../../../src/domain/checklist/follow-up-items.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { said } from '../../support/story/click-words.ts';
import { eventsTo, plan, RUN_ID, runIn } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';

function desk(state: RunState = 'succeeded', of: Plan = plan()) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const woken = wakeups();
  store.put(runIn(state, of), eventsTo(state, of));
  // Carol may ask for rollbacks of this site and nothing else.
  const where = site({ requesters: [ALICE, CAROL], approvers: [BOB], operators: [ALICE] });
  const deps = { store, people: people(), wakeups: woken, inventory: inventory(where), signer, clock };
  const press = (user: string, act: FollowUpAct, item = 'cause') =>
    followUp(deps, { run: RUN_ID, user, item, act });
  const close = (user: string) => closeFollowUps(deps, { run: RUN_ID, user, reason: 'v0.6.1 replaces it' });
  const items = async () => {
    const run = await store.read(RUN_ID);
    return (run ? followUpsOf(run) : []).map(({ id, owner, done }) =>
      [id, owner?.by ?? '-', done?.by ?? '-'].join(' '),
    );
  };
  return {
    press,
    close,
    items,
    store,
    woken,
    since: () => store.types(RUN_ID).slice(eventsTo(state).length),
  };
}

const done = (sentence: string) => ({ kind: 'done', sentence });

const late = (sentence: string) => ({ kind: 'late', sentence });

describe('a follow-up', () => {
  it('is taken, given back and done, by whoever has a part in the site, and everybody is shown', async () => {
    const { press, items, woken } = desk();

    expect(await press(CAROL, 'take')).toEqual(done('You have "Root cause" now.'));
    expect(await press(ALICE, 'take', 'fix')).toEqual(done('You have "Fix tested in staging" now.'));
    expect(await press(BOB, 'give-back', 'fix')).toEqual(done('"Fix tested in staging" is free again.'));
    expect(await press(BOB, 'done')).toEqual(done('"Root cause" is done.'));
    expect(await items()).toEqual([`cause ${CAROL} ${BOB}`, 'fix - -', 'notes - -', 'upgrade - -']);
    expect(await press(BOB, 'reopen')).toEqual(done('"Root cause" is open again.'));
    expect(await items()).toContain(`cause ${CAROL} -`);
    expect(woken.shown).toHaveLength(5);
    expect(woken.advanced).toHaveLength(5);
  });

  it('that is as it was asked to be says so and writes nothing', async () => {
    const { press, since } = desk();
    await press(BOB, 'take');
    await press(BOB, 'done', 'fix');
    const written = since().length;

    expect(await press(BOB, 'take')).toEqual(late('You already have "Root cause".'));
    expect(said(await press(ALICE, 'take'))).toEqual(late(`"Root cause" was already taken by <@${BOB}>.`));
    expect(await press(ALICE, 'give-back', 'notes')).toEqual(late('Nobody has "Release notes read".'));
    expect(await press(ALICE, 'reopen')).toEqual(late('"Root cause" is open.'));
    for (const act of ['take', 'done', 'give-back'] as const)
      expect(said(await press(ALICE, act, 'fix'))).toEqual(
        late(`"Fix tested in staging" was already done by <@${BOB}>.`),
      );
    expect(since()).toHaveLength(written);
  });

  it('of two people at the same moment goes to one of them, and the other hears whose it is', async () => {
    const { press, since } = desk();

    const both = await Promise.all([press(ALICE, 'take'), press(BOB, 'take')]);

    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['done', 'late']);
    expect(since()).toEqual(['follow-up']);
  });

  it('is nothing for people who have no part in the site', async () => {
    const { press, since } = desk();

    expect(await press('U09MALLORY', 'take')).toMatchObject({
      kind: 'refused',
      refusal: {
        code: 'requester-not-allowed',
        sentence: 'You may not work on the follow-ups of acme-kitchens-7.',
      },
    });
    expect(since()).toEqual([]);
  });

  it.each([
    ['a run that failed', 'failed', plan(), 'cause'],
    ['a restore of the database alone', 'succeeded', plan('database-only'), 'cause'],
    ['no item of the list', 'succeeded', plan(), '__proto__'],
  ] as const)('is not there for %s', async (_, state, of, item) => {
    const { press, since } = desk(state, of);

    expect(await press(BOB, 'take', item)).toMatchObject({
      kind: 'refused',
      refusal: { sentence: 'acme-kitchens-7 has no such follow-up.' },
    });
    expect(since()).toEqual([]);
  });
});

describe('the list', () => {
  it('is closed by the last that is done, and the quarantine goes with it', async () => {
    const { press } = desk();
    for (const item of ['cause', 'fix', 'notes']) await press(BOB, 'done', item);

    expect(await press(BOB, 'done', 'upgrade')).toEqual(
      done(
        '"Re-upgrade planned" is done. That was the last follow-up of acme-kitchens-7. Its quarantine of v0.6.0 is lifted.',
      ),
    );
    for (const act of ['take', 'done', 'give-back', 'reopen'] as const)
      expect(await press(BOB, act)).toEqual(late('The follow-ups of acme-kitchens-7 are already closed.'));
  });

  it('is closed as it is by an operator or approver who says why, once', async () => {
    const { close, press, store } = desk();

    expect(await close(CAROL)).toMatchObject({
      kind: 'refused',
      refusal: { sentence: 'You may not close the follow-ups of acme-kitchens-7.' },
    });
    expect(await close(BOB)).toEqual(
      done('You closed the follow-ups of acme-kitchens-7. Its quarantine of v0.6.0 is lifted.'),
    );
    expect(await close(ALICE)).toEqual(late('The follow-ups of acme-kitchens-7 are already closed.'));
    expect(await press(BOB, 'done')).toEqual(late('The follow-ups of acme-kitchens-7 are already closed.'));
    expect((await store.read(RUN_ID))?.followUps.closed).toEqual({
      by: BOB,
      at: T.decided,
      reason: 'v0.6.1 replaces it',
    });
  });

  it('of a run that has none cannot be closed', async () => {
    const { close, since } = desk('failed');

    expect(await close(BOB)).toMatchObject({ kind: 'late' });
    expect(since()).toEqual([]);
  });
});
