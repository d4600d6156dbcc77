import type { HostSilence, Run } from './run.ts';

/** The run has stopped because the host does not answer. As soon as it does, the run continues automatically. */
export function isHostSilent({ state, silence }: Run): boolean {
  return state === 'needs-decision' && silence !== null;
}

/** Someone closed the run while its host did not answer: what the program did there, or still does, is unknown. */
export function closedWhileSilent({ state, silence }: Pick<Run, 'state' | 'silence'>): boolean {
  return state === 'closed' && silence !== null;
}

/** Names a stop within its run: `stop-1`, or `away-1` for a host that does not answer. */
export function stopName({ silence, history }: Run): string {
  return silence === null ? `stop-${history.stops.length + 1}` : `away-${history.silences.length}`;
}

export function hostSilenceText({ why }: Pick<HostSilence, 'why'>): string {
  return `the host does not answer (${why}). If its program has started, it continues on its own`;
}
