import type { Clock } from '../../../src/app/ports/outside.ts';

/** A clock that only moves when a test moves it. */
export interface SetClock extends Clock {
  set(iso: string): void;
}

export function clockAt(iso: string): SetClock {
  let now = iso;
  return {
    now: () => now,
    set(next) {
      now = next;
    },
  };
}
