import { retryAfterMs } from './slack-error.ts';

/** Slack allows about one edit a second and channel; what changed meanwhile is shown with the next one. */
const BETWEEN_EDITS_MS = 1_000;
/** More marks than this are of runs that ended long ago. */
const MOST_MARKS = 1_000;

/** What one process remembers about when it may call Slack again; forgotten at a restart, and then Slack says it anew. */
export interface EditPace {
  /**
   * Calls Slack unless it is too early for this method in this channel. Answers how long to wait, in milliseconds, where
   * it is or where Slack says so. Errors: throws what Slack answered otherwise.
   */
  call(method: string, channel: string, work: () => Promise<void>): Promise<number | undefined>;
  /** How long until this message may be edited again, in milliseconds; 0: now, and the edit counts from now on. */
  beforeEdit(message: string): number;
}

export function createEditPace(): EditPace {
  /** Until when Slack wants not to be called, by method and channel. */
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
