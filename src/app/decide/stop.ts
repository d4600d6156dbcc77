import type { Approval } from '../../domain/approval/approval.ts';
import { reasonOf } from '../../domain/approval/reason.ts';
import { factorWanted } from '../../domain/plan/factor-wanted.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { DecisionAction } from '../../domain/run/decision.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { isHostSilent } from '../../domain/run/host-silence.ts';
import type { AskedDecision, Run } from '../../domain/run/run.ts';
import { unsealedRefusal } from '../../domain/run/unsealed.ts';
import { isVerified } from '../../domain/run/verified.ts';
import type { Site } from '../../domain/site/site.ts';
import { type Offer, offers } from '../../domain/stop/offers.ts';
import { person, phrase } from '../../domain/text/phrase.ts';
import { remainingCommands } from '../../remote/manual-commands.ts';
import { permission } from '../people/permission.ts';
import {
  type Click,
  type ClickResult,
  type DecisionDeps,
  decide,
  lateAnswer,
  type Verdict,
} from './decide.ts';
import { morePeople, signApproval } from './sign-approval.ts';

/** How long the host may take to begin what was decided, in milliseconds. After that, nobody expects it any more. */
const BEGIN_WITHIN_MS = 10 * 60_000;

const DONE: Readonly<Record<DecisionAction, string>> = {
  retry: 'will be tried again',
  skip: 'will be skipped',
  'go-back': 'will put the site back as it was',
};

/** Retry, Skip, Go back: done at once if the plan's approval covers it, otherwise a second person has to approve. */
export function decideAtStop(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decideHere(deps, click, (run, site) => {
    const offer = offerOf(run, click.digest);
    if ('kind' in offer) return offer;
    return offer.secondPerson === null
      ? { event: begun(deps, offer, click.user, null), sentence: beginSentence(run, offer) }
      : ask(deps, run, site, offer, click.user);
  });
}

/** The decision that a button stands for, or the answer if nobody can make it now. */
export function offerOf(run: Run, digest: string | null): Offer | ClickResult {
  const unsealed = unsealedRefusal(run, 'Take over by hand, or stop here.');
  if (unsealed !== null) return { kind: 'refused', refusal: unsealed };
  const offer = offers(run).find((one) => one.digest === digest);
  return offer ?? { kind: 'refused', refusal: replacedMessage() };
}

function ask(deps: DecisionDeps, run: Run, site: Site, offer: Offer, by: string): Verdict {
  const asked = run.stop?.asked ?? null;
  if (asked?.digest === offer.digest)
    return {
      kind: 'late',
      sentence: phrase`${person(asked.by)} has already asked for this. A second person has to approve it.`,
    };
  const expiresAt = later(deps, site.approval.expiresMs);
  const { decision, digest } = offer;
  return {
    event: { type: 'recovery-asked', recovery: decision, by, digest, expiresAt },
    sentence: `${secondPeople(offer)} to approve this, because ${offer.secondPerson}. The bot has asked them.`,
  };
}

function secondPeople({ quorum }: Offer): string {
  return quorum === 1 ? 'A second person has' : `${quorum} other people have`;
}

/** Approve, on a decision that needs a second person: signed like the approval of a plan. */
export function approveDecision(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const asked = askedFor(run, click);
    if ('kind' in asked) return asked;
    const offer = offerOf(run, asked.digest);
    if ('kind' in offer) return offer;
    const { digest, by: requester, expiresAt } = asked;
    const before = asked.approvals;
    const approvedBy = before.map(({ approver }) => approver);
    const factor = factorWanted(run.plan, site);
    const wanted = { digest, requester, expiresAt, approvedBy, factor };
    const approval = await signApproval(deps, click, site, wanted);
    if ('kind' in approval) return approval;
    const missing = offer.quorum - before.length - 1;
    return missing > 0
      ? {
          event: { type: 'recovery-approved', approval },
          sentence: `You approved it${morePeople(missing)}.`,
        }
      : { event: begun(deps, offer, asked.by, approval, before), sentence: beginSentence(run, offer) };
  });
}

