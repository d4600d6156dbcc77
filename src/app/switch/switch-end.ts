import { stepsOfAttempt } from '../../domain/run/attempts.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { type Run, recordedSteps } from '../../domain/run/run.ts';
import type { Attempt } from '../../remote/run-commands.ts';
import type { HostSession } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';
import type { SwitchStatus } from '../ports/run-program.ts';
import { attemptOf } from './attempt-of.ts';
import { stateOnHost } from './state-on-host.ts';

type SwitchEnded = Extract<RunEvent, { type: 'switch-ended' }>;

type SwitchEnding = Pick<Extract<SwitchStatus, { kind: 'done' }>, 'outcome' | 'step' | 'code'>;

/** Whether the current attempt has begun a step, as far as the record knows. */
export function hasBegun(run: Run): boolean {
  return stepsOfAttempt(run).length > 0;
}

/** The program died at the last step that the record knows. `code`: 1 if the host has rebooted since, else 0. */
export function interruptedEnd(host: HostSession, run: Run, code: 0 | 1): Promise<SwitchEnded> {
  const step = stepsOfAttempt(run).at(-1)?.name ?? 'lock';
  return switchEnd(host, run, { outcome: 'interrupted', step, code });
}

/** If a person may have to decide, asks the host for the site state: the steps alone do not tell what took effect. */
export async function switchEnd(
  host: HostSession,
  run: Run,
  { outcome, step, code }: SwitchEnding,
): Promise<SwitchEnded> {
  const attempt = attemptOf(run);
  const isFirst = attempt.number === 1;
  const decided = outcome === 'done' || outcome === 'put-back' || (outcome === 'untouched' && isFirst);
  const found = decided ? null : await stateOnHost(host, run);
  // A program that died before it stopped anything has done nothing. But a host that lost its traces does not know of the
  // stop, so the record has to agree.
  const nothing = outcome === 'interrupted' && isFirst && found?.begun === false && !hasStopped(run);
  return {
    type: 'switch-ended',
    outcome: nothing ? 'untouched' : outcome,
    step: nothing ? 'interrupted' : step,
    code,
    logTail: await logTail(host, attempt),
    found,
  };
}

function hasStopped(run: Run): boolean {
  return recordedSteps(run).some(({ name }) => name === 'stop');
}

/** A run that never began has no log. */
async function logTail(host: HostSession, attempt: Attempt): Promise<string> {
  try {
    return await host.logTail(attempt);
  } catch (error) {
    if (error instanceof HostError && error.failure === 'errored') return '';
    throw error;
  }
}
