import type { Wakeups } from '../app/ports/workers.ts';
import { openQueue, type QueueLink, type QueueOptions, wakeAt, wakeNow } from './wakeup-queue.ts';

export interface OpenWakeups extends Wakeups {
  close(): Promise<void>;
}

/** Opens the queues for waking. Errors: throws the link's sentence if Redis does not answer. */
export async function openWakeups(link: QueueLink, options: QueueOptions = {}): Promise<OpenWakeups> {
  // BullMQ would wait for a first connection without end, so ask first.
  await link.run(() => link.redis.ping());
  const advance = openQueue('advance', link, options);
  const show = openQueue('show', link, options);
  const tell = openQueue('tell', link, options);
  const all = [advance, show, tell];
  await link.run(() => Promise.all(all.map((queue) => queue.waitUntilReady())));
  return {
    advance: (runId, delayMs = 0) =>
      link.run(() => (delayMs > 0 ? wakeAt(advance, runId, delayMs) : wakeNow(advance, runId))),
    show: async (runId) => {
      await link.run(() => Promise.all([wakeNow(show, runId), wakeNow(tell, runId)]));
    },
    tell: (runId) => link.run(() => wakeNow(tell, runId)),
    close: async () => {
      await Promise.all(all.map((queue) => queue.close()));
    },
  };
}
