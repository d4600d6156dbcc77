import { subjectWords } from '../approval/policy.ts';
import { restoresDatabase } from '../plan/mode.ts';
import type { Plan } from '../plan/plan.ts';
import { hasDoneNothing } from '../run/attempts.ts';
import {
  CHECKS,
  type Decision,
  type DecisionAction,
  decisionDigest,
  type HostState,
  isUp,
  mayBeUp,
} from '../run/decision.ts';
import type { PastStop, Run, StepProgress } from '../run/run.ts';

/** One decision that people can make now. */
export interface Offer {
  readonly decision: Decision;
  readonly digest: string;
  /** Why a second person has to agree; null: the approval of the plan covers it. */
  readonly secondPerson: string | null;
  /** How many different people have to agree if a second person does. */
  readonly quorum: number;
}

/** A site can run without these steps: styles may be missing, or a person can judge the check that failed. */
const SKIPPABLE: readonly string[] = ['static', 'healthy', 'stable'];

/** The decisions that make sense at this stop, besides leaving it to people. Empty if nobody has to decide, or if the record can't be trusted. */
export function offers(run: Run): readonly Offer[] {
  const { plan, switched } = run;
  if (run.state !== 'needs-decision' || plan === null || !switched?.ended || !run.isSealed) return [];
  const earlier = run.history.stops;
  const past = { plan, steps: switched.steps, earlier, found: switched.ended.found };
  const step = stepInQuestion(run);
  return actions(plan, past, step).map((action) => {
    const decision: Decision = { action, step, attempt: earlier.length + 2 };
    return {
      decision,
      digest: decisionDigest(run.id, plan.digest, decision),
      secondPerson: secondPersonFor(decision, past),
      quorum: quorumOfDecision(plan, action),
    };
  });
}

/** The step that failed. If the last decision did nothing, it is still the step which that was about. */
export function stepInQuestion({ switched }: Pick<Run, 'switched'>): string {
  if (!switched?.ended || switched.ended.outcome === 'done') return CHECKS;
  const { ended, decision } = switched;
  return decision !== null && hasDoneNothing(ended) ? decision.recovery.step : ended.step;
}

function actions(plan: Plan, { steps, found }: DecisionPast, step: string): readonly DecisionAction[] {
  // Someone has changed the site since: no step can continue from there.
  if (found?.environment === 'other' || found?.database === 'other') return [];
  if (steps.some(({ name }) => name.startsWith('put-back-'))) return ['go-back'];
  if (step === CHECKS && isMoved(plan, found)) return ['retry', 'go-back'];
  if (step === CHECKS || SKIPPABLE.includes(step)) return ['retry', 'skip', 'go-back'];
  return plan.steps.some(({ name }) => name === step) ? ['retry', 'go-back'] : ['go-back'];
}

/** Someone has checked out something else since: that cannot pass for what the plan said. */
function isMoved({ binding }: Plan, found: HostState | null): boolean {
  const code = found?.code ?? null;
  return code !== null && code !== (binding.targetCommit ?? binding.liveCommit);
}

/** What decides whether the plan's approval covers a decision. */
export interface DecisionPast {
  readonly plan: Pick<Plan, 'binding'>;
  /** Of the attempts before it. */
  readonly steps: readonly StepProgress[];
  /** Decisions before it. */
  readonly earlier: readonly PastStop[];
  readonly found: HostState | null;
}

/**
 * Why a second person has to agree; null: nobody has to. The plan's approval covers one retry of a step, skipping a check,
 * and going back as long as nobody can have used the restored database, unless its policy says otherwise.
 */
export function secondPersonFor(
  decision: Decision,
  { plan: { binding }, steps, earlier, found }: DecisionPast,
): string | null {
  const { action, step } = decision;
  // The host may remember steps that the record has lost.
  const begun = (name: string) => steps.some((one) => one.name === name) || found?.ran?.includes(name);
  if (restoresDatabase(binding.mode) && begun('restore') && overwrites(decision, found)) {
    if (begun('start') || isUp(found))
      return 'the site was started on the restored database, and anything entered since then would be lost';
    if (mayBeUp(found))
      return 'the site may have come up on the restored database, and anything entered then would be lost';
  }
  const isAgain = earlier.some(({ decision: past }) => past.action === 'retry' && past.step === step);
  if (action === 'retry' && step !== CHECKS && isAgain) return 'this step has already been retried';
  return binding.approval?.decisions?.always.includes(action) === true
    ? `this site always needs a second person for ${subjectWords(action)}`
    : null;
}

/** How many different people have to agree to a decision at a stop: as many as to the plan, unless the plan's policy names it. */
export function quorumOfDecision({ binding, quorum }: Plan, action: DecisionAction): number {
  return binding.approval?.decisions?.quorums[action] ?? quorum;
}

/** Going back replaces the restored database, and so does a second restore. */
function overwrites({ action, step }: Decision, found: HostState | null): boolean {
  if (action === 'go-back') return true;
  return action === 'retry' && ['checkout', 'restore'].includes(step) && found?.database !== 'before';
}
