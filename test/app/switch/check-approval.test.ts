import { describe, expect, it } from 'vitest';
import { approvalProblem, approvalRefusal } from '../../../src/app/switch/check-approval.ts';
import { type Approval, approvalText } from '../../../src/domain/approval/approval.ts';
import { sha256 } from '../../../src/domain/digest.ts';
import { type Plan, planDigest } from '../../../src/domain/plan/plan.ts';
import { type Decision, decisionDigest } from '../../../src/domain/run/decision.ts';
import type { BegunDecision, Run } from '../../../src/domain/run/run.ts';
import { signer } from '../../support/fakes/signer.ts';
import { applied } from '../../support/story/evidence.ts';
import { approval, plan, RUN_ID, runIn } from '../../support/story/run.ts';
import { BOB, CAROL, site, T } from '../../support/story/site.ts';

const PLAN = plan();
const unwanted = [applied('web.0003')];
const KEEPS = plan('code-only', { verdict: { kind: 'applied', unwanted }, staying: unwanted });

function signed(of: Plan, more: Partial<Approval> = {}): Approval {
  const one = approval(of, more);
  return { ...one, signature: signer.sign(approvalText(one)) };
}

/** Without the reasons in the digest, nor elsewhere. */
function ofOlderVersion(of: Plan): Plan {
  const { approval: _approval, ...binding } = of.binding;
  return { ...of, binding, digest: planDigest(binding), approvalReasons: [] };
}

function ready(more: Partial<Run> = {}, approvals: readonly Approval[] = [signed(PLAN)]): Run {
  return approvedBy(runIn('ready', PLAN), approvals, more);
}

function approvedBy(run: Run, approvals: readonly Approval[], more: Partial<Run> = {}): Run {
  return { ...run, consent: run.consent && { ...run.consent, approvals }, ...more };
}

function retrying(decision: BegunDecision): Partial<Run> {
  const { switched } = runIn('switching', PLAN);
  return { switched: switched && { ...switched, decision, attempt: 2 } };
}

const refused = (run: Run, where = site(), now: string = T.decided) =>
  approvalRefusal(run, where, signer, now);

