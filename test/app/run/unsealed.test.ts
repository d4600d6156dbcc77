import { describe, expect, it } from 'vitest';
import { approveRun, startRun } from '../../../src/app/decide/plan.ts';
import { closeRun, decideAtStop, takeOverRun } from '../../../src/app/decide/stop.ts';
import { findUndone } from '../../../src/app/request/find-undone.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { said } from '../../support/story/click-words.ts';
import { ended, eventsTo, hostState, plan, RUN_ID, runIn, runOf, steps } from '../../support/story/run.ts';
import { ALICE, BOB, site } from '../../support/story/site.ts';
import { done, looking, READY, SWITCHING, stage, voided } from '../../support/story/stage.ts';
import { desk, START } from '../decide/plan-support.ts';

/** An older version began the record: anyone who can write to Redis could have written it. */
const WHY = `The record of ${RUN_ID} was begun by an older version of the bot. It isn't sealed, so whoever can write to Redis could have changed it.`;

describe('a record without seals', () => {
  it.each([
    ['awaiting-approval', plan(), BOB, approveRun],
    ['awaiting-start', START, ALICE, startRun],
  ] as const)('takes no click while it is %s', async (state, of, user, press) => {
    const { deps, store, click } = desk(state, of);
    store.unseal(RUN_ID);

    expect(said(await press(deps, click(user)))).toEqual({
      kind: 'refused',
      sentence: `${WHY} Type the command again to get a fresh plan.`,
    });
    expect(store.types(RUN_ID)).toEqual(['planned']);
  });

  it('begins no switch', async () => {
    const { advance, store, run, host } = stage(READY);
    store.unseal(RUN_ID);

    await advance();

    expect(await run()).toMatchObject({ state: 'refused', refusal: { code: 'record-unsealed' } });
    expect(host.calls).toEqual(['connect', 'voidAttempt', 'markRecorded']);
  });

  it('launches nothing, although it says that the switch has begun', async () => {
    const host = looking([{ status: { kind: 'absent' } }, voided]);
    const { advance, store, run } = stage(SWITCHING, { host });
    store.unseal(RUN_ID);

    await advance();

    expect(host.calls).toContain('voidAttempt');
    expect(host.calls).not.toContain('launch');
    expect((await run()).switched?.ended).toMatchObject({ step: 'approval', logTail: WHY });
  });

  it('is followed to its end if its program runs on the host', async () => {
    const { advance, store, run } = stage(SWITCHING, { host: looking([done]) });
    store.unseal(RUN_ID);

    await advance();

    expect((await run()).state).toBe('succeeded');
  });

  it('takes no decision at a stop, and can be taken over or closed', async () => {
    const held = [
      ...eventsTo('switching', plan()),
      ...steps(['restore', 0], ['static', 1]),
      ended('hold', 'static', 1, { found: hostState() }),
    ];
    const [offer] = offers(runOf(held));
    for (const press of [takeOverRun, closeRun]) {
      const { deps, store } = desk('planning');
      store.put(runOf(held), held);
      store.unseal(RUN_ID);
      const click = { run: RUN_ID, digest: offer?.digest ?? null, user: ALICE };

      expect(said(await decideAtStop(deps, click))).toEqual({
        kind: 'refused',
        sentence: `${WHY} Take over by hand, or stop here.`,
      });
      expect((await press(deps, click)).kind).toBe('done');
    }
  });

  it('is not undone', async () => {
    const { deps, store } = desk('planning');
    store.put(runIn('succeeded'), eventsTo('succeeded'));
    store.unseal(RUN_ID);

    expect(await findUndone(deps.store, site(), null)).toEqual({
      kind: 'refused',
      refusal: {
        code: 'record-unsealed',
        sentence: WHY,
        next: 'Nothing was changed. Ask for a rollback to that version instead.',
      },
    });
  });
});
