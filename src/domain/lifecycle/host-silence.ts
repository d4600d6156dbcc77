import type { RunEvent } from '../run/event.ts';
import type { Run } from '../run/run.ts';

/** Whether an event fits a host that answers, or one that does not; the state alone does not say. */
export function fitsSilence({ state, silence }: Run, { type }: RunEvent): boolean {
  switch (type) {
    case 'host-lost':
    case 'host-answers':
      return silence !== null;
    case 'cancel-asked':
      return state === 'switching' || silence !== null;
    case 'recovery-asked':
    case 'recovery-begun':
      // Nobody knows what a retry, a skip or going back would start from.
      return silence === null;
    default:
      return true;
  }
}

type SilenceEvent = Extract<RunEvent, { type: 'host-silent' | 'host-lost' | 'host-answers' }>;

export function withHostSilence(run: Run, event: SilenceEvent, at: string): Run {
  switch (event.type) {
    case 'host-silent':
      return { ...run, silence: run.silence ?? { since: at, why: event.why } };
    case 'host-lost': {
      const silence = { since: run.silence?.since ?? at, why: event.why };
      const silences = [...run.history.silences, { ...silence, until: null }];
      return { ...run, state: 'needs-decision', silence, history: { ...run.history, silences } };
    }
    case 'host-answers': {
      const silences = run.history.silences.map((one) => (one.until === null ? { ...one, until: at } : one));
      return { ...run, state: 'switching', silence: null, history: { ...run.history, silences } };
    }
  }
}
