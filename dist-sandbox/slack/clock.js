export const createClock = () => {
    let skipped = 0;
    return {
        now: () => Date.now() + skipped,
        advance: (milliseconds) => {
            skipped += milliseconds;
        },
    };
};
/** Message timestamps double as ids, so they must grow even when two messages fall into one microsecond. */
export const createTimestamps = (clock) => {
    let last = 0;
    return () => {
        last = Math.max(last + 1, clock.now() * 1000);
        const seconds = Math.floor(last / 1_000_000);
        return `${seconds}.${String(last % 1_000_000).padStart(6, '0')}`;
    };
};
