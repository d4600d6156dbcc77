import type { Approval } from '../approval/approval.ts';
import { CHECKS } from '../run/decision.ts';
import type { RunEvent } from '../run/event.ts';
import { glassFor } from '../run/glass.ts';
import {
  type AskedDecision,
  currentChecks,
  type DecisionRequest,
  type PastStop,
  type Run,
  type RunEnd,
  type Stop,
} from '../run/run.ts';
import { endOf, switchedOf, withSwitched } from './attempts.ts';

/** From now on the bot calls people until one of them answers. */
export function stopped(run: Run, at: string): Run {
  return { ...run, stop: { since: at, asked: null, calls: [], acknowledgedBy: null } };
}

export function withStop(run: Run, part: (stop: Stop) => Partial<Stop>): Run {
  if (run.stop === null) throw new Error(`run ${run.id} has not stopped`);
  return { ...run, stop: { ...run.stop, ...part(run.stop) } };
}

/** A decision that waited for a second person no longer does. */
function answered(run: Run, answer: DecisionRequest['answer']): Run {
  const requests = run.history.requests.map((one) => (one.answer === null ? { ...one, answer } : one));
  return { ...withStop(run, () => ({ asked: null })), history: { ...run.history, requests } };
}

/** People have the run now, with commands if they take over by hand. No decision waits any more. */
export function closed(run: Run, end: RunEnd): Run {
  return { ...answered(run, { kind: 'over' }), state: 'closed', end };
}

/** `by`: the second person, who denied it; null: nobody agreed in time. */
export function dropped(run: Run, { by, ...said }: Extract<RunEvent, { type: 'recovery-dropped' }>): Run {
  return answered(run, by === null ? { kind: 'over' } : { kind: 'denied', by, ...reasonIn(said) });
}

/** The bot asks a second person. An earlier question no longer waits. */
export function asking(run: Run, event: Extract<RunEvent, { type: 'recovery-asked' }>): Run {
  const next = answered(run, { kind: 'over' });
  const asked = { ...event, approvals: [] };
  const requests = [...next.history.requests, { ...asked, answer: null }];
  return { ...withStop(next, () => ({ asked })), history: { ...next.history, requests } };
}

/** One more person has approved what the bot asked for, and it needs more. */
export function agreed(run: Run, approval: Approval): Run {
  const add = <T extends AskedDecision>(one: T): T => ({ ...one, approvals: [...one.approvals, approval] });
  const requests = run.history.requests.map((one) => (one.answer === null ? add(one) : one));
  const next = withStop(run, ({ asked }) => ({ asked: asked && add(asked) }));
  return { ...next, history: { ...run.history, requests } };
}

/** The decision takes effect: a new attempt on the host, the checks again, or the site is accepted as it is. */
export function decided(run: Run, event: Extract<RunEvent, { type: 'recovery-begun' }>, at: string): Run {
  const { recovery: decision } = event;
  const next = withSwitched(withPastStop(answered(run, answerOf(run, event)), event), () => ({
    decision: event,
  }));
  if (decision.step !== CHECKS || decision.action === 'go-back')
    return {
      ...withSwitched(next, () => ({ attempt: decision.attempt, cancelledBy: null, ended: null })),
      state: 'switching',
      waitingSince: at,
      verification: run.verification && { ...run.verification, checks: [] },
    };
  return decision.action === 'retry'
    ? { ...next, state: 'verifying', waitingSince: at }
    : { ...next, state: 'succeeded' };
}

function answerOf(
  run: Run,
  { approval, digest }: Extract<RunEvent, { type: 'recovery-begun' }>,
): NonNullable<DecisionRequest['answer']> {
  if (approval !== null) return { kind: 'approved', by: approval.approver, ...reasonIn(approval) };
  const glass = glassFor(run, digest);
  return glass === null ? { kind: 'over' } : { kind: 'glass', by: glass.by };
}

function withPastStop(run: Run, event: Extract<RunEvent, { type: 'recovery-begun' }>): Run {
  const { recovery: decision, by, approval, approvals = [], digest } = event;
  const past: PastStop = {
    attempt: switchedOf(run).attempt,
    ended: endOf(run),
    checks: currentChecks(run),
    decision,
    by,
    approvals: approval === null ? [] : [...approvals, approval],
    glassBy: glassFor(run, digest)?.by ?? null,
  };
  return { ...run, history: { ...run.history, stops: [...run.history.stops, past] } };
}

/** Ended by a person before anything was changed. */
export function endedBy(
  run: Run,
  state: 'denied' | 'cancelled',
  { by, ...said }: { readonly by: string; readonly reason?: string },
  at: string,
): Run {
  return { ...run, state, end: { at, by, ...reasonIn(said), commands: null } };
}

/** Absent if nothing was said, as in events of older versions. */
function reasonIn({ reason }: { readonly reason?: string }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}
