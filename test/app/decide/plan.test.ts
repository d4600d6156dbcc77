import { describe, expect, it } from 'vitest';
import type { Click, ClickResult, DecisionDeps } from '../../../src/app/decide/decide.ts';
import { approveRun, cancelRun, denyRun, startRun } from '../../../src/app/decide/plan.ts';
import { closeRun } from '../../../src/app/decide/stop.ts';
import { approvalText } from '../../../src/domain/approval/approval.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { clockAt, inventory, memoryStore, people, signer, wakeups } from '../../support/fakes/fakes.ts';
import {
  ALICE,
  BOB,
  CAROL,
  decided,
  eventsTo,
  plan,
  RUN_ID,
  RUN_STATES,
  request,
  runIn,
  runOf,
  site,
  T,
} from '../../support/story/builders.ts';
import { said, words } from '../../support/story/click-words.ts';

const CROWD = Array.from({ length: 20 }, (_, index) => `U1${index}`);

function desk(state: RunState, of: Plan = plan(), more: Partial<DecisionDeps> = {}) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const woken = wakeups();
  const where = site({ approvers: [ALICE, BOB, CAROL, ...CROWD], operators: [ALICE, ...CROWD] });
  store.put(runIn(state, of), eventsTo(state, of));
  const deps: DecisionDeps = {
    store,
    people: people(),
    wakeups: woken,
    inventory: inventory(where),
    signer,
    clock,
    ...more,
  };
  const click = (user: string, digest: string | null = of.digest): Click => ({ run: RUN_ID, digest, user });
  return { deps, store, clock, woken, click };
}

const START = plan('code-only');
const SILENT: RunEvent = { type: 'host-silent', why: 'no route to host' };
const kinds = (results: readonly ClickResult[]) => results.map((result) => result.kind).sort();

describe('Approve', () => {
  it('stores a signed approval of this plan and wakes a worker', async () => {
    const of = plan();
    const { deps, store, woken, click } = desk('awaiting-approval', of);

    expect(await approveRun(deps, click(BOB))).toEqual({ kind: 'done', sentence: `You approved ${RUN_ID}.` });

    const run = await store.read(RUN_ID);
    const [approval] = run?.consent?.approvals ?? [];
    expect(run?.state).toBe('ready');
    expect(approval).toMatchObject({
      run: RUN_ID,
      digest: of.digest,
      approver: BOB,
      requester: ALICE,
      at: T.decided,
      expiresAt: T.expires,
    });
    expect(approval && signer.verify(approvalText(approval), approval.signature)).toBe(true);
    expect(woken.advanced).toEqual([[RUN_ID, undefined]]);
    expect(woken.shown).toEqual([RUN_ID]);
  });

  it.each([
    ['the requester', ALICE, plan().digest, T.decided, 'approver-is-requester'],
    ['somebody who is not on the list', 'U99DAVE', plan().digest, T.decided, 'approver-not-allowed'],
    ['a button of another plan', BOB, 'f'.repeat(64), T.decided, 'plan-changed'],
    ['a button without a plan', BOB, null, T.decided, 'plan-changed'],
    ['a click when the time is over', BOB, plan().digest, T.expires, 'approval-expired'],
  ])('is refused to %s, and changes nothing', async (_, user, digest, now, code) => {
    const { deps, store, clock, woken, click } = desk('awaiting-approval');
    clock.set(now);

    expect(await approveRun(deps, click(user, digest))).toMatchObject({ kind: 'refused', refusal: { code } });
    expect((await store.read(RUN_ID))?.state).toBe('awaiting-approval');
    expect(woken.advanced).toEqual([]);
  });

  it('is refused while Slack does not say who clicked', async () => {
    const { deps, click } = desk('awaiting-approval', plan(), { people: people({ [BOB]: null }) });

    expect(await approveRun(deps, click(BOB))).toMatchObject({ refusal: { code: 'identity-unknown' } });
  });

  it('waits for the second person where two are wanted, and counts nobody twice', async () => {
    const of = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));
    const { deps, store, click } = desk('awaiting-approval', of);

    expect(await approveRun(deps, click(BOB))).toEqual({
      kind: 'done',
      sentence: `You approved ${RUN_ID}. One more person has to approve.`,
    });
    expect((await store.read(RUN_ID))?.state).toBe('awaiting-approval');
    expect(await approveRun(deps, click(BOB))).toEqual({
      kind: 'late',
      sentence: 'You have already approved this plan.',
    });
    expect(await approveRun(deps, click(CAROL))).toEqual({
      kind: 'done',
      sentence: `You approved ${RUN_ID}.`,
    });
    expect((await store.read(RUN_ID))?.state).toBe('ready');
  });

  it('says how many more are wanted where it is more than one', async () => {
    const of = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 3 } }));
    const { deps, click } = desk('awaiting-approval', of);

    expect(await approveRun(deps, click(BOB))).toMatchObject({
      sentence: `You approved ${RUN_ID}. 2 more people have to approve.`,
    });
  });
});

