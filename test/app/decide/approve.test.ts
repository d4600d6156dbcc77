import { describe, expect, it } from 'vitest';
import type { ClickResult } from '../../../src/app/decide/decide.ts';
import { approveRun, denyRun, startRun } from '../../../src/app/decide/plan.ts';
import { approvalText } from '../../../src/domain/approval/approval.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { words } from '../../support/story/click-words.ts';
import { plan, RUN_ID } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';
import { CROWD, desk, START } from './plan-support.ts';

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

  it('signs the reason with it, in one line', async () => {
    const { deps, store, click } = desk('awaiting-approval');

    await approveRun(deps, { ...click(BOB), reason: ' checkout is down,\nno orders ' });

    const [approval] = (await store.read(RUN_ID))?.consent?.approvals ?? [];
    expect(approval?.reason).toBe('checkout is down, no orders');
    expect(approval && signer.verify(approvalText(approval), approval.signature)).toBe(true);
    const other = approval && approvalText({ ...approval, reason: 'another one' });
    expect(other && signer.verify(other, approval.signature)).toBe(false);
  });

  it('of two people keeps the reason of each', async () => {
    const of = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));
    const { deps, store, click } = desk('awaiting-approval', of);

    await approveRun(deps, { ...click(BOB), reason: 'no orders' });
    await approveRun(deps, { ...click(CAROL), reason: '' });

    const approvals = (await store.read(RUN_ID))?.consent?.approvals ?? [];
    expect(approvals.map(({ reason }) => reason)).toEqual(['no orders', undefined]);
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

  it.each([
    ['left the company', { deleted: true }],
    ['is a guest now', { guest: true }],
  ])('asks again for those who approved before: one who %s does not count beside another', async (_, now) => {
    const of = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));
    const { deps, store, click } = desk('awaiting-approval', of);
    await approveRun(deps, click(BOB));

    expect(words(await approveRun({ ...deps, people: people({ [BOB]: now }) }, click(CAROL)))).toBe(
      `Somebody who has approved this may no longer do so (${BOB}). Deny it, and ask again: then others approve a fresh plan.`,
    );
    expect((await store.read(RUN_ID))?.state).toBe('awaiting-approval');
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
