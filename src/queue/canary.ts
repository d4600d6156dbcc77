import type { Consumer } from './workers.ts';

export interface Canary {
  /** How long ago this process last took a canary job; until the first one, the time since the start. */
  lastTakenMs(): number;
  stop(): void;
}

/**
 * Shows that a consumer takes jobs, by giving it jobs to take. A worker that says it runs may have lost Redis for good.
 * Several processes share the canaries, so judge by many missed periods, not by one.
 */
export function startCanary(
  consumer: Consumer,
  { everyMs = 5_000 }: { readonly everyMs?: number } = {},
): Canary {
  const startedAt = Date.now();
  let sending = false;
  const send = async () => {
    // While Redis is unavailable, commands wait. One waiting canary is enough.
    if (sending) return;
    sending = true;
    // If a canary can't be sent, nobody takes it either, and that is what we watch.
    await consumer.sendCanary().catch(() => undefined);
    sending = false;
  };
  const timer = setInterval(() => void send(), everyMs);
  timer.unref();
  void send();
  return {
    lastTakenMs: () => Date.now() - (consumer.canaryTakenAt() ?? startedAt),
    stop: () => clearInterval(timer),
  };
}
