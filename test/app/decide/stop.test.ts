import { describe, expect, it } from 'vitest';
import type { Click, DecisionDeps } from '../../../src/app/decide/decide.ts';
import {
  acknowledgeRun,
  approveDecision,
  closeRun,
  decideAtStop,
  denyDecision,
  saySiteIsBack,
  takeOverRun,
} from '../../../src/app/decide/stop.ts';
import { decisionProblem } from '../../../src/app/switch/check-approval.ts';
import type { DecisionAction } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { BegunDecision } from '../../../src/domain/run/run.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { said, words } from '../../support/story/click-words.ts';
import { healthy } from '../../support/story/evidence.ts';
import {
  approval,
  ended,
  eventsTo,
  goodChecks,
  hostState,
  plan,
  RUN_ID,
  runOf,
  skippedProof,
  steps,
} from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';

const HELD = [
  ...eventsTo('switching', plan()),
  ...steps(['restore', 0], ['static', 1]),
  ended('hold', 'static', 1, { found: hostState() }),
];
/** The site was started on the restored database: going back needs a second person. */
const STARTED = [
  ...eventsTo('switching', plan()),
  ...steps(['restore', 0], ['start', 0], ['healthy', 124]),
  ended('hold', 'healthy', 124, { found: hostState() }),
];
const UNPROVEN: readonly RunEvent[] = [
  ...eventsTo('switching', plan('code-only')),
  ended('done', 'stable', 0),
  {
    type: 'verified',
    checks: [...goodChecks, { name: 'homepage', result: 'failed', detail: '500' }],
    health: healthy,
  },
];

/** When the time of a decision that was asked for is over: as long as an approval has. */
const LATER = new Date(Date.parse(T.decided) + 15 * 60_000).toISOString();

function desk(past: readonly RunEvent[]) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const woken = wakeups();
  const where = site({ approvers: [BOB, CAROL], operators: [BOB] });
  store.put(runOf(past), past);
  const deps: DecisionDeps = {
    store,
    people: people(),
    wakeups: woken,
    inventory: inventory(where),
    signer,
    clock,
  };
  const run = async () => {
    const found = await store.read(RUN_ID);
    if (found === null) throw new Error('the run is gone');
    return found;
  };
  const click = async (user: string, action: DecisionAction): Promise<Click> => ({
    run: RUN_ID,
    digest: offers(await run()).find(({ decision }) => decision.action === action)?.digest ?? null,
    user,
  });
  const plain = (user: string): Click => ({ run: RUN_ID, digest: null, user });
  return { deps, store, clock, woken, run, click, plain };
}

describe('what the approval of the plan covers', () => {
  it.each<[string, DecisionAction, readonly RunEvent[], string, string]>([
    ['Retry', 'retry', HELD, `The step that stopped ${RUN_ID} will be tried again.`, 'switching'],
    ['Skip', 'skip', HELD, `The step that stopped ${RUN_ID} will be skipped.`, 'switching'],
    ['Go back', 'go-back', HELD, `${RUN_ID} will put the site back as it was.`, 'switching'],
    [
      'Retry of the checks',
      'retry',
      UNPROVEN,
      `The step that stopped ${RUN_ID} will be tried again.`,
      'verifying',
    ],
    ['Skip of the checks', 'skip', UNPROVEN, `The step that stopped ${RUN_ID} will be skipped.`, 'succeeded'],
  ])('%s begins at once and wakes a worker', async (_, action, past, sentence, state) => {
    const { deps, run, click, woken } = desk(past);

    expect(await decideAtStop(deps, await click(BOB, action))).toEqual({ kind: 'done', sentence });

    expect(await run()).toMatchObject({
      state,
      switched: { decision: { by: BOB, approval: null, recovery: { action, attempt: 2 } } },
    });
    expect(woken.advanced).toEqual([[RUN_ID, undefined]]);
  });

  it('lets one of two decisions through that come at the same moment', async () => {
    const { deps, store, click } = desk(HELD);
    const [retry, back] = [await click(BOB, 'retry'), await click(CAROL, 'go-back')];

    const results = await Promise.all([decideAtStop(deps, retry), decideAtStop(deps, back)]);

    expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'late']);
    expect(store.types(RUN_ID).filter((type) => type === 'recovery-begun')).toHaveLength(1);
  });

  it('refuses a button of an earlier stop, and people on no list', async () => {
    const { deps, click } = desk(HELD);
    const retry = await click(BOB, 'retry');

    expect(words(await decideAtStop(deps, { ...retry, digest: 'f'.repeat(64) }))).toBe(
      'This button is out of date: the run has moved on. Decide on the newest message of this run.',
    );
    expect(await decideAtStop(deps, { ...retry, user: 'U99DAVE' })).toMatchObject({
      refusal: { code: 'requester-not-allowed' },
    });
  });
});

