import type { RunEvent } from '../run/event.ts';
import type { Run, UpdatesSent } from '../run/run.ts';

export const NO_UPDATES: UpdatesSent = { given: [], statusPage: [], back: null };

type UpdateEvent = Extract<RunEvent, { type: 'step' | 'word-given' | 'status-told' | 'back-said' }>;

/** The updates after one more event. The first comes with the first stop, when visitors begin to notice. */
export function updatesAfter({ updates }: Run, event: UpdateEvent, at: string): UpdatesSent {
  const { given, statusPage } = updates;
  switch (event.type) {
    case 'step':
      return given.length === 0 && event.name === 'stop'
        ? { ...updates, given: [{ kind: 'started', at }] }
        : updates;
    case 'word-given':
      return { ...updates, given: [...given, { kind: event.kind, at }] };
    case 'status-told':
      return {
        ...updates,
        statusPage: [...statusPage, { update: event.word, result: event.result, problem: event.problem }],
      };
    case 'back-said':
      return { ...updates, back: { by: event.by, at } };
  }
}
