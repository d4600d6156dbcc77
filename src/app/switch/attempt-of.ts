import type { Plan } from '../../domain/plan/plan.ts';
import type { Consent, Run, Switched } from '../../domain/run/run.ts';
import type { Attempt } from '../../remote/run-commands.ts';

/** The parts that every run has once its switch has begun. */
export interface UnderWay {
  readonly plan: Plan;
  readonly consent: Consent;
  readonly switched: Switched;
}

/** Errors: throws if the switch has not begun. No use case asks before that. */
export function underWay({ id, plan, consent, switched }: Run): UnderWay {
  if (plan === null || consent === null || switched === null)
    throw new Error(`${id} has not begun its switch`);
  return { plan, consent, switched };
}

/** The current attempt of a run, or its last one, as its host knows it. */
export function attemptOf(run: Run): Attempt {
  const { plan, switched } = underWay(run);
  return { run: run.id, number: switched.attempt, digest: switched.decision?.digest ?? plan.digest };
}
