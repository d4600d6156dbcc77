import { type Run, recordedSteps, type StepProgress } from '../run/run.ts';

/** A time in which the site did not answer, by the host's clock, ISO 8601. */
export interface Downtime {
  readonly from: string;
  /** null: it has not answered since, as far as the run knows. */
  readonly until: string | null;
}

const DOWN: readonly string[] = ['stop', 'stop-again', 'put-back-stop'];

const UP: readonly string[] = ['healthy', 'put-back-answers'];

/** From each stop to the first healthy answer after it. An answer does not count if the site then fails to stay up. */
export function downtimes(run: Pick<Run, 'switched'>): readonly Downtime[] {
  const steps = recordedSteps(run);
  const all: Downtime[] = [];
  let from: string | null = null;
  for (const [index, { name, startedAt, endedAt, code }] of steps.entries()) {
    if (DOWN.includes(name)) from ??= startedAt;
    else if (from !== null && UP.includes(name) && code === 0 && !fellAgain(steps[index + 1])) {
      all.push({ from, until: endedAt });
      from = null;
    }
  }
  return from === null ? all : [...all, { from, until: null }];
}

function fellAgain(next: StepProgress | undefined): boolean {
  return next?.name === 'stable' && next.code !== null && next.code !== 0;
}

/** The sum of all downtimes, in milliseconds; null: the site was never down, or is not up again. */
export function downtimeMs(run: Pick<Run, 'switched'>): number | null {
  const all = downtimes(run);
  const last = all.at(-1);
  if (last === undefined || last.until === null) return null;
  return all.reduce((sum, { from, until }) => sum + (Date.parse(until ?? from) - Date.parse(from)), 0);
}
