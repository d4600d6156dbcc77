import { deadlineIn, stepTitle } from '../plan/steps.ts';
import { stepsOfAttempt } from './attempts.ts';
import type { Run } from './run.ts';

/** From a step's deadline until it counts as stuck: it is told to go, killed 10 s later, and its end written down; seconds. */
const SPARE = 30;
/** Between two steps the program may ask the database what became of it, and whether anything runs: a minute each; seconds. */
const BETWEEN = 150;

/**
 * Why a program that runs counts as one that gives no answer: a step that cannot even be killed, at a disk that hangs, or a
 * program that is stopped. null: it is within its time. `quietSeconds`: since it wrote its last line, by the host's clock.
 */
export function overdue(run: Run, quietSeconds: number): string | null {
  const planned = run.plan?.steps ?? [];
  const open = stepsOfAttempt(run).findLast(({ endedAt }) => endedAt === null);
  const longest = Math.max(BETWEEN, ...planned.map(({ deadlineSeconds }) => deadlineSeconds));
  const deadline = open === undefined ? BETWEEN : (deadlineIn(planned, open.name) ?? longest);
  const late = quietSeconds - deadline;
  if (late < SPARE) return null;
  const what = open === undefined ? 'what its program does next' : `the end of "${stepTitle(open.name)}"`;
  return `no word of ${what}, which was due ${late} s ago: its disk may hang`;
}