describe('what needs a second person', () => {
  async function asked() {
    const all = desk(STARTED);
    const back = await all.click(BOB, 'go-back');
    const answer = await decideAtStop(all.deps, back);
    return { ...all, back, answer };
  }

  it('is asked of one, and changes nothing yet', async () => {
    const { answer, run, back, deps } = await asked();

    expect(words(answer)).toBe(
      'A second person has to approve this, because the site was started on the restored database, and anything entered since then would be lost. The bot has asked them.',
    );
    expect(await run()).toMatchObject({
      state: 'needs-decision',
      stop: { asked: { by: BOB, digest: back.digest, expiresAt: LATER } },
    });
    expect(words(await decideAtStop(deps, back))).toBe(
      `<@${BOB}> has already asked for this. A second person has to approve it.`,
    );
  });

  it('begins with the signed approval of another approver', async () => {
    const { deps, run, back } = await asked();

    expect(await approveDecision(deps, { ...back, user: CAROL })).toEqual({
      kind: 'done',
      sentence: `${RUN_ID} will put the site back as it was.`,
    });

    const now = await run();
    expect(now).toMatchObject({
      state: 'switching',
      switched: {
        attempt: 2,
        decision: { by: BOB, approval: { approver: CAROL, requester: BOB, digest: back.digest } },
      },
    });
    expect(decisionProblem(now, signer)).toBeNull();
  });

  it.each([
    [BOB, 'approver-is-requester'],
    [ALICE, 'approver-not-allowed'],
  ])('is not approved by %s', async (user, code) => {
    const { deps, run, back } = await asked();

    expect(await approveDecision(deps, { ...back, user })).toMatchObject({ refusal: { code } });
    expect((await run()).state).toBe('needs-decision');
  });

  it('is not approved when its time is over, and not by a button of something else', async () => {
    const { deps, clock, back } = await asked();

    expect(await approveDecision(deps, { ...back, digest: 'f'.repeat(64), user: CAROL })).toMatchObject({
      refusal: { code: 'plan-changed' },
    });
    clock.set(LATER);
    expect(await approveDecision(deps, { ...back, user: CAROL })).toMatchObject({
      refusal: { code: 'approval-expired' },
    });
  });

  it('is dropped by a Deny, and everything else is still offered', async () => {
    const { deps, run, back } = await asked();

    expect(words(await denyDecision(deps, { ...back, user: CAROL }))).toBe(
      'You denied it. Nothing was done, and the run is still waiting for a decision.',
    );
    expect(await run()).toMatchObject({ state: 'needs-decision', stop: { asked: null } });
    expect(offers(await run())).toHaveLength(3);
  });

  it('needs as many people as the plan needed, and none of them twice', async () => {
    const of = plan('full', {}, site({ approval: { expiresMs: 900_000, quorum: 2 } }));
    const { deps, run, click } = desk([
      ...eventsTo('awaiting-approval', of),
      { type: 'approved', approval: approval(of) },
      { type: 'approved', approval: approval(of, { approver: CAROL }) },
      { type: 'switch-started', digest: of.digest },
      ...steps(['restore', 0], ['start', 0], ['healthy', 124]),
      ended('hold', 'healthy', 124, { found: hostState() }),
    ]);
    const back = await click(ALICE, 'go-back');

    expect(words(await decideAtStop(deps, back))).toMatch(/^2 other people have to approve this, because /);
    expect(words(await approveDecision(deps, { ...back, user: BOB }))).toBe(
      'You approved it. One more person has to approve.',
    );
    expect(await run()).toMatchObject({
      state: 'needs-decision',
      stop: { asked: { approvals: [{ approver: BOB }] } },
    });
    expect((await approveDecision(deps, { ...back, user: BOB })).kind).toBe('late');
    expect((await approveDecision(deps, { ...back, user: CAROL })).kind).toBe('done');

    const now = await run();
    expect(now.switched?.decision).toMatchObject({
      approval: { approver: CAROL },
      approvals: [{ approver: BOB }],
    });
    expect(decisionProblem(now, signer)).toBeNull();
    const { switched } = now;
    const decision = switched?.decision;
    if (!switched || !decision) throw new Error('nothing was decided');
    const alone = { ...now, switched: { ...switched, decision: { ...decision, approvals: [] } } };
    expect(decisionProblem(alone, signer)).toBe('the decision has no valid approval by a second person');
  });

  it('is not carried out by a worker where the record was tampered with', async () => {
    const { deps, run, back } = await asked();
    await approveDecision(deps, { ...back, user: CAROL });
    const now = await run();
    const { switched } = now;
    const begun = switched?.decision;
    if (!switched || !begun?.approval) throw new Error('nothing was approved');
    const { approval } = begun;
    const deciding = (decision: BegunDecision) => ({ ...now, switched: { ...switched, decision } });
    const without = deciding({ ...begun, approval: null });
    const forged = deciding({ ...begun, approval: { ...approval, approver: ALICE } });
    const other = deciding({ ...begun, recovery: { ...begun.recovery, step: 'stop' } });

    expect([without, forged, other].map((one) => decisionProblem(one, signer))).toEqual([
      'the decision has no valid approval by a second person',
      'the decision has no valid approval by a second person',
      "the decision doesn't match its digest",
    ]);
  });
});

