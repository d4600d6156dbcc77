import { stepTitle } from '../plan/steps.ts';
import { CHECKS, type Decision, type DecisionAction } from '../run/decision.ts';

/** What the buttons say. */
export const DECISION_LABELS: Readonly<Record<DecisionAction, string>> = {
  retry: 'Retry',
  skip: 'Skip',
  'go-back': 'Go back',
};

/** `Retry of "start the site"` */
export function decisionText({ action, step }: Pick<Decision, 'action' | 'step'>): string {
  if (action === 'go-back') return DECISION_LABELS[action];
  return `${DECISION_LABELS[action]} of ${step === CHECKS ? 'the checks' : `"${stepTitle(step)}"`}`;
}
