import { describe, expect, it } from 'vitest';
import { approveDecision, decideAtStop, denyDecision } from '../../../src/app/decide/stop.ts';
import { decisionProblem } from '../../../src/app/switch/check-approval.ts';
import type { BegunDecision } from '../../../src/domain/run/run.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { signer } from '../../support/fakes/signer.ts';
import { words } from '../../support/story/click-words.ts';
import { approval, ended, eventsTo, hostState, plan, RUN_ID, steps } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site } from '../../support/story/site.ts';
import { desk, LATER, STARTED } from './stop-support.ts';

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
    expect(decisionProblem(now, site(), signer)).toBeNull();
  });

  it('keeps the reason of whoever approves it, and of whoever denies it', async () => {
    const yes = await asked();
    const no = await asked();

    await approveDecision(yes.deps, { ...yes.back, user: CAROL, reason: 'orders are lost\nanyway' });
    await denyDecision(no.deps, { ...no.back, user: CAROL, reason: 'not yet' });

    const reason = 'orders are lost anyway';
    const [past] = (await yes.run()).history.stops;
    expect(past?.approvals).toMatchObject([{ approver: CAROL, reason }]);
    expect((await yes.run()).history.requests.at(-1)?.answer).toEqual({
      kind: 'approved',
      by: CAROL,
      reason,
    });
    expect(decisionProblem(await yes.run(), site({ approvers: [BOB, CAROL] }), signer)).toBeNull();
    expect((await no.run()).history.requests.at(-1)?.answer).toEqual({
      kind: 'denied',
      by: CAROL,
      reason: 'not yet',
    });
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
    expect(decisionProblem(now, site(), signer)).toBeNull();
    const { switched } = now;
    const decision = switched?.decision;
    if (!switched || !decision) throw new Error('nothing was decided');
    const alone = { ...now, switched: { ...switched, decision: { ...decision, approvals: [] } } };
    expect(decisionProblem(alone, site(), signer)).toBe(
      'the decision has no valid approval by a second person',
    );
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

    expect([without, forged, other].map((one) => decisionProblem(one, site(), signer))).toEqual([
      'the decision has no valid approval by a second person',
      'the decision has no valid approval by a second person',
      "the decision doesn't match its digest",
    ]);
  });
});