describe('people who take over', () => {
  it('stop the calls, once', async () => {
    const { deps, run, plain } = desk(HELD);

    expect(words(await acknowledgeRun(deps, plain(BOB)))).toBe(
      `You're on it. The bot calls nobody else about ${RUN_ID}.`,
    );
    expect((await run()).stop?.acknowledgedBy).toBe(BOB);
    expect(said(await acknowledgeRun(deps, plain(CAROL)))).toEqual({
      kind: 'late',
      sentence: `<@${BOB}> is already on it.`,
    });
  });

  it('get the remaining commands with their values, and the site', async () => {
    const { deps, run, plain, store } = desk(HELD);

    expect(words(await takeOverRun(deps, plain(BOB)))).toBe(
      `${RUN_ID} is yours. The commands are in its thread.`,
    );

    const { state, end } = await run();
    const folder = '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7';
    expect(state).toBe('closed');
    expect(end?.commands).toContain('ssh -p 22 deploy@10.0.0.5');
    expect(end?.commands).toMatch(
      new RegExp(`sh \\S+\\.sh continue ${folder} ${folder}/by-hand-\\$\\(date \\+%s\\) go-back static; cat`),
    );
    expect(end?.commands).toContain('manage.py collectstatic --noinput');
    expect(end?.commands).not.toContain('restore_db.sh');
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
  });

  it('close the run and leave the site as it is', async () => {
    const { deps, run, plain } = desk(HELD);

    expect(words(await closeRun(deps, plain(BOB)))).toBe(`${RUN_ID} is closed. The site stays as it is.`);
    expect((await run()).state).toBe('closed');
  });

  it.each([
    ['I am on it', acknowledgeRun],
    ['Take over by hand', takeOverRun],
    ['Stop here', closeRun],
  ] as const)('are told when %s comes from somebody on no list', async (_, use) => {
    const { deps, run, plain } = desk(HELD);

    expect(await use(deps, plain('U99DAVE'))).toMatchObject({ refusal: { code: 'requester-not-allowed' } });
    expect(await run()).toMatchObject({ state: 'needs-decision', stop: { acknowledgedBy: null } });
  });
});

describe('the site is back', () => {
  const CLOSED: readonly RunEvent[] = [...HELD, { type: 'closed', by: BOB }];

  it('is said once, by somebody who may decide, and the stakeholders are told', async () => {
    const { deps, run, plain, woken } = desk(CLOSED);

    expect(await saySiteIsBack(deps, plain(BOB))).toEqual({
      kind: 'done',
      sentence: 'The bot is telling the stakeholders of Acme Kitchens that it is back.',
    });
    expect(said(await saySiteIsBack(deps, plain(CAROL)))).toEqual({
      kind: 'late',
      sentence: '<@U02BOB> has already said so.',
    });

    expect((await run()).updates.back).toEqual({ by: BOB, at: T.decided });
    expect(woken.shown).toEqual([RUN_ID]);
  });

  it('is said by a person where the proof did not hold and was left out', async () => {
    const { deps, run, plain } = desk([
      ...eventsTo('switching', plan()),
      ended('done', 'stable', 0),
      ...skippedProof,
    ]);

    expect(await saySiteIsBack(deps, plain(BOB))).toMatchObject({ kind: 'done' });
    expect((await run()).updates.back).toEqual({ by: BOB, at: T.decided });
  });

  it('is not said of a run whose proof has said it', async () => {
    const { deps, run, plain } = desk(eventsTo('succeeded'));

    expect(await saySiteIsBack(deps, plain(BOB))).toEqual({
      kind: 'late',
      sentence: `${RUN_ID} has already ended: it succeeded.`,
    });
    expect((await run()).updates.back).toBeNull();
  });

  it('is not said by people on no list, and not of a run that still waits for a decision', async () => {
    const closed = desk(CLOSED);
    const held = desk(HELD);

    expect(words(await saySiteIsBack(closed.deps, closed.plain('U99DAVE')))).toContain('operators');
    expect(await saySiteIsBack(held.deps, held.plain(BOB))).toEqual({
      kind: 'late',
      sentence: `${RUN_ID} is waiting for a decision on its newest message.`,
    });
  });
});
