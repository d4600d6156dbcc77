import type { HostSilence, Run } from './run.ts';

/** People have to decide because nothing is known: the host is away. As soon as it answers, the run goes on by itself. */
export function isHostSilent({ state, silence }: Run): boolean {
  return state === 'needs-decision' && silence !== null;
}

/** People ended it while its host was away: what its program did, or still does there, the run does not know. */
export function closedWhileSilent({ state, silence }: Pick<Run, 'state' | 'silence'>): boolean {
  return state === 'closed' && silence !== null;
}

/** Names a stop within its run: `stop-1`, or `away-1` for a host that does not answer. */
export function stopName({ silence, history }: Run): string {
  return silence === null ? `stop-${history.stops.length + 1}` : `away-${history.silences.length}`;
}

export function hostSilenceText({ why }: Pick<HostSilence, 'why'>): string {
  return `the host does not answer (${why}); a program that has begun there goes on by itself`;
}
