import { deadlineIn, stepTitle } from '../plan/steps.ts';
import { stepsOfAttempt } from './attempts.ts';
import type { Run } from './run.ts';

/** From a step's deadline until it counts as stuck: it is told to stop, killed 10 s later, and its end recorded; seconds. */
const SPARE = 30;
/** Between two steps the program may ask for the state of the database and of the units, a minute each; seconds. */
const BETWEEN = 150;

/**
 * Why a running program counts as silent: its disk hangs, so that the step cannot even be killed, or the program itself is
 * suspended. null: it is in time. `quietSeconds`: since it wrote its last line, by the host's clock.
 */
export function overdue(run: Run, quietSeconds: number): string | null {
  const planned = run.plan?.steps ?? [];
  const open = stepsOfAttempt(run).findLast(({ endedAt }) => endedAt === null);
  const longest = Math.max(BETWEEN, ...planned.map(({ deadlineSeconds }) => deadlineSeconds));
  const deadline = open === undefined ? BETWEEN : (deadlineIn(planned, open.name) ?? longest);
  const late = quietSeconds - deadline;
  if (late < SPARE) return null;
  const what = open === undefined ? 'begun its next step' : `ended "${stepTitle(open.name)}"`;
  return `its program should have ${what} ${late} s ago; its disk may hang`;
}
