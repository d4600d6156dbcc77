import { describe, expect, it } from 'vitest';
import { approveRun } from '../../../src/app/decide/plan.ts';
import { approveDecision, decideAtStop } from '../../../src/app/decide/stop.ts';
import { approvalProblem, decisionProblem } from '../../../src/app/switch/check-approval.ts';
import { type Approval, approvalText } from '../../../src/domain/approval/approval.ts';
import type { Identity } from '../../../src/domain/approval/identity.ts';
import { planDigest } from '../../../src/domain/plan/plan.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { words } from '../../support/story/click-words.ts';
import { approval, ended, eventsTo, hostState, plan, RUN_ID, runOf, steps } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site } from '../../support/story/site.ts';
import { deskOf } from './desk.ts';
import { desk } from './stop-support.ts';

const BOB_ADMIN = 'W09BOBADM';
const ALICE_ADMIN = 'W09ALICEADM';
const DAVE = 'U04DAVE';

const STRICT = {
  expiresMs: 900_000,
  quorum: 1,
  quorums: { full: 2, 'go-back': 3, retry: 1 },
  always: ['code-only', 'retry'],
} as const;

const where = (more: Partial<Site> = {}) =>
  site({ approvers: [ALICE, BOB, CAROL, DAVE, BOB_ADMIN, ALICE_ADMIN], operators: [ALICE], ...more });

function signed(of: ReturnType<typeof plan>, more: Partial<Approval>): RunEvent {
  const one = approval(of, more);
  return { type: 'approved', approval: { ...one, signature: signer.sign(approvalText(one)) } };
}

describe('a plan under a policy', () => {
  it('has in its digest what made a second person necessary, how many, and the rules for its decisions', () => {
    const [full, code] = [
      plan('full', {}, where({ approval: STRICT })),
      plan('code-only', {}, where({ approval: STRICT })),
    ];
    const decisions = { quorums: { 'go-back': 3, retry: 1 }, always: ['retry'] };

    expect([full.binding.approval, code.binding.approval]).toEqual([
      { reasons: ['the database is overwritten'], quorum: 2, decisions },
      {
        reasons: ['this site always needs a second person for a rollback of the code alone'],
        quorum: 1,
        decisions,
      },
    ]);
    const { approval: bound, ...rest } = full.binding;
    const fewer = { ...rest, approval: { reasons: bound?.reasons ?? [], quorum: 2 } };
    expect(planDigest(fewer)).not.toBe(full.digest);
  });

  it('starts at the worker only with what the configuration of now asks for this mode', () => {
    const of = plan('full', {}, where());
    const run = runOf([{ type: 'planned', plan: of, expiresAt: approval(of).expiresAt }, signed(of, {})]);

    expect(approvalProblem(run, where(), signer)).toBeNull();
    expect(
      approvalProblem(run, where({ approval: { ...STRICT, quorums: { 'code-only': 2 } } }), signer),
    ).toBeNull();
    expect(approvalProblem(run, where({ approval: STRICT }), signer)).toBe(
      'not enough people approved this plan',
    );
  });

  it('of code alone needs a second person where the configuration of now names it', () => {
    const run = runOf(eventsTo('ready', plan('code-only')));

    expect(approvalProblem(run, where(), signer)).toBeNull();
    expect(
      approvalProblem(run, where({ approval: { ...STRICT, always: ['full', 'retry'] } }), signer),
    ).toBeNull();
    expect(approvalProblem(run, where({ approval: STRICT }), signer)).toBe(
      'not enough people approved this plan',
    );
  });
});

