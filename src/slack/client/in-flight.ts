import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';

/** Requests from Slack that the bot has acknowledged and is still working on. */
export interface InFlight {
  /** Resolves when all of them are done, or after so many milliseconds. */
  done(withinMs: number): Promise<void>;
}

/** Bolt's own `stop` does not wait: an acknowledged command or click would be neither finished nor answered. */
export function watchInFlight(app: App): InFlight {
  const running = new Set<Promise<unknown>>();
  app.use(async ({ next }) => {
    const work = next();
    running.add(work);
    try {
      await work;
    } finally {
      running.delete(work);
    }
  });
  return {
    async done(withinMs) {
      const late = new AbortController();
      await Promise.race([
        Promise.allSettled(running),
        sleep(withinMs, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
    },
  };
}
