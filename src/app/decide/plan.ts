import { startText } from '../../domain/approval/approval.ts';
import { isAllowed } from '../../domain/lifecycle/allowed.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { type Consent, isTerminal, type Run } from '../../domain/run/run.ts';
import { person, phrase } from '../../domain/text/phrase.ts';
import { permission } from '../people/permission.ts';
import {
  type Click,
  type ClickResult,
  type DecisionDeps,
  decide,
  lateAnswer,
  replaced,
  stateSentence,
} from './decide.ts';
import { signApproval } from './sign-approval.ts';

/** Approve: a second person's decision on one digest, signed, stored by compare-and-set. */
export function approveRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-approval']);
    if (late) return late;
    const { plan, consent } = run;
    if (plan === null || consent === null) return { kind: 'refused', refusal: replaced() };
    const approval = await signApproval(deps, click, site, {
      digest: plan.digest,
      requester: run.request.requester,
      expiresAt: consent.expiresAt,
      approvedBy: consent.approvals.map(({ approver }) => approver),
    });
    if ('kind' in approval) return approval;
    const missing = stillMissing(plan, consent);
    return { event: { type: 'approved', approval }, sentence: `You approved ${run.id}${missing}.` };
  });
}

/** After this approval: a first of two must not sound as if it were enough. */
function stillMissing({ quorum }: Plan, { approvals }: Consent): string {
  const missing = quorum - approvals.length - 1;
  if (missing <= 0) return '';
  return missing === 1 ? '; one more has to' : `; ${missing} more have to`;
}

/** Deny: any approver, the requester included, may say no. */
export function denyRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-approval']);
    if (late) return late;
    const list = [...site.approvers, run.request.requester];
    const no = await permission(deps.people, click.user, list, {
      may: `decide on ${site.name}`,
      key: 'approvers',
    });
    if (no) return { kind: 'refused', refusal: no };
    if (click.digest !== run.plan?.digest) return { kind: 'refused', refusal: replaced() };
    return {
      event: { type: 'denied', by: click.user, digest: click.digest },
      sentence: `You denied ${run.id}. Nothing was changed.`,
    };
  });
}

/** Start: no second person needed; the requester or an operator. */
export function startRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-start']);
    if (late) return late;
    const list = [...site.operators, run.request.requester];
    const no = await permission(deps.people, click.user, list, {
      may: `start a rollback of ${site.name}`,
      key: 'operators',
    });
    if (no) return { kind: 'refused', refusal: no };
    if (click.digest !== run.plan?.digest || run.consent === null)
      return { kind: 'refused', refusal: replaced() };
    const { expiresAt } = run.consent;
    if (deps.clock.now() >= expiresAt) return { kind: 'refused', refusal: expired() };
    const { user: by, digest } = click;
    const signature = deps.signer.sign(startText({ run: run.id, digest, by, expiresAt }));
    return {
      event: { type: 'started', by, digest, signature },
      sentence: `You started ${run.id}.`,
    };
  });
}

/** Cancel: at once before the first stop; later the step under way is the last, and the failure clause follows. */
export function cancelRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    if (isTerminal(run.state)) return { kind: 'late', sentence: stateSentence(run) };
    const no = await permission(deps.people, click.user, [...site.operators, run.request.requester], {
      may: `cancel ${run.id}`,
      key: 'operators',
    });
    if (no) return { kind: 'refused', refusal: no };
    const event: RunEvent = { type: 'cancelled', by: click.user };
    if (isAllowed(run, event)) return { event, sentence: `You cancelled ${run.id}. Nothing was changed.` };
    const later: RunEvent = { type: 'cancel-asked', by: click.user };
    if (!isAllowed(run, later)) return { kind: 'refused', refusal: begun(run) };
    const first = run.switched?.cancelledBy ?? null;
    return first === null
      ? { event: later, sentence: `You cancelled ${run.id}${begunText(run)}. ${next(run)}` }
      : { kind: 'late', sentence: phrase`${person(first)} has cancelled ${run.id} already. ${next(run)}` };
  });
}

const AFTER_CANCEL =
  'It ends the step that it is at. If that is not the last one, the previous code is put back then; where the database is restored already, people are asked.';

const WHILE_GOING_BACK =
  'It goes back already. If a restored database is not being replaced yet, that is left as it is, and people are asked; everything else is put back all the same.';

const AFTER_ANSWER =
  'Its host does not answer, and is told as soon as it does. Until then a program that has begun there goes on by itself.';

function begunText({ silence }: Run): string {
  return silence === null ? ', which has begun to change the site' : '';
}

function next({ silence, switched }: Run): string {
  if (silence !== null) return AFTER_ANSWER;
  return switched?.decision?.recovery.action === 'go-back' ? WHILE_GOING_BACK : AFTER_CANCEL;
}

function begun(run: Run): Refusal {
  return run.state === 'needs-decision'
    ? refusal(
        'plan-changed',
        `${run.id} has changed the site and waits for a decision; it cannot be cancelled any more.`,
        'Decide on its newest message: go back, go on, or take it over by hand.',
      )
    : refusal(
        'plan-changed',
        `The switch of ${run.id} is over; what runs now is the proof, which changes nothing.`,
        'Wait for its end. If the site has to go back then, roll it back to the version before.',
      );
}

function expired(): Refusal {
  return refusal(
    'approval-expired',
    'The time to start this plan is over.',
    'Type the command again to get a fresh plan.',
  );
}
