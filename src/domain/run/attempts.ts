import type { SwitchEnd } from './run.ts';

/** An attempt that ended before it changed anything. */
export function hasDoneNothing({ outcome, step }: Pick<SwitchEnd, 'outcome' | 'step'>): boolean {
  return outcome === 'untouched' || step === 'decide-recheck' || step === 'lock';
}
