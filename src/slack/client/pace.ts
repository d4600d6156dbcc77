import { retryAfterMs } from './slack-error.ts';

/** Slack allows about one edit per second and channel. The next edit shows what has changed meanwhile. */
const BETWEEN_EDITS_MS = 1_000;
/** Beyond this, most marks belong to runs that ended long ago. */
const MOST_MARKS = 1_000;

/** When this process may call Slack again. A restart forgets it, and Slack then says so again. */
export interface EditPace {
  /**
   * Calls Slack unless it is too early for this method in this channel. Returns how long to wait, in milliseconds, if it is, or
   * if Slack says so. Errors: throws Slack's other errors.
   */
  call(method: string, channel: string, work: () => Promise<void>): Promise<number | undefined>;
  /** How long until this message may be edited again, in milliseconds; 0: now, and this call counts as the edit. */
  beforeEdit(message: string): number;
}

export function createEditPace(): EditPace {
  /** When Slack may be called again, by method and channel. */
  const closed = new Map<string, number>();
  const edited = new Map<string, number>();
  return {
    async call(method, channel, work) {
      const door = `${method} ${channel}`;
      const left = (closed.get(door) ?? 0) - Date.now();
      if (left > 0) return left;
      closed.delete(door);
      try {
        await work();
        return undefined;
      } catch (error) {
        const wait = retryAfterMs(error);
        if (wait === null) throw error;
        closed.set(door, Date.now() + wait);
        return wait;
      }
    },
    beforeEdit(message) {
      const early = (edited.get(message) ?? 0) + BETWEEN_EDITS_MS - Date.now();
      if (early > 0) return early;
      if (edited.size >= MOST_MARKS) edited.clear();
      edited.set(message, Date.now());
      return 0;
    },
  };
}
