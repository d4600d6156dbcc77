import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';

/** What was taken from Slack and is being worked on. */
export interface InFlight {
  /** Resolves when nothing is in hand any more, or after so many milliseconds. */
  done(withinMs: number): Promise<void>;
}

/** Bolt's own `stop` waits for nobody: a command or a click that was acknowledged would be neither done nor answered. */
export function watchInFlight(app: App): InFlight {
  const inHand = new Set<Promise<unknown>>();
  app.use(async ({ next }) => {
    const work = next();
    inHand.add(work);
    try {
      await work;
    } finally {
      inHand.delete(work);
    }
  });
  return {
    async done(withinMs) {
      const late = new AbortController();
      await Promise.race([
        Promise.allSettled(inHand),
        sleep(withinMs, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
    },
  };
}
