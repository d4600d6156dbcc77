import { describe, expect, it } from 'vitest';
import { breakGlass, type GlassClick } from '../../../src/app/decide/break-glass.ts';
import type { DecisionDeps } from '../../../src/app/decide/decide.ts';
import { approveRun } from '../../../src/app/decide/plan.ts';
import { closeReview } from '../../../src/app/decide/review.ts';
import { decideAtStop, denyDecision } from '../../../src/app/decide/stop.ts';
import { approvalProblem, approvalRefusal, decisionProblem } from '../../../src/app/switch/check-approval.ts';
import { glassText } from '../../../src/domain/approval/glass.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { words } from '../../support/story/click-words.ts';
import { broken, ended, hostState, plan, RUN_ID, runOf, steps, verified } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';
import { deskOf } from './desk.ts';

const DAVE = 'U04DAVE';
const TYPED = { site: 'acme-kitchens', reason: ' nobody answers at night ' };

const where = (more: Partial<Site> = {}, breakGlass: readonly string[] = [ALICE, CAROL]) =>
  site({
    approvers: [ALICE, BOB, DAVE],
    escalation: ['S01ONCALL'],
    approval: { expiresMs: 900_000, quorum: 2, breakGlass },
    ...more,
  });

const OF = plan('full', {}, where());
const WAITING: readonly RunEvent[] = [{ type: 'planned', plan: OF, expiresAt: T.expires }];
const STOPPED: readonly RunEvent[] = [
  ...WAITING,
  broken(OF),
  { type: 'switch-started', digest: OF.digest },
  ...steps(['restore', 0], ['start', 0], ['healthy', 124]),
  ended('hold', 'healthy', 124, { found: hostState() }),
];

function desk(past: readonly RunEvent[] = WAITING, at = where(), more: Partial<DecisionDeps> = {}) {
  const slack = people({}, { S01ONCALL: [BOB, 'U09ERIN'] });
  const all = deskOf(at, past, { people: slack, ...more });
  const run = async (): Promise<Run> => {
    const found = await all.store.read(RUN_ID);
    if (found === null) throw new Error('the run is gone');
    return found;
  };
  const glass = (user: string, click: Partial<GlassClick> = {}) =>
    breakGlass(all.deps, { run: RUN_ID, digest: OF.digest, user, ...TYPED, ...click });
  return { ...all, run, glass };
}

describe('where the site wants a second factor', () => {
  const at = where({
    approval: { expiresMs: 900_000, quorum: 2, breakGlass: [CAROL], factor: 'totp' },
  });
  const of = plan('full', {}, at);
  const past: readonly RunEvent[] = [{ type: 'planned', plan: of, expiresAt: T.expires }];

  it('asks for the code of whoever breaks the glass', async () => {
    const { glass, run } = desk(past, at);

    expect(words(await glass(CAROL, { digest: of.digest }))).toBe(
      'Breaking the glass of Acme Kitchens needs a code from your phone. Press Break glass on the newest message, and type the code.',
    );
    expect((await run()).state).toBe('awaiting-approval');
  });

  it('signs that a code was shown', async () => {
    const { glass, run } = desk(past, at);

    await glass(CAROL, { digest: of.digest, factor: 'totp' });

    expect(approvalProblem(await run(), at, signer)).toBeNull();
  });
});

