/** The time of this Slack: the real clock plus the time that a test has skipped, so that no test waits for an expiry. */
export interface Clock {
  readonly now: () => number;
  readonly advance: (milliseconds: number) => void;
}

export const createClock = (): Clock => {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    advance: (milliseconds) => {
      skipped += milliseconds;
    },
  };
};

/** A message's timestamp is also its id, so it must grow even if two messages come in the same microsecond. */
export const createTimestamps = (clock: Clock): (() => string) => {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now() * 1000);
    const seconds = Math.floor(last / 1_000_000);
    return `${seconds}.${String(last % 1_000_000).padStart(6, '0')}`;
  };
};
