import type { Run } from './run.ts';
import { stepTitle } from './steps.ts';

/** From a step's deadline until it counts as stuck: it is told to go, killed 10 s later, and its end written down; seconds. */
const SPARE = 30;
/** Between two steps the program may ask the database what became of it, for a minute; its own steps take no longer; seconds. */
const UNPLANNED = 300;

/**
 * Why a program that runs counts as one that gives no answer: a step that cannot even be killed, at a disk that hangs, or a
 * program that is stopped. null: it is within its time. `quietSeconds`: since it wrote its last line, by the host's clock.
 */
export function overdue({ plan, steps, attempt }: Run, quietSeconds: number): string | null {
  const planned = plan?.steps ?? [];
  const open = steps.findLast((step) => step.attempt === attempt && step.endedAt === null);
  // Those of a decision and of the failure clause are as long as what they take again or back.
  const deadline =
    planned.find(({ name }) => name === open?.name)?.deadlineSeconds ??
    Math.max(UNPLANNED, ...planned.map(({ deadlineSeconds }) => deadlineSeconds));
  const late = quietSeconds - deadline;
  if (late < SPARE) return null;
  const what = open === undefined ? 'what its program does next' : `the end of "${stepTitle(open.name)}"`;
  return `no word of ${what}, which was due ${late} s ago: its disk may hang`;
}
