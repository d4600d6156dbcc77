import { describe, expect, it } from 'vitest';
import { approvalProblem, approvalRefusal, decisionProblem } from '../../../src/app/switch/check-approval.ts';
import { type Approval, approvalText } from '../../../src/domain/approval/approval.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { planDigest } from '../../../src/domain/plan/plan.ts';
import { type Decision, decisionDigest } from '../../../src/domain/run/decision.ts';
import type { BegunDecision, Run } from '../../../src/domain/run/run.ts';
import { signer } from '../../support/fakes/signer.ts';
import {
  approval,
  ended,
  eventsTo,
  hostState,
  plan,
  RUN_ID,
  runIn,
  runOf,
  steps,
} from '../../support/story/run.ts';
import { BOB, CAROL, site, T } from '../../support/story/site.ts';

const NONE = site({ approvers: [BOB, CAROL] });
const TOTP = site({ approvers: [BOB, CAROL], approval: { expiresMs: 900_000, quorum: 1, factor: 'totp' } });
const PLAN = plan('full', {}, TOTP);
const OLD = plan('full', {}, NONE);

function signed(of: Plan, more: Partial<Approval> = {}): Approval {
  const one = approval(of, more);
  return { ...one, signature: signer.sign(approvalText(one)) };
}

const ready = (of: Plan, ...approvals: readonly Approval[]): Run => {
  const run = runIn('ready', of);
  return { ...run, consent: run.consent && { ...run.consent, approvals } };
};

const WITHOUT = 'an approval was given without the second factor';

describe('an approval whose plan or site wants a second factor', () => {
  it.each<[what: string, run: Run, where: typeof TOTP, problem: string | null]>([
    ['holds with it', ready(PLAN, signed(PLAN, { factor: 'totp' })), TOTP, null],
    ['does not hold without it', ready(PLAN, signed(PLAN)), TOTP, WITHOUT],
    [
      'does not hold if one of two has it',
      ready(PLAN, signed(PLAN, { factor: 'totp' }), signed(PLAN, { approver: CAROL })),
      TOTP,
      WITHOUT,
    ],
    [
      'does not hold without it, though the site wants none any more',
      ready(PLAN, signed(PLAN)),
      NONE,
      WITHOUT,
    ],
    ['does not hold without it, though the plan is older than that', ready(OLD, signed(OLD)), TOTP, WITHOUT],
    ['holds with it, though the plan did not ask', ready(OLD, signed(OLD, { factor: 'totp' })), TOTP, null],
    ['holds without it where nobody asks', ready(OLD, signed(OLD)), NONE, null],
    [
      'does not hold with one that was written into the record',
      ready(PLAN, { ...signed(PLAN), factor: 'totp' }),
      TOTP,
      'an approval has no valid signature for this plan',
    ],
    [
      'does not hold if it was taken out of the record',
      ready(PLAN, (({ factor: _factor, ...rest }) => rest)(signed(PLAN, { factor: 'totp' }))),
      TOTP,
      'an approval has no valid signature for this plan',
    ],
  ])('%s', (_, run, where, problem) => {
    expect(approvalProblem(run, where, signer)).toBe(problem);
    expect(approvalRefusal(run, where, signer, T.decided)?.code ?? null).toBe(problem && 'approval-forged');
  });

  it('is of another plan if the factor is taken out of its digest', () => {
    const { factor: _factor, ...rest } = PLAN.binding.approval ?? { reasons: [], quorum: 1 };
    const binding = { ...PLAN.binding, approval: rest };

    expect(planDigest(binding)).not.toBe(PLAN.digest);
    const run = ready({ ...PLAN, binding }, signed(PLAN));
    expect(approvalProblem(run, NONE, signer)).toBe("the plan doesn't match its digest");
  });
});

describe('a decision that needs a second person, of a plan that wants a second factor', () => {
  const back: Decision = { attempt: 2, action: 'go-back', step: 'healthy' };
  const digest = decisionDigest(RUN_ID, PLAN.digest, back);

  function goingBack(of: Partial<Approval>): Run {
    const one = { ...signed(PLAN, { digest, requester: BOB, approver: CAROL, ...of }) };
    const begun: BegunDecision = { recovery: back, by: BOB, digest, expiresAt: T.expires, approval: one };
    const held = runOf([
      ...eventsTo('switching', PLAN),
      ...steps(['restore', 0], ['start', 0], ['healthy', 124]),
      ended('hold', 'healthy', 124, { found: hostState() }),
      { type: 'recovery-begun', ...begun },
    ]);
    return held;
  }

  it('holds with it, and not without', () => {
    expect(decisionProblem(goingBack({ factor: 'totp' }), TOTP, signer)).toBeNull();
    expect(decisionProblem(goingBack({}), TOTP, signer)).toBe(
      'the decision has no valid approval by a second person',
    );
  });
});
