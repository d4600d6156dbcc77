/** What each person's own client remembers, and Slack's API knows nothing about. */
export interface Memory {
  /** Everything up to this ts in the channel has been seen. */
  readonly readUpTo: (user: string, channel: string) => string;
  readonly markRead: (user: string, channel: string, ts: string) => void;
  readonly dismiss: (user: string, channel: string, ts: string) => void;
  readonly isDismissed: (user: string, channel: string, ts: string) => boolean;
  /** Somebody has the page open as this person; call the result when they leave. */
  readonly arrive: (user: string) => () => void;
  readonly isHere: (user: string) => boolean;
}

export const createMemory = (): Memory => {
  const read = new Map<string, string>();
  const dismissed = new Set<string>();
  const here = new Map<string, number>();
  const count = (user: string, by: number): void => {
    here.set(user, (here.get(user) ?? 0) + by);
  };
  return {
    readUpTo: (user, channel) => read.get(key(user, channel)) ?? '0',
    markRead: (user, channel, ts) => {
      // a slow request must not make messages unread again
      if (ts > (read.get(key(user, channel)) ?? '0')) read.set(key(user, channel), ts);
    },
    dismiss: (user, channel, ts) => dismissed.add(key(user, channel, ts)),
    isDismissed: (user, channel, ts) => dismissed.has(key(user, channel, ts)),
    arrive: (user) => {
      count(user, 1);
      return () => count(user, -1);
    },
    isHere: (user) => (here.get(user) ?? 0) > 0,
  };
};

const key = (...parts: readonly string[]): string => parts.join(' ');
