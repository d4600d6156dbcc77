import { describe, expect, it } from 'vitest';
import { approveRun, cancelRun, denyRun, startRun } from '../../../src/app/decide/plan.ts';
import { closeRun } from '../../../src/app/decide/stop.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { said, words } from '../../support/story/click-words.ts';
import { decided, eventsTo, plan, RUN_ID, RUN_STATES, runIn, runOf } from '../../support/story/run.ts';
import { ALICE, BOB, request, T } from '../../support/story/site.ts';
import { desk, START } from './plan-support.ts';

const SILENT: RunEvent = { type: 'host-silent', why: 'no route to host' };

describe('Deny', () => {
  it('keeps the reason in one line, and as much of it as there is room for', async () => {
    const { deps, store, click } = desk('awaiting-approval');

    await denyRun(deps, { ...click(BOB), reason: `not\nnow ${'x'.repeat(300)}` });

    const { end } = (await store.read(RUN_ID)) ?? {};
    expect(end?.reason).toMatch(/^not now x{191}…$/);
  });

  it.each([BOB, ALICE])('ends the run for an approver and for the requester: %s', async (user) => {
    const { deps, store, click } = desk('awaiting-approval');

    expect(words(await denyRun(deps, click(user)))).toBe(`You denied ${RUN_ID}. Nothing was changed.`);
    expect(await store.read(RUN_ID)).toMatchObject({ state: 'denied', end: { by: user } });
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
  });

  it.each([
    ['U99DAVE', plan().digest, 'requester-not-allowed'],
    [BOB, 'f'.repeat(64), 'plan-changed'],
  ])('is refused to %s with the plan %s', async (user, digest, code) => {
    const { deps, store, click } = desk('awaiting-approval');

    expect(await denyRun(deps, click(user, digest))).toMatchObject({ refusal: { code } });
    expect((await store.read(RUN_ID))?.state).toBe('awaiting-approval');
  });
});

describe('Start', () => {
  it('begins a run that needs no second person', async () => {
    const { deps, store, click } = desk('awaiting-start', START);

    expect(words(await startRun(deps, click(ALICE)))).toBe(`You started ${RUN_ID}.`);
    expect(await store.read(RUN_ID)).toMatchObject({ state: 'ready', consent: { started: { by: ALICE } } });
  });

  it.each([
    ['U99DAVE', START.digest, T.decided, 'requester-not-allowed'],
    [ALICE, 'f'.repeat(64), T.decided, 'plan-changed'],
    [ALICE, START.digest, T.expires, 'approval-expired'],
  ])('is refused to %s with the plan %s at %s', async (user, digest, now, code) => {
    const { deps, store, clock, click } = desk('awaiting-start', START);
    clock.set(now);

    expect(await startRun(deps, click(user, digest))).toMatchObject({ refusal: { code } });
    expect((await store.read(RUN_ID))?.state).toBe('awaiting-start');
  });

  it('never replaces an approval', async () => {
    const { deps, store, click } = desk('awaiting-approval');

    expect(words(await startRun(deps, click(ALICE)))).toBe(`${RUN_ID} is waiting for an approval.`);
    expect((await store.read(RUN_ID))?.state).toBe('awaiting-approval');
  });
});

describe('Cancel', () => {
  it.each(['planning', 'awaiting-build-approval', 'awaiting-approval', 'awaiting-start', 'ready'] as const)(
    'ends a run at once while %s, without a plan on the button',
    async (state) => {
      const { deps, store, click } = desk(state, state === 'awaiting-start' ? START : plan());

      expect(words(await cancelRun(deps, click(ALICE, null)))).toBe(
        `You cancelled ${RUN_ID}. Nothing was changed.`,
      );
      expect((await store.read(RUN_ID))?.state).toBe('cancelled');
    },
  );

  it('lets the switch begin no further step, once', async () => {
    const { deps, store, click } = desk('switching');

    expect(words(await cancelRun(deps, click(ALICE)))).toBe(
      `You cancelled ${RUN_ID}, which has started to change the site. The current step will finish, then the bot puts the previous code back. If the database has already been restored, it stops and asks you what to do.`,
    );
    expect(await store.read(RUN_ID)).toMatchObject({ state: 'switching', switched: { cancelledBy: ALICE } });
    expect(await cancelRun(deps, click(ALICE))).toMatchObject({ kind: 'late' });
  });

  it('does not promise the previous code where it goes back already', async () => {
    const { deps, store, click } = desk('switching');
    const past = [...eventsTo('needs-decision'), decided({ action: 'go-back', step: 'restore', attempt: 2 })];
    store.put(runOf(past), past);

    expect(words(await cancelRun(deps, click(ALICE)))).toBe(
      `You cancelled ${RUN_ID}, which has started to change the site. It is already going back. Code and environment are still put back. If the restored database hasn't been replaced yet, the bot leaves it alone and asks you.`,
    );
  });

  it.each<[string, RunEvent[]]>([
    ['a moment', [SILENT]],
    ['so long that people were called', [SILENT, { type: 'host-lost', why: 'no route to host' }]],
  ])('is kept for a host that has been silent for %s', async (_, silence) => {
    const { deps, store, click } = desk('switching');
    const past = [...eventsTo('switching'), ...silence];
    store.put(runOf(past), past);

    expect(words(await cancelRun(deps, click(ALICE)))).toBe(
      `You cancelled ${RUN_ID}. Its host isn't answering. The bot tells it as soon as it does; until then, a switch that has started there continues on its own.`,
    );
    expect(await store.read(RUN_ID)).toMatchObject({
      state: runOf(past).state,
      switched: { cancelledBy: ALICE },
    });
    expect(words(await cancelRun(deps, click(ALICE)))).toBe(
      `<@${ALICE}> has already cancelled ${RUN_ID}. Its host isn't answering. The bot tells it as soon as it does; until then, a switch that has started there continues on its own.`,
    );
  });

  it('comes too late for the proof', async () => {
    const { deps, store, click } = desk('verifying');

    expect(words(await cancelRun(deps, click(ALICE)))).toBe(
      `${RUN_ID} can't be cancelled any more: the switch is over, and the checks that run now change nothing. Wait until it ends. If the site still has to go back, roll it back to the previous version.`,
    );
    expect((await store.read(RUN_ID))?.state).toBe('verifying');
  });

  it('points to the decision where one is needed', async () => {
    const { deps, click } = desk('needs-decision');

    expect(words(await cancelRun(deps, click(ALICE)))).toBe(
      `${RUN_ID} can't be cancelled any more: it has changed the site, and is waiting for a decision. Decide on its newest message: continue, go back, or take over by hand.`,
    );
  });

  it('is refused to somebody who is neither the requester nor an operator', async () => {
    const { deps, store, click } = desk('planning');

    expect(await cancelRun(deps, click(BOB))).toMatchObject({ refusal: { code: 'requester-not-allowed' } });
    expect((await store.read(RUN_ID))?.state).toBe('planning');
  });

  it('is allowed to a requester who is not an operator', async () => {
    const { deps, store, click } = desk('planning');
    store.put(runIn('planning', plan(), request({ requester: BOB })), []);

    expect(await cancelRun(deps, click(BOB, null))).toMatchObject({ kind: 'done' });
  });
});

