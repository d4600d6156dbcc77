import { stepTitle } from '../../../domain/plan/steps.ts';
import { CHECKS, type DecisionAction } from '../../../domain/run/decision.ts';
import { kindOf } from '../../../domain/run/request.ts';
import { type Run, recordedSteps } from '../../../domain/run/run.ts';
import { stepInQuestion } from '../../../domain/stop/offers.ts';

function retrying(step: string): string {
  if (step === CHECKS) return 'The bot checks the site again. Nothing on the host changes.';
  return ['start', 'healthy', 'stable'].includes(step)
    ? 'The bot stops the site, starts it again, and watches until it answers and stays up.'
    : `The bot repeats "${stepTitle(step)}" and continues with the steps after it.`;
}

/** What happens if I press, in one or two sentences. */
export function consequence(run: Run, action: DecisionAction): string {
  const step = stepInQuestion(run);
  const kind = kindOf(run.request);
  if (action === 'go-back')
    return recordedSteps(run).some(({ name }) => name === 'restore')
      ? `The bot puts back the code, environment and database from before the ${kind}, and starts the site. Anything entered since it was stopped is kept in a separate backup.`
      : `The bot puts back the code and environment from before the ${kind}, and starts the site. The database stays as it is.`;
  if (action === 'retry') return retrying(step);
  return step === CHECKS
    ? `Marks the ${kind} as done although checks failed. Stakeholders are not told that the site is back until someone confirms it.`
    : `The bot leaves out "${stepTitle(step)}" and continues with the steps after it.`;
}
