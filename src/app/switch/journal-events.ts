import { stepsOfAttempt } from '../../domain/run/attempts.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import type { JournalLine } from '../ports/run-program.ts';

type StepEvent = Extract<RunEvent, { type: 'step' }>;

/** The news in a line of the host's journal: a step event that the record does not have yet; null: none. */
export function newsOf(run: Run, { kind, name, code, at }: JournalLine): StepEvent | null {
  if (kind === 'finish') return null;
  const begins = kind === 'begin';
  const known = stepsOfAttempt(run).find((step) => step.name === name);
  if (begins ? known !== undefined : known === undefined || known.endedAt !== null) return null;
  return { type: 'step', name, phase: begins ? 'start' : 'end', code: begins ? null : code, hostTime: at };
}
