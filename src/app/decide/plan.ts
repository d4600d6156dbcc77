import { startText } from '../../domain/approval/approval.ts';
import { reasonOf } from '../../domain/approval/reason.ts';
import { isAllowed } from '../../domain/lifecycle/allowed.ts';
import { factorWanted } from '../../domain/plan/factor-wanted.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { buildingText, openQuestion } from '../../domain/run/open-question.ts';
import { isTerminal, type Run } from '../../domain/run/run.ts';
import { unsealedRefusal } from '../../domain/run/unsealed.ts';
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
import { morePeople, signApproval } from './sign-approval.ts';

const ASK_AGAIN = 'Type the command again to get a fresh plan.';

/** When a second person has to agree: to building an unreviewed version, or to the plan. */
const ASKING: readonly Run['state'][] = ['awaiting-build-approval', 'awaiting-approval'];

/** Approve: a second person's decision on one digest, signed, and stored by compare-and-set. */
export function approveRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ASKING);
    if (late) return late;
    const asked = openQuestion(run);
    if (asked === null) return { kind: 'refused', refusal: replaced() };
    const unsealed = unsealedRefusal(run, ASK_AGAIN);
    if (unsealed) return { kind: 'refused', refusal: unsealed };
    const approval = await signApproval(deps, click, site, {
      digest: asked.digest,
      requester: run.request.requester,
      expiresAt: asked.expiresAt,
      approvedBy: asked.approvals.map(({ approver }) => approver),
      factor: factorWanted(run.plan, site),
    });
    if ('kind' in approval) return approval;
    // The first of two must not sound as if it were enough.
    const missing = morePeople(asked.quorum - asked.approvals.length - 1);
    const what = asked.about === 'plan' ? run.id : `${buildingText(run)} for ${run.id}`;
    return { event: { type: 'approved', approval }, sentence: `You approved ${what}${missing}.` };
  });
}

/** Deny: any approver may say no, and so may the requester. */
export function denyRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ASKING);
    if (late) return late;
    const list = [...site.approvers, run.request.requester];
    const no = await permission(deps.people, click.user, list, {
      may: `decide on rollbacks of ${site.name}`,
      key: 'approvers',
    });
    if (no) return { kind: 'refused', refusal: no };
    if (click.digest === null || click.digest !== openQuestion(run)?.digest)
      return { kind: 'refused', refusal: replaced() };
    return {
      event: { type: 'denied', by: click.user, digest: click.digest, ...reasonOf(click.reason) },
      sentence: `You denied ${run.id}. Nothing was changed.`,
    };
  });
}

/** Start: for a plan that needs no second person. The requester or an operator presses it. */
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
    const unsealed = unsealedRefusal(run, ASK_AGAIN);
    if (unsealed) return { kind: 'refused', refusal: unsealed };
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

/** Cancel: at once before the first stop. Later, the current step finishes and then the failure clause applies. */
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
      : { kind: 'late', sentence: phrase`${person(first)} has already cancelled ${run.id}. ${next(run)}` };
  });
}

const AFTER_CANCEL =
  'The current step will finish, then the bot puts the previous code back. If the database has already been restored, it stops and asks you what to do.';

const WHILE_GOING_BACK =
  "It is already going back. Code and environment are still put back. If the restored database hasn't been replaced yet, the bot leaves it alone and asks you.";

const AFTER_ANSWER =
  "Its host isn't answering. The bot tells it as soon as it does; until then, a switch that has started there continues on its own.";

function begunText({ silence }: Run): string {
  return silence === null ? ', which has started to change the site' : '';
}

function next({ silence, switched }: Run): string {
  if (silence !== null) return AFTER_ANSWER;
  return switched?.decision?.recovery.action === 'go-back' ? WHILE_GOING_BACK : AFTER_CANCEL;
}

function begun(run: Run): Refusal {
  return run.state === 'needs-decision'
    ? refusal(
        'plan-changed',
        `${run.id} can't be cancelled any more: it has changed the site, and is waiting for a decision.`,
        'Decide on its newest message: continue, go back, or take over by hand.',
      )
    : refusal(
        'plan-changed',
        `${run.id} can't be cancelled any more: the switch is over, and the checks that run now change nothing.`,
        'Wait until it ends. If the site still has to go back, roll it back to the previous version.',
      );
}

function expired(): Refusal {
  return refusal('approval-expired', 'This plan has expired.', ASK_AGAIN);
}