describe('breaking the glass of a plan', () => {
  it('starts it, signed, and everybody is told, groups resolved, but for who did it', async () => {
    const { glass, run, woken, store } = desk();

    expect(words(await glass(CAROL))).toBe(
      `You broke the glass. ${RUN_ID} starts without the missing approvals, every approver is told, and one of them has to review it.`,
    );
    const now = await run();
    const [one] = now.glass.broken;
    expect(now.state).toBe('ready');
    expect(one).toMatchObject({
      run: RUN_ID,
      digest: OF.digest,
      by: CAROL,
      reason: 'nobody answers at night',
      at: T.decided,
      expiresAt: T.expires,
    });
    expect(one && signer.verify(glassText(one), one.signature)).toBe(true);
    expect((await store.events(RUN_ID)).at(-1)?.event).toMatchObject({ told: [ALICE, BOB, DAVE, 'U09ERIN'] });
    expect([woken.advanced, woken.shown]).toEqual([[[RUN_ID, undefined]], [RUN_ID]]);
    expect(approvalRefusal(now, where(), signer, T.decided)).toBeNull();
  });

  it('may be done by whoever asked, and beside approvals that are too few', async () => {
    const { glass, run, deps } = desk();
    await approveRun(deps, { run: RUN_ID, digest: OF.digest, user: BOB });

    expect((await glass(ALICE)).kind).toBe('done');
    expect(await run()).toMatchObject({ state: 'ready', consent: { approvals: [{ approver: BOB }] } });
    expect(approvalProblem(await run(), where(), signer)).toBeNull();
  });

  it('tells those whom the configuration names if Slack does not say who is in a group', async () => {
    const { glass, store } = desk(WAITING, where(), { people: people({}, { S01ONCALL: null }) });
    await glass(CAROL);

    expect((await store.events(RUN_ID)).at(-1)?.event).toMatchObject({ told: [ALICE, BOB, DAVE] });
  });

  const NOBODY = where({}, []);
  it.each<[string, Partial<GlassClick>, Site, string]>([
    [
      'while it is off',
      {},
      NOBODY,
      'glass-not-allowed: Nobody may break the glass of Acme Kitchens: the configuration names nobody in approval.breakGlass. An approver has to press Approve.',
    ],
    [
      'by an approver who is not on the list',
      { user: BOB },
      where(),
      'glass-not-allowed: You may not break the glass of Acme Kitchens. Someone on the list approval.breakGlass may, or an approver presses Approve.',
    ],
    [
      'if Slack does not say who is on the list',
      {},
      where({}, ['S09GONE']),
      'identity-unknown: Slack did not say who may break the glass. Try again in a minute.',
    ],
    [
      'with another name',
      { site: 'acme-kitchen' },
      where(),
      'glass-mistyped: Nothing was done. Type the name of the site exactly: acme-kitchens.',
    ],
    [
      'without a reason',
      { reason: 'urgent' },
      where(),
      'glass-mistyped: Nothing was done. Say why in at least 3 words. Everybody reads it, and it stays in the record.',
    ],
    [
      'of a plan that has been replaced',
      { digest: 'f'.repeat(64) },
      where(),
      'plan-changed: This button belongs to a plan that has been replaced. Decide on the newest message of this run.',
    ],
  ])('does nothing %s', async (_, click, at, expected) => {
    const { glass, run } = desk(WAITING, at);
    const result = await glass(CAROL, click);

    expect(result.kind === 'refused' && `${result.refusal.code}: ${words(result)}`).toBe(expected);
    expect(await run()).toMatchObject({ state: 'awaiting-approval', glass: { broken: [] } });
  });

  it.each([
    ['a guest', { guest: true }, 'identity-guest'],
    ['a deactivated account', { deleted: true }, 'identity-deleted'],
    ['somebody whom Slack does not name', null, 'identity-unknown'],
  ])('is refused to %s', async (_, identity, code) => {
    const { glass } = desk(WAITING, where(), { people: people({ [CAROL]: identity }, { S01ONCALL: [] }) });

    expect(await glass(CAROL)).toMatchObject({ refusal: { code } });
  });

  it('is over with the plan, and a Deny stays a Deny', async () => {
    const { glass, clock, run } = desk();
    clock.set(T.expires);
    expect(await glass(CAROL)).toMatchObject({ refusal: { code: 'approval-expired' } });
    expect((await run()).state).toBe('awaiting-approval');

    const denied = desk([...WAITING, { type: 'denied', by: BOB, digest: OF.digest }]);
    expect(words(await denied.glass(CAROL))).toBe(`${RUN_ID} was already denied by <@${BOB}>.`);
  });

  it('happens once of many clicks at once, with approvals and a Deny among them', async () => {
    const { glass, run, deps } = desk();
    const approve = (user: string) => approveRun(deps, { run: RUN_ID, digest: OF.digest, user });

    const results = await Promise.all([
      glass(CAROL),
      approve(BOB),
      glass(ALICE),
      approve(DAVE),
      glass(CAROL),
    ]);

    const now = await run();
    expect(now.state).toBe('ready');
    expect(now.glass.broken.length).toBeLessThanOrEqual(1);
    expect(results.map(words).every((text) => text.length > 10)).toBe(true);
    expect(approvalProblem(now, where(), signer)).toBeNull();
  });

  it('says so if another one of the site has not been reviewed', async () => {
    const { glass, store } = desk();
    const done: readonly RunEvent[] = [...STOPPED.slice(0, 3), ended('done', 'healthy', 0), verified];
    const other = { ...runOf(done), id: 'acme-kitchens-3' };
    store.put(other, done);
    await store.scheduleTasks(other, T.expires);

    expect(words(await glass(CAROL))).toContain(' acme-kitchens-3 has not been reviewed yet either.');
  });
});

