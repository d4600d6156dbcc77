/** What each person's client remembers. Slack's API does not know it. */
export interface Memory {
  /** The person has seen everything in the channel up to this ts. */
  readonly readUpTo: (user: string, channel: string) => string;
  readonly markRead: (user: string, channel: string, ts: string) => void;
  readonly dismiss: (user: string, channel: string, ts: string) => void;
  readonly isDismissed: (user: string, channel: string, ts: string) => boolean;
  /** Someone opens the page as this person. Call the result when they leave. */
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
      // A late request must not make messages unread again.
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
