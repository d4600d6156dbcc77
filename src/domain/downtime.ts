import type { Run } from './run.ts';

const UP = ['healthy', 'put-back-answers'];

/** Milliseconds from the first stop to the first answer, by the host's clock; null if it never was down or up again. */
export function downtimeMs(run: Run): number | null {
  const down = run.steps.find((step) => step.name === 'stop')?.startedAt;
  const up = run.steps.findLast((step) => UP.includes(step.name) && step.code === 0)?.endedAt;
  return down && up ? Date.parse(up) - Date.parse(down) : null;
}
