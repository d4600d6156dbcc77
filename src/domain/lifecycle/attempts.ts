import { hasDoneNothing } from '../run/attempts.ts';
import type { RunEvent, SwitchOutcome } from '../run/event.ts';
import type { Run, RunState, StepProgress, SwitchEnd, Switched } from '../run/run.ts';

/** Errors: throws if the switch has not begun; until then no state allows an event that needs it. */
export function switchedOf({ id, switched }: Run): Switched {
  if (switched === null) throw new Error(`run ${id} has not begun its switch`);
  return switched;
}

/** How the program of the present attempt ended. */
export function endOf(run: Run): SwitchEnd {
  const { ended } = switchedOf(run);
  if (ended === null) throw new Error(`the switch of run ${run.id} has not ended`);
  return ended;
}

export function withSwitched(run: Run, part: (switched: Switched) => Partial<Switched>): Run {
  const switched = switchedOf(run);
  return { ...run, switched: { ...switched, ...part(switched) } };
}

/** A line of the host's journal, which belongs to the attempt that is under way. */
export function stepped(run: Run, event: Extract<RunEvent, { type: 'step' }>): Run {
  return withSwitched(run, ({ steps, attempt }) => ({ steps: stepsAfter(steps, attempt, event) }));
}

function stepsAfter(
  steps: readonly StepProgress[],
  attempt: number,
  { name, phase, hostTime, code }: Extract<RunEvent, { type: 'step' }>,
): readonly StepProgress[] {
  const isThis = (step: StepProgress) => step.attempt === attempt && step.name === name;
  if (phase === 'start')
    return steps.some(isThis)
      ? steps
      : [...steps, { attempt, name, startedAt: hostTime, endedAt: null, code: null }];
  return steps.map((step) => (isThis(step) ? { ...step, endedAt: hostTime, code } : step));
}

/** If the attempt did nothing, the site is still as it was at the last stop, and so are the checks that failed there. */
export function switchEnded(run: Run, event: Extract<RunEvent, { type: 'switch-ended' }>): Run {
  const next = withSwitched(run, () => ({ ended: event }));
  const state = stateAfterSwitch(event.outcome, switchedOf(run).attempt);
  const before = run.history.stops.at(-1)?.checks;
  const isAsBefore = state === 'needs-decision' && hasDoneNothing(event) && before !== undefined;
  return isAsBefore && run.verification !== null
    ? { ...next, state, verification: { ...run.verification, checks: before } }
    : { ...next, state };
}

function stateAfterSwitch(outcome: SwitchOutcome, attempt: number): RunState {
  switch (outcome) {
    case 'done':
      return 'verifying';
    case 'untouched':
      // The site is still as the previous attempt left it.
      return attempt === 1 ? 'failed' : 'needs-decision';
    case 'put-back':
      return 'failed';
    case 'hold':
    case 'interrupted':
      return 'needs-decision';
    default:
      throw new Error(`a program can't end with ${String(outcome satisfies never)}`);
  }
}
