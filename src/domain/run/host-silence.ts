import type { RunEvent } from './event.ts';
import type { Run } from './run.ts';

/** A host that gives no answer while its program may be running. */
export interface Silence {
  /** When the first question was not answered, ISO 8601. */
  readonly since: string;
  /** What the connection said last. */
  readonly why: string;
}

/** A silence for which people were called. */
export interface Absence extends Silence {
  /** When the host answered again, ISO 8601; null: it has not, as far as the run knows. */
  readonly until: string | null;
}

/** People have to decide because nothing is known: the host is away. As soon as it answers, the run goes on by itself. */
export function isAway({ state, silence }: Run): boolean {
  return state === 'needs-decision' && silence !== null;
}

/** People ended it while its host was away: what its program did, or still does there, the run does not know. */
export function endedUnheard({ state, silence }: Pick<Run, 'state' | 'silence'>): boolean {
  return state === 'closed' && silence !== null;
}

/** Names a stop within its run: `stop-1`, or `away-1` for a host that does not answer. */
export function stopName({ silence, settled, absences }: Run): string {
  return silence === null ? `stop-${settled.length + 1}` : `away-${absences.length}`;
}

export function silenceNote({ why }: Pick<Silence, 'why'>): string {
  return `the host does not answer (${why}); a program that has begun there goes on by itself`;
}

/** Whether an event fits a host that answers, or one that does not, where the state alone does not say it. */
export function fitsSilence({ state, silence }: Run, { type }: RunEvent): boolean {
  switch (type) {
    case 'host-lost':
    case 'host-answers':
      return silence !== null;
    case 'cancel-asked':
      return state === 'switching' || silence !== null;
    case 'recovery-asked':
    case 'recovery-begun':
      // Nobody knows what would be tried again, left out or taken back.
      return silence === null;
    default:
      return true;
  }
}

type SilenceEvent = Extract<RunEvent, { type: 'host-silent' | 'host-lost' | 'host-answers' }>;

export function silenced(run: Run, event: SilenceEvent, at: string): Run {
  switch (event.type) {
    case 'host-silent':
      return { ...run, silence: run.silence ?? { since: at, why: event.why } };
    case 'host-lost': {
      const silence = { since: run.silence?.since ?? at, why: event.why };
      const absences = [...run.absences, { ...silence, until: null }];
      return { ...run, state: 'needs-decision', silence, absences };
    }
    case 'host-answers':
      return {
        ...run,
        state: 'switching',
        silence: null,
        stoppedAt: null,
        absences: run.absences.map((one) => (one.until === null ? { ...one, until: at } : one)),
      };
  }
}