describe('twenty people at the same moment', () => {
  it('approve once, and nineteen are told by whom', async () => {
    const { deps, store, woken, click } = desk('awaiting-approval');

    const results = await Promise.all(CROWD.map((user) => approveRun(deps, click(user))));

    const winner = (await store.read(RUN_ID))?.consent?.approvals[0]?.approver;
    expect(kinds(results)).toEqual(['done', ...Array.from({ length: 19 }, () => 'late')]);
    expect(results.filter(({ kind }) => kind === 'late').map(words)).toEqual(
      Array.from({ length: 19 }, () => `${RUN_ID} was already approved by <@${winner}> and is under way.`),
    );
    expect(store.types(RUN_ID)).toEqual(['planned', 'approved']);
    expect(woken.advanced).toHaveLength(1);
  });

  it('start once', async () => {
    const { deps, store, click } = desk('awaiting-start', START);

    const results = await Promise.all(CROWD.map((user) => startRun(deps, click(user))));

    const starter = (await store.read(RUN_ID))?.consent?.started?.by;
    expect(kinds(results)).toEqual(['done', ...Array.from({ length: 19 }, () => 'late')]);
    expect(new Set(results.filter(({ kind }) => kind === 'late').map(words))).toEqual(
      new Set([`${RUN_ID} was already started by <@${starter}> and is under way.`]),
    );
    expect(store.types(RUN_ID)).toEqual(['planned', 'started']);
  });

  it('approve and deny: one decision counts, and everybody hears which', async () => {
    const { deps, store, click } = desk('awaiting-approval');

    const results = await Promise.all(
      CROWD.map((user, index) => (index % 2 === 0 ? approveRun : denyRun)(deps, click(user))),
    );

    const run = await store.read(RUN_ID);
    expect(['ready', 'denied']).toContain(run?.state);
    expect(kinds(results).filter((kind) => kind === 'done')).toHaveLength(1);
    expect(store.types(RUN_ID)).toHaveLength(2);
    const heard = new Set(results.filter(({ kind }) => kind === 'late').map(words));
    expect(heard).toEqual(
      new Set([
        run?.state === 'denied'
          ? `${RUN_ID} was already denied by <@${run.end?.by}>.`
          : `${RUN_ID} was already approved by <@${run?.consent?.approvals[0]?.approver}> and is under way.`,
      ]),
    );
  });

  it('hear something even when somebody else always writes first', async () => {
    const { deps, store, click } = desk('awaiting-approval');
    store.append = async () => null;

    expect(words(await approveRun(deps, click(BOB)))).toBe(
      'Too many people pressed a button at the same moment, so yours was not saved. Check the newest message, and press again if it still asks.',
    );
  });
});

describe('Deny', () => {
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
  it.each(['planning', 'awaiting-approval', 'awaiting-start', 'ready'] as const)(
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
const TERMINAL = ['succeeded', 'failed', 'cancelled', 'refused', 'denied', 'expired', 'dry-run', 'closed'];

describe('a late click', () => {
  const buttons = [
    ['Approve', approveRun, (state: RunState) => state !== 'awaiting-approval'],
    ['Deny', denyRun, (state: RunState) => state !== 'awaiting-approval'],
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
