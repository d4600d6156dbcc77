/** A fixed number of slots, given out in the order of asking. */
export interface Slots {
  /**
   * Resolves to a function that gives the slot back (calling it twice does no harm), or to null if aborted while waiting.
   */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

export function createSlots(size: number): Slots {
  let free = size;
  const waiting = new Set<(giveBack: () => void) => void>();

  const giveBackOnce = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
      } else {
        waiting.delete(next);
        next(giveBackOnce());
      }
    };
  };

  return {
    async take(signal) {
      if (signal.aborted) return null;
      if (free > 0) {
        free -= 1;
        return giveBackOnce();
      }
      return await new Promise((resolve) => {
        const leave = (): void => {
          waiting.delete(enter);
          resolve(null);
        };
        const enter = (giveBack: () => void): void => {
          signal.removeEventListener('abort', leave);
          resolve(giveBack);
        };
        waiting.add(enter);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
