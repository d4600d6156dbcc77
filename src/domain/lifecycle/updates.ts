import type { RunEvent } from '../run/event.ts';
import type { Heard, Run } from '../run/run.ts';

export const NOTHING_HEARD: Heard = { words: [], told: [], back: null };

type HeardEvent = Extract<RunEvent, { type: 'step' | 'word-given' | 'status-told' | 'back-said' }>;

/** What they have heard after one more event: the first stop is the moment from which visitors notice something. */
export function heardOf({ heard }: Run, event: HeardEvent, at: string): Heard {
  const { words, told } = heard;
  switch (event.type) {
    case 'step':
      return words.length === 0 && event.name === 'stop'
        ? { ...heard, words: [{ kind: 'started', at }] }
        : heard;
    case 'word-given':
      return { ...heard, words: [...words, { kind: event.kind, at }] };
    case 'status-told':
      return {
        ...heard,
        told: [...told, { word: event.word, result: event.result, problem: event.problem }],
      };
    case 'back-said':
      return { ...heard, back: { by: event.by, at } };
  }
}