describe('breaking the glass of a decision', () => {
  async function asked() {
    const all = desk(STOPPED);
    const offer = offers(await all.run()).find(({ decision }) => decision.action === 'go-back');
    const click = { run: RUN_ID, digest: offer?.digest ?? null, user: ALICE };
    expect(words(await decideAtStop(all.deps, click))).toMatch(/^2 other people have to approve this/);
    return { ...all, digest: click.digest };
  }

  it('begins it, and the worker takes that for the missing approvals', async () => {
    const { glass, run, digest } = await asked();

    expect(words(await glass(CAROL, { digest }))).toBe(
      `You broke the glass. The decision for ${RUN_ID} begins without the missing approvals, every approver is told, and one of them has to review it.`,
    );
    const now = await run();
    expect(now).toMatchObject({
      state: 'switching',
      switched: { attempt: 2, decision: { by: ALICE, approval: null, digest } },
      history: { requests: [{ answer: { kind: 'glass', by: CAROL } }] },
    });
    expect(decisionProblem(now, where(), signer)).toBeNull();
    expect(approvalProblem(now, where(), signer)).toBeNull();
  });

  it('is not taken by the worker if it was forged, is for something else, or by somebody else', async () => {
    const { glass, run, digest } = await asked();
    await glass(CAROL, { digest });
    const now = await run();
    const last = now.glass.broken[1];
    if (last === undefined || digest === null) throw new Error('nothing was broken');
    const of = { digest };
    const expiresAt = last.expiresAt;
    const withGlass = (...all: Run['glass']['broken']): Run => ({
      ...now,
      glass: { ...now.glass, broken: all },
    });
    const problems = [
      withGlass(broken(OF).glass),
      withGlass({ ...last, signature: 'f'.repeat(64) }),
      withGlass(broken(of, { by: BOB, expiresAt }).glass),
      withGlass(broken(of, { expiresAt: '2026-03-01T09:00:00.000Z' }).glass),
    ].map((one) => decisionProblem(one, where(), signer));

    expect(problems).toEqual(problems.map(() => 'the decision has no valid approval by a second person'));
  });

  it('is refused for a decision that nobody has asked for, or that was denied', async () => {
    const { glass, deps, digest } = await asked();
    await denyDecision(deps, { run: RUN_ID, digest, user: ALICE });

    expect(await glass(CAROL, { digest })).toMatchObject({ refusal: { code: 'plan-changed' } });
  });

  it('of the plan counts for its decisions also if nobody may break it any more', async () => {
    const { run } = await asked();

    expect(approvalProblem(await run(), where({}, [CAROL]), signer)).toBeNull();
  });
});

describe('the review', () => {
  const DONE: readonly RunEvent[] = [...STOPPED.slice(0, 3), ended('done', 'healthy', 0), verified];
  const review = (all: ReturnType<typeof desk>, user: string) =>
    closeReview(all.deps, { run: RUN_ID, user, note: 'right, nobody was there' });

  it('is closed once, by an approver who had no part in it', async () => {
    const all = desk(DONE);

    expect(words(await review(all, CAROL))).toBe(
      'You broke the glass, so somebody else has to review it. Another approver of this site has to close the review.',
    );
    expect(words(await review(all, ALICE))).toMatch(/^You asked for this run, so somebody else/);
    expect(words(await review(all, 'U05EVE'))).toMatch(/^You are not an approver of this site\./);
    expect(words(await review(all, BOB))).toBe(`You closed the review of ${RUN_ID}.`);
    expect((await all.run()).glass.review).toMatchObject({ by: BOB, note: 'right, nobody was there' });
    expect(words(await review(all, DAVE))).toBe(`<@${BOB}> has already reviewed ${RUN_ID}.`);
  });

  it('is not closed with another account of whoever broke the glass', async () => {
    const at = where({ approvers: [BOB, DAVE], accounts: [[CAROL, BOB]] });
    const all = desk(DONE, at, {
      people: people(
        { [DAVE]: { email: 'a@example.com' }, [ALICE]: { email: 'A@example.com' } },
        { S01ONCALL: [] },
      ),
    });

    expect(words(await review(all, BOB))).toMatch(/^You broke the glass/);
    expect(words(await review(all, DAVE))).toMatch(/^You asked for this run/);
  });

  it('waits for the end of the run, and there is none without a broken glass', async () => {
    expect(words(await review(desk(STOPPED), BOB))).toBe(
      `${RUN_ID} has not ended yet. Review it when it has.`,
    );
    expect(words(await review(desk(), BOB))).toBe(`Nobody has broken the glass of ${RUN_ID}.`);
  });
});