describe('a decision under a policy', () => {
  const of = plan('full', {}, where({ approval: STRICT }));
  const HELD = [
    ...eventsTo('awaiting-approval', of),
    signed(of, {}),
    signed(of, { approver: CAROL }),
    { type: 'switch-started', digest: of.digest },
    ...steps(['restore', 0], ['start', 0], ['healthy', 124]),
    ended('hold', 'healthy', 124, { found: hostState() }),
  ] as const satisfies readonly RunEvent[];

  it('that one person may take today waits for a second one where the policy always wants one', async () => {
    const { deps, run, click } = desk(HELD, where());
    const retry = await click(ALICE, 'retry');

    expect(words(await decideAtStop(deps, retry))).toBe(
      'A second person has to approve this, because this site always needs a second person for Retry. The bot has asked them.',
    );
    expect((await approveDecision(deps, { ...retry, user: BOB })).kind).toBe('done');
    const begun = await run();
    expect(begun.state).toBe('switching');
    expect(decisionProblem(begun, where(), signer)).toBeNull();

    const { switched } = begun;
    const decision = switched?.decision;
    if (!switched || !decision) throw new Error('nothing was decided');
    const alone = { ...begun, switched: { ...switched, decision: { ...decision, approval: null } } };
    expect(decisionProblem(alone, where(), signer)).toBe(
      'the decision has no valid approval by a second person',
    );
  });

  it('needs as many people as the policy of its plan says, and not as many as the plan', async () => {
    const { deps, run, click } = desk(HELD, where());
    const back = await click(ALICE, 'go-back');

    expect(words(await decideAtStop(deps, back))).toMatch(/^3 other people have to approve this, because /);
    expect(words(await approveDecision(deps, { ...back, user: BOB }))).toBe(
      'You approved it. 2 more people have to approve.',
    );
    expect(words(await approveDecision(deps, { ...back, user: CAROL }))).toBe(
      'You approved it. One more person has to approve.',
    );
    expect((await approveDecision(deps, { ...back, user: DAVE })).kind).toBe('done');

    const begun = await run();
    expect(decisionProblem(begun, where(), signer)).toBeNull();
    const { switched } = begun;
    const decision = switched?.decision;
    if (!switched || !decision) throw new Error('nothing was decided');
    const two = { ...decision, approvals: decision.approvals?.slice(1) ?? [] };
    expect(decisionProblem({ ...begun, switched: { ...switched, decision: two } }, where(), signer)).toBe(
      'the decision has no valid approval by a second person',
    );
  });

  it('by one person alone is carried out where no rule names it', async () => {
    const { deps, run, click } = desk(HELD, where());

    expect((await decideAtStop(deps, await click(ALICE, 'skip'))).kind).toBe('done');
    expect(decisionProblem(await run(), where(), signer)).toBeNull();
  });
});

describe('several accounts of one person', () => {
  const of = plan('full', {}, where({ approval: { expiresMs: 900_000, quorum: 2 } }));
  const MAPPED = where({
    accounts: [
      [BOB, BOB_ADMIN],
      [ALICE, ALICE_ADMIN],
    ],
  });
  const waiting: readonly RunEvent[] = [{ type: 'planned', plan: of, expiresAt: approval(of).expiresAt }];
  const SAME: Readonly<Record<string, Partial<Identity>>> = {
    [BOB]: { email: 'bob@example.com' },
    [BOB_ADMIN]: { email: 'BOB@example.com' },
    [ALICE]: { email: 'alice@example.com' },
    [ALICE_ADMIN]: { email: 'Alice@Example.com' },
  };

  it.each([
    ['the configuration', MAPPED, {}],
    ['Slack', where(), SAME],
  ])('count once by %s: for the requester, and in a quorum', async (_, at, known) => {
    const { deps, store } = deskOf(at, waiting, { people: people(known) });
    const approve = async (user: string) =>
      words(await approveRun(deps, { run: RUN_ID, digest: of.digest, user }));

    expect(await approve(ALICE_ADMIN)).toBe(
      'You asked for this rollback with another account, so you cannot approve it yourself. Another approver of this site has to press Approve.',
    );
    expect(await approve(BOB)).toBe(`You approved ${RUN_ID}. One more person has to approve.`);
    expect(await approve(BOB_ADMIN)).toBe(
      'You have already approved this plan with another account, and one person counts once.',
    );
    expect((await store.read(RUN_ID))?.state).toBe('awaiting-approval');
    expect(await approve(CAROL)).toBe(`You approved ${RUN_ID}.`);
  });

  it('are two people if nothing says otherwise, also if nobody has confirmed the address', async () => {
    const { deps } = deskOf(where(), waiting, { people: people({ [ALICE_ADMIN]: { email: null } }) });

    expect(words(await approveRun(deps, { run: RUN_ID, digest: of.digest, user: ALICE_ADMIN }))).toBe(
      `You approved ${RUN_ID}. One more person has to approve.`,
    );
  });

  it('cannot be told apart if Slack does not name the requester', async () => {
    const { deps } = deskOf(where(), waiting, { people: people({ [ALICE]: null }) });

    expect(await approveRun(deps, { run: RUN_ID, digest: of.digest, user: BOB })).toMatchObject({
      refusal: { code: 'identity-unknown' },
    });
  });

  it('count once at the launch as well, where only the configuration says so', () => {
    const both = runOf([...waiting, signed(of, {}), signed(of, { approver: BOB_ADMIN })]);
    const own = runOf([...waiting, signed(of, { approver: CAROL }), signed(of, { approver: ALICE_ADMIN })]);

    expect([both, own].map((run) => approvalProblem(run, where(), signer))).toEqual([null, null]);
    expect([both, own].map((run) => approvalProblem(run, MAPPED, signer))).toEqual([
      'not enough people approved this plan',
      'whoever asked for it has approved it with another account',
    ]);
  });
});