describe('the approval, checked again by the worker', () => {
  it('holds when it was signed for exactly this plan by a second person', () => {
    expect(refused(ready())).toBeNull();
  });

  it('is not asked for where the database and the code are ones that the site had', () => {
    const of = plan('code-only');

    expect(refused(approvedBy(runIn('ready', of), []))).toBeNull();
  });

  it.each<[string, Run, string]>([
    ['there is no plan', ready({ plan: null }), 'there is no plan'],
    [
      'the program was changed behind the digest',
      ready({ plan: { ...PLAN, program: `${PLAN.program}\nrm -rf /srv` } }),
      "the plan doesn't match its digest",
    ],
    [
      'the program and its hash were changed',
      ready({
        plan: {
          ...PLAN,
          program: 'true',
          binding: { ...PLAN.binding, programSha256: sha256('true') },
        },
      }),
      "the plan doesn't match its digest",
    ],
    [
      'the target was changed behind the digest',
      ready({ plan: { ...PLAN, binding: { ...PLAN.binding, targetCommit: 'f'.repeat(40) } } }),
      "the plan doesn't match its digest",
    ],
    [
      'the whole plan was exchanged for another one',
      ready({ plan: plan('database-only') }),
      'an approval has no valid signature for this plan',
    ],
    [
      'the signature is forged',
      ready({}, [approval(PLAN, { signature: 'f'.repeat(64) })]),
      'an approval has no valid signature for this plan',
    ],
    [
      'another name was put under a real signature',
      ready({}, [{ ...signed(PLAN), approver: CAROL }]),
      'an approval has no valid signature for this plan',
    ],
    [
      'the approval belongs to another run',
      ready({}, [signed(PLAN, { run: 'acme-kitchens-6' })]),
      'an approval has no valid signature for this plan',
    ],
    [
      'the approval is for another digest',
      ready({}, [signed(PLAN, { digest: 'f'.repeat(64) })]),
      'an approval has no valid signature for this plan',
    ],
    [
      "it is the requester's own",
      ready({}, [signed(PLAN, { approver: 'U01ALICE' })]),
      'an approval has no valid signature for this plan',
    ],
    [
      'it was given when the time was over',
      ready({}, [signed(PLAN, { at: T.expires })]),
      'an approval has no valid signature for this plan',
    ],
    [
      'one of two is forged',
      ready({}, [signed(PLAN), approval(PLAN, { approver: CAROL })]),
      'an approval has no valid signature for this plan',
    ],
    ['nobody approved', ready({}, []), 'not enough people approved this plan'],
    [
      'the reasons for an approval were taken out of a record of an older version',
      ready({ plan: ofOlderVersion(PLAN) }, []),
      'not enough people approved this plan',
    ],
    [
      'they were taken out of such a plan whose database keeps unknown migrations',
      ready({ plan: ofOlderVersion(KEEPS) }, []),
      'not enough people approved this plan',
    ],
  ])('does not hold when %s', (_, run, why) => {
    expect(refused(run)).toEqual({
      code: 'approval-forged',
      sentence: `The approval isn't valid: ${why}.`,
      next: 'Nothing was changed. Tell whoever runs the bot, then type the command again.',
    });
  });

  it('needs as many different people as the site asks for now', () => {
    const strict = site({ approvers: [BOB, CAROL], approval: { expiresMs: 1, quorum: 2 } });

    expect(refused(ready(), strict)?.sentence).toContain('not enough people');
    expect(refused(ready({}, [signed(PLAN), signed(PLAN)]), strict)?.sentence).toContain('not enough people');
    expect(refused(ready({}, [signed(PLAN), signed(PLAN, { approver: CAROL })]), strict)).toBeNull();
  });

  it('needs as many as the plan said, though the site asks for fewer now', () => {
    const of = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));

    expect(refused(ready({ plan: of }, [signed(of)]))?.sentence).toContain('not enough people');
    const both = [signed(of), signed(of, { approver: CAROL })];
    expect(refused(ready({ plan: of }, both), site({ approvers: [BOB, CAROL] }))).toBeNull();
  });

  it('does not count for somebody who is no approver any more, unless a user group might have them', () => {
    expect(refused(ready(), site({ approvers: [CAROL] }))).toEqual({
      code: 'approver-not-allowed',
      sentence: `Somebody who has approved this is no longer an approver of Acme Kitchens (${BOB}).`,
      next: 'Nothing was changed. Type the command again to get a fresh plan.',
    });
    expect(refused(ready(), site({ approvers: [CAROL, 'S01ONCALL'] }))).toBeNull();
  });

  it('needs a second person for every run of a site that always wants one', () => {
    const where = site({ approval: { expiresMs: 1, quorum: 1, always: true } });
    const of = plan('code-only', {}, where);

    expect(of.approvalReasons).toEqual(['this site always needs a second person']);
    // The plan is older than that line of the configuration.
    expect(refused(runIn('ready', plan('code-only')), where)?.sentence).toContain('not enough people');
  });

  it.each<[string, Partial<Plan>]>([
    ['fewer people', { quorum: 1 }],
    ['fewer reasons', { approvalReasons: [] }],
    ['other reasons', { approvalReasons: ['it is Friday'] }],
  ])('does not hold for %s than the digest says', (_, more) => {
    const of = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));
    const both = [signed(of), signed(of, { approver: CAROL })];

    expect(refused(ready({ plan: { ...of, ...more } }, both))?.sentence).toContain(
      "the plan doesn't match its digest",
    );
  });

  it('is not asked for once more people by a decision on a run that has begun', () => {
    const strict = site({ approval: { expiresMs: 1, quorum: 2 } });
    const recovery: Decision = { attempt: 2, action: 'retry', step: 'static' };
    const begun: BegunDecision = {
      recovery,
      by: BOB,
      approval: null,
      expiresAt: T.expires,
      digest: decisionDigest(RUN_ID, PLAN.digest, recovery),
    };

    expect(approvalProblem(ready(), strict, signer)).toBe('not enough people approved this plan');
    expect(approvalProblem(ready(retrying(begun)), strict, signer)).toBeNull();
    const none = ready(retrying(begun), []);
    expect(approvalProblem(none, strict, signer)).toBe('not enough people approved this plan');
  });

  it.each([T.expires, '2026-03-01T04:00:00.000Z'])('starts nothing after its time: %s', (now) => {
    expect(refused(ready(), site(), now)).toEqual({
      code: 'approval-expired',
      sentence: 'The plan expired before it could be started.',
      next: 'Nothing was changed. Type the command again to get a fresh plan.',
    });
  });

  it('is signed by the person that the record names', () => {
    expect(ready().consent?.approvals.map((one) => one.approver)).toEqual([BOB]);
    expect(PLAN.digest).toBe(planDigest(PLAN.binding));
  });
});
