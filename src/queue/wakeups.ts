import type { Wakeups } from '../app/ports.ts';
import { openQueue, type QueueLink, type QueueOptions, wakeAt, wakeNow } from './wakeup-queue.ts';

export interface OpenWakeups extends Wakeups {
  close(): Promise<void>;
}

/** Opens both queues for waking. Errors: throws the link's sentence if Redis is not there. */
export async function openWakeups(link: QueueLink, options: QueueOptions = {}): Promise<OpenWakeups> {
  // BullMQ waits for a first connection without end; this asks first.
  await link.run(() => link.redis.ping());
  const queues = {
    advance: openQueue('advance', link, options),
    show: openQueue('show', link, options),
  };
  await link.run(() => Promise.all([queues.advance.waitUntilReady(), queues.show.waitUntilReady()]));
  return {
    advance: (runId, delayMs = 0) =>
      link.run(() => (delayMs > 0 ? wakeAt(queues.advance, runId, delayMs) : wakeNow(queues.advance, runId))),
    show: (runId) => link.run(() => wakeNow(queues.show, runId)),
    close: async () => {
      await Promise.all([queues.advance.close(), queues.show.close()]);
    },
  };
}
