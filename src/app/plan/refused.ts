import { hintText } from '../../domain/host/hints.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import { oneLine } from '../../domain/text/printable.ts';
import type { Problem } from '../ports/host-error.ts';

/** In characters. */
const LONGEST_DETAIL = 1000;

/** What another program said, in one line. */
export function inShort(detail: string): string {
  return oneLine(detail, LONGEST_DETAIL);
}

/** Ends the preflight with a refusal; caught in one place, and never an error. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;

  constructor(refused: Refusal) {
    super(refused.sentence);
    this.refusal = refused;
  }
}

/** Errors: throws Refused if there is a refusal. */
export function refuseIf(problem: Refusal | null): void {
  if (problem) throw new Refused(problem);
}

/** A probe's answer. Errors: throws Refused if the probe said no. */
export function accepted<T extends object>(answer: T | Problem, code: Refusal['code'], next: string): T {
  if ('problem' in answer && typeof answer.problem === 'string') {
    const { problem, hint, detail } = answer;
    const said = detail ? `\nIt said: ${inShort(detail)}` : '';
    throw new Refused(
      refusal(answer.code ?? code, `${capital(problem)}.`, `${hint ? hintText(hint) : next}${said}`),
    );
  }
  return answer as T;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
