import { CHECKS } from './decision.ts';
import type { Run, StepProgress, SwitchEnd } from './run.ts';

/** An attempt that ended before it changed anything. */
export function hasDoneNothing({ outcome, step }: Pick<SwitchEnd, 'outcome' | 'step'>): boolean {
  return outcome === 'untouched' || step === 'decide-recheck' || step === 'lock';
}

/** Someone cancelled the attempt that is under way: it begins no further step. */
export function isCancelled({ switched }: Pick<Run, 'switched'>): boolean {
  return switched !== null && switched.cancelledBy !== null;
}

/** The steps of the attempt that is under way or ended last. */
export function stepsOfAttempt({ switched }: Pick<Run, 'switched'>): readonly StepProgress[] {
  return switched === null ? [] : switched.steps.filter(({ attempt }) => attempt === switched.attempt);
}

/** Names of the steps that people skipped. */
export function skippedSteps({ history }: Pick<Run, 'history'>): readonly string[] {
  return history.stops
    .filter(({ decision }) => decision.action === 'skip' && decision.step !== CHECKS)
    .map(({ decision }) => decision.step);
}