/** Deny, on a decision that needs a second person. */
export function denyDecision(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const asked = askedFor(run, click);
    if ('kind' in asked) return asked;
    const no = await mayDecide(deps, click, run, site);
    if (no) return { kind: 'refused', refusal: no };
    return {
      event: { type: 'recovery-dropped', by: click.user, ...reasonOf(click.reason) },
      sentence: 'You denied it. Nothing was done, and the run is still waiting for a decision.',
    };
  });
}

/** I'm on it: the bot stops calling people; everything else stays open. */
export function acknowledgeRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decideHere(deps, click, (run) => {
    const first = run.stop?.acknowledgedBy ?? null;
    return first === null
      ? {
          event: { type: 'acknowledged', by: click.user },
          sentence: `You're on it. The bot calls nobody else about ${run.id}.`,
        }
      : { kind: 'late', sentence: phrase`${person(first)} is already on it.` };
  });
}

/** Take over by hand: the bot gives the remaining commands with their values, and leaves the site to a person. */
export function takeOverRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decideHere(deps, click, (run, site) => ({
    event: { type: 'taken-over', by: click.user, commands: remainingCommands(site, run) },
    sentence: `${run.id} is yours. The commands are in its thread.`,
  }));
}

/** Stop here: a person ends a run that waits for a decision. */
export function closeRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decideHere(deps, click, (run) => ({
    event: { type: 'closed', by: click.user },
    sentence: `${run.id} is closed. ${isHostSilent(run) ? 'The state of its host is unknown.' : 'The site stays as it is.'}`,
  }));
}

/** The site is back: if the checks did not say so, a person lets the stakeholders hear it. */
export function saySiteIsBack(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, isVerified(run) ? [] : ['closed', 'succeeded']);
    if (late) return late;
    const no = await mayDecide(deps, click, run, site);
    if (no) return { kind: 'refused', refusal: no };
    const { back } = run.updates;
    return back === null
      ? {
          event: { type: 'back-said', by: click.user },
          sentence: `The bot is telling the stakeholders of ${site.name} that it is back.`,
        }
      : { kind: 'late', sentence: phrase`${person(back.by)} has already said so.` };
  });
}

function decideHere(
  deps: DecisionDeps,
  click: Click,
  rule: (run: Run, site: Site) => Verdict,
): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['needs-decision']);
    if (late) return late;
    const no = await mayDecide(deps, click, run, site);
    return no ? { kind: 'refused', refusal: no } : rule(run, site);
  });
}

function mayDecide(deps: DecisionDeps, click: Click, run: Run, site: Site): Promise<Refusal | null> {
  const list = [...site.operators, ...site.approvers, ...site.escalation, run.request.requester];
  return permission(deps.people, click.user, list, {
    may: `decide on rollbacks of ${site.name}`,
    key: 'operators',
  });
}

export function askedFor(run: Run, click: Click): AskedDecision | ClickResult {
  const late = lateAnswer(run, ['needs-decision']);
  if (late) return late;
  const asked = run.stop?.asked ?? null;
  return asked?.digest === click.digest ? asked : { kind: 'refused', refusal: replacedMessage() };
}

export function begun(
  deps: DecisionDeps,
  { decision, digest }: Offer,
  by: string,
  approval: Approval | null,
  before: readonly Approval[] = [],
): RunEvent {
  return {
    type: 'recovery-begun',
    recovery: decision,
    by,
    digest,
    expiresAt: later(deps, BEGIN_WITHIN_MS),
    approval,
    ...(before.length > 0 && { approvals: before }),
  };
}

function beginSentence(run: Run, { decision }: Offer): string {
  return decision.action === 'go-back'
    ? `${run.id} ${DONE['go-back']}.`
    : `The step that stopped ${run.id} ${DONE[decision.action]}.`;
}

function later({ clock }: DecisionDeps, ms: number): string {
  return new Date(Date.parse(clock.now()) + ms).toISOString();
}

function replacedMessage(): Refusal {
  return refusal(
    'plan-changed',
    'This button is out of date: the run has moved on.',
    'Decide on the newest message of this run.',
  );
}
