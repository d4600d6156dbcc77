import { changesCode, type Mode, restoresDatabase } from './mode.ts';
import type { PlanStep } from './plan.ts';

/**
 * The steps of the switch in the runbook's order; a mode leaves steps out. A step fails after its deadline, in seconds: long
 * compared with what we measured, short compared with a quarter of an hour.
 */
const STEPS: readonly (PlanStep & { readonly when: (mode: Mode) => boolean })[] = [
  {
    name: 'recheck',
    title: 'check once more that everything is as approved',
    deadlineSeconds: 120,
    when: () => true,
  },
  { name: 'stop', title: 'stop the site', deadlineSeconds: 150, when: () => true },
  {
    name: 'safety-backup',
    title: 'back up the database as it is now',
    deadlineSeconds: 900,
    when: restoresDatabase,
  },
  { name: 'checkout', title: 'check out the target code', deadlineSeconds: 60, when: changesCode },
  {
    name: 'restore',
    title: 'restore the database from the backup',
    deadlineSeconds: 1800,
    when: restoresDatabase,
  },
  {
    name: 'environment',
    title: 'switch to the prepared environment',
    deadlineSeconds: 30,
    when: changesCode,
  },
  { name: 'static', title: 'collect static files', deadlineSeconds: 300, when: changesCode },
  { name: 'start', title: 'start the site', deadlineSeconds: 90, when: () => true },
  { name: 'healthy', title: 'wait for the first healthy answer', deadlineSeconds: 60, when: () => true },
  { name: 'stable', title: 'watch that it stays up', deadlineSeconds: 30, when: () => true },
];

/** What the deadlines of the longer steps depend on. */
export interface StepNeeds {
  readonly databaseBytes: number;
  readonly restoredBytes: number;
  /** After how many seconds systemd kills each unit that does not stop; null: never. They are stopped one by one. */
  readonly stopSeconds: readonly (number | null)[];
}

/** Time for systemd itself, and the longest wait for one unit, in seconds. */
const STOP_SPARE = 60;
const LONGEST_STOP = 600;

/** Slower than any disk in use, so that a big database does not run out of time; bytes a second. */
const SLOWEST_DUMP = 5 * 1024 * 1024;
const SLOWEST_RESTORE = 2 * 1024 * 1024;
const SLOWEST_HASH = 50 * 1024 * 1024;
/** Deadlines grow by whole quarters of an hour, so that a slightly bigger database does not change the plan's digest. */
const QUARTER = 15 * 60;

function deadline(step: PlanStep, { databaseBytes, restoredBytes, stopSeconds }: StepNeeds): number {
  const quarters = (seconds: number) =>
    Math.max(step.deadlineSeconds, Math.ceil(seconds / QUARTER) * QUARTER);
  if (step.name === 'stop') {
    const together = stopSeconds.reduce<number>((sum, one) => sum + Math.min(one ?? 0, LONGEST_STOP), 0);
    return Math.max(step.deadlineSeconds, Math.ceil(together) + STOP_SPARE);
  }
  if (step.name === 'recheck') {
    const hashing = restoredBytes / SLOWEST_HASH;
    return hashing < step.deadlineSeconds / 2 ? step.deadlineSeconds : quarters(hashing);
  }
  if (step.name === 'safety-backup') return quarters(databaseBytes / SLOWEST_DUMP);
  if (step.name === 'restore') return quarters(restoredBytes / SLOWEST_RESTORE);
  return step.deadlineSeconds;
}

export function stepsOf(
  mode: Mode,
  needs: StepNeeds = { databaseBytes: 0, restoredBytes: 0, stopSeconds: [] },
): readonly PlanStep[] {
  return STEPS.filter((step) => step.when(mode)).map((step) => ({
    name: step.name,
    title: step.title,
    deadlineSeconds: deadline(step, needs),
  }));
}

/** Steps of the failure clause and of decisions, which appear only when they are taken. */
export const PUT_BACK_TITLES: Readonly<Record<string, string>> = {
  lock: 'take the deploy lock',
  alive: 'check that no earlier program is still running',
  'decide-recheck': 'check that nobody has changed the site since it stopped',
  'go-back': 'go back to the previous state',
  'stop-again': 'stop the site once more',
  'put-back-stop': 'stop what was started',
  'safety-again': 'back up the database once more',
  'put-back-keep': 'keep a copy of the database as it is now',
  'put-back-restore': 'restore the database from the safety backup',
  'put-back-checkout': 'put the previous code back',
  'put-back-environment': 'put the previous environment back',
  'put-back-static': 'collect the previous static files',
  'put-back-start': 'start the site as it was',
  'put-back-answers': 'wait until it answers',
};

/** Deadlines of steps that are in no plan, as the program has them: in seconds, or the same as that step of the plan. */
export const UNPLANNED_DEADLINES: Readonly<Record<string, number | string>> = {
  'decide-recheck': 120,
  'stop-again': 'stop',
  'put-back-stop': 'stop',
  'safety-again': 'safety-backup',
  'put-back-keep': 'safety-backup',
  'put-back-restore': 'restore',
  'put-back-checkout': 60,
  'put-back-environment': 30,
  'put-back-static': 300,
  'put-back-start': 200,
  'put-back-answers': 60,
};

/** What a step may take before the program ends it, in seconds; null: the plan does not say. */
export function deadlineIn(planned: readonly PlanStep[], name: string): number | null {
  const own = UNPLANNED_DEADLINES[name] ?? name;
  return typeof own === 'number' ? own : (planned.find((step) => step.name === own)?.deadlineSeconds ?? null);
}

/** What the host says no to before it starts the program. */
const LAUNCH_TITLES: Readonly<Record<string, string>> = {
  ended: 'ask the host whether the run goes on',
  'out-of-turn': 'ask the host which attempt is the next one',
};

export function stepTitle(name: string): string {
  const planned = STEPS.find((step) => step.name === name)?.title;
  return planned ?? PUT_BACK_TITLES[name] ?? LAUNCH_TITLES[name] ?? name;
}

/** The exit code with which the program says that it was cancelled before this step. */
export const CANCELLED = 130;

/** The exit code with which the program says that it could not record the start of a step, and did not run it. */
export const UNMARKED = 73;

/** `timeout` on the host ends with 124, or with 137 if it had to kill the step. */
export function exitCode(code: number): string {
  if (code === CANCELLED) return 'it was cancelled';
  if (code === UNMARKED)
    return 'it did not start, because the program could not write on the host: check whether the disk is full';
  return code === 124 || code === 137 ? 'it took too long' : `exit code ${code}`;
}

/** What the runbook says about a step that fails, by the name of the step. */
const RUNBOOK: Readonly<Record<string, string>> = {
  'safety-backup':
    'Check the disk and the database first: nothing may be overwritten without a safety backup.',
  restore:
    'Check the backup, and consider an older one if it is damaged. The safety backup has what was there before.',
  static: 'A site without its static files runs, but looks broken.',
  start: "Check the unit's log (the thread has its end). If the target does not start, go back.",
  healthy: 'If the site stays unhealthy for a quarter of an hour, escalate.',
  stable: 'If a unit does not stay up, look at its log.',
  proof: 'If smoke tests still fail after a rollback, escalate: it may need a deeper look.',
};

export function runbookSays(step: string): string {
  return RUNBOOK[step] ?? 'Stop, escalate to whoever maintains the platform, and write down what was done.';
}
