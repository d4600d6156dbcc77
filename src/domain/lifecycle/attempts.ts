import { hasDoneNothing } from '../run/attempts.ts';
import { CHECKS } from '../run/decision.ts';
import type { RunEvent, SwitchOutcome } from '../run/event.ts';
import type { DecisionRequest, PastStop, Run, RunState, StepProgress } from '../run/run.ts';

/** From now on people are called until one of them answers. */
export function stopped(run: Run, at: string): Run {
  return { ...run, stoppedAt: at, pages: [], acknowledgedBy: null };
}

/** What waits for a second person waits no longer. */
function answered(run: Run, answer: DecisionRequest['answer']): Pick<Run, 'asked' | 'asks'> {
  return { asked: null, asks: run.asks.map((ask) => (ask.answer === null ? { ...ask, answer } : ask)) };
}

/** People have it now, with these commands where they have taken it over; what was asked of them is over. */
export function closed(run: Run, by: string, commands: string | null): Run {
  return { ...run, state: 'closed', actor: by, commands, ...answered(run, { kind: 'over' }) };
}

/** The second person has denied it, or null: nobody agreed in time. */
export function dropped(run: Run, by: string | null): Run {
  return { ...run, ...answered(run, by === null ? { kind: 'over' } : { kind: 'denied', by }) };
}

/** A second person is asked; whatever was asked before is over. */
export function asking(run: Run, event: Extract<RunEvent, { type: 'recovery-asked' }>): Run {
  const { asks } = answered(run, { kind: 'over' });
  return { ...run, asked: event, asks: [...asks, { ...event, answer: null }] };
}

/** What was decided begins: on the host as a new attempt, with the proof again, or by taking the site as it is. */
export function decided(run: Run, event: Extract<RunEvent, { type: 'recovery-begun' }>, at: string): Run {
  const { recovery, by, approval } = event;
  const { attempt, ended, checks } = run;
  const past: PastStop = { attempt, ended, checks, recovery, by, approver: approval?.approver ?? null };
  const answer = approval ? { kind: 'approved' as const, by: approval.approver } : { kind: 'over' as const };
  const next = { ...run, ...answered(run, answer), settled: [...run.settled, past], stoppedAt: null };
  if (recovery.step !== CHECKS || recovery.action === 'go-back')
    return {
      ...next,
      state: 'switching',
      waitingSince: at,
      attempt: recovery.attempt,
      recovery: event,
      cancelledBy: null,
      ended: null,
      checks: [],
    };
  if (recovery.action === 'retry') return { ...next, state: 'verifying', waitingSince: at, recovery: event };
  return { ...next, state: 'succeeded', recovery: event };
}

/** Where nothing was done, the site still is as it was proven before: what failed then is not forgotten. */
export function switchEnded(run: Run, event: Extract<RunEvent, { type: 'switch-ended' }>): Run {
  const state = stateAfterSwitch(event.outcome, run.attempt);
  const before = state === 'needs-decision' && hasDoneNothing(event) ? run.settled.at(-1)?.checks : undefined;
  return { ...run, state, ended: event, checks: before ?? run.checks };
}

function stateAfterSwitch(outcome: SwitchOutcome, attempt: number): RunState {
  switch (outcome) {
    case 'done':
      return 'verifying';
    case 'untouched':
      // The site still is as the attempt before has left it.
      return attempt === 1 ? 'failed' : 'needs-decision';
    case 'put-back':
      return 'failed';
    case 'hold':
    case 'interrupted':
      return 'needs-decision';
  }
}

/** A line from the host belongs to the attempt that is under way. */
export function stepsAfter(
  { steps, attempt }: Run,
  event: Extract<RunEvent, { type: 'step' }>,
): readonly StepProgress[] {
  const isThis = (step: StepProgress) => step.attempt === attempt && step.name === event.name;
  if (event.phase === 'start')
    return steps.some(isThis)
      ? steps
      : [...steps, { attempt, name: event.name, startedAt: event.hostTime, endedAt: null, code: null }];
  return steps.map((step) => (isThis(step) ? { ...step, endedAt: event.hostTime, code: event.code } : step));
}