describe('Stop here', () => {
  it('takes a run that waits for a decision off the bot and gives the site free', async () => {
    const { deps, store, click } = desk('needs-decision');

    expect(words(await closeRun(deps, click(BOB)))).toBe(`${RUN_ID} is closed. The site stays as it is.`);
    expect(await store.read(RUN_ID)).toMatchObject({ state: 'closed', end: { by: BOB } });
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
  });

  it('is refused to somebody on no list', async () => {
    const { deps, click } = desk('needs-decision');

    expect(await closeRun(deps, click('U99DAVE'))).toMatchObject({
      refusal: { code: 'requester-not-allowed' },
    });
  });
});

/** What a click hears that comes when its button has no meaning any more. */
const LATE: Readonly<Record<RunState, string>> = {
  planning: 'is still being planned.',
  'awaiting-build-approval': 'is waiting for an approver, because nobody has reviewed the version yet.',
  'awaiting-approval': 'is waiting for an approval.',
  'awaiting-start': 'is waiting for someone to press Start.',
  ready: `was already approved by <@${BOB}> and is under way.`,
  switching: `was already approved by <@${BOB}> and is under way.`,
  verifying: `was already approved by <@${BOB}> and is under way.`,
  'needs-decision': 'is waiting for a decision on its newest message.',
  succeeded: 'has already ended: it succeeded.',
  failed: 'has already ended: it failed, and the site runs as before.',
  cancelled: `was already cancelled by <@${BOB}>.`,
  refused: 'has already ended: it was refused.',
  denied: `was already denied by <@${BOB}>.`,
  expired: 'has expired: nobody decided in time. Type the command again to get a fresh plan.',
  'dry-run': 'has already ended: it was a dry run.',
  closed: `has already ended: it was closed by <@${BOB}>.`,
};

const ASKING: readonly RunState[] = ['awaiting-build-approval', 'awaiting-approval'];

const TERMINAL = ['succeeded', 'failed', 'cancelled', 'refused', 'denied', 'expired', 'dry-run', 'closed'];

describe('a late click', () => {
  const buttons = [
    ['Approve', approveRun, (state: RunState) => !ASKING.includes(state)],
    ['Deny', denyRun, (state: RunState) => !ASKING.includes(state)],
    ['Start', startRun, (state: RunState) => state !== 'awaiting-start'],
    ['Stop here', closeRun, (state: RunState) => state !== 'needs-decision'],
    ['Cancel', cancelRun, (state: RunState) => TERMINAL.includes(state)],
  ] as const;
  const cases = buttons.flatMap(([label, use, isLate]) =>
    RUN_STATES.filter(isLate).map((state) => [label, state, use] as const),
  );

  it.each(cases)('on %s while %s hears what is true now and changes nothing', async (_, state, use) => {
    const { deps, store, woken, click } = desk(state);
    const before = store.types(RUN_ID);

    expect(said(await use(deps, click(BOB)))).toEqual({ kind: 'late', sentence: `${RUN_ID} ${LATE[state]}` });
    expect(store.types(RUN_ID)).toEqual(before);
    expect(woken.advanced).toEqual([]);
  });

  it('on a run that is gone is answered', async () => {
    const { deps } = desk('planning');

    expect(words(await approveRun(deps, { run: 'acme-kitchens-99', digest: null, user: BOB }))).toBe(
      'The run acme-kitchens-99 no longer exists. Type the command again.',
    );
  });

  it('on a run whose site is gone from the configuration is answered', async () => {
    const { deps, click } = desk('awaiting-approval', plan(), { inventory: inventory() });

    expect(words(await approveRun(deps, click(BOB)))).toBe(
      'The site acme-kitchens@production is no longer in the configuration. Put it back into the configuration, and press again.',
    );
  });

  it('on an ended run whose site is gone says that it has ended', async () => {
    const { deps, click } = desk('expired', plan(), { inventory: inventory() });

    expect(words(await approveRun(deps, click(BOB)))).toBe(
      `The site acme-kitchens@production is no longer in the configuration. ${RUN_ID} has ended. Put the site back into the configuration, then press again.`,
    );
  });
});
