import type { Consumer } from './workers.ts';

export interface Canary {
  /** How long ago this process last took a canary job; counted from the start until the first one. */
  lastTakenMs(): number;
  stop(): void;
}

/**
 * Proves that a consumer takes jobs by jobs that it takes. A worker that says it runs may be cut off from Redis for
 * good. Several processes share the canaries, so ask for silence over many periods, not for one missed canary.
 */
export function startCanary(
  consumer: Consumer,
  { everyMs = 5_000 }: { readonly everyMs?: number } = {},
): Canary {
  const startedAt = Date.now();
  let sending = false;
  const send = async () => {
    // While Redis is away commands wait; one of them is enough.
    if (sending) return;
    sending = true;
    // A canary that cannot be sent is not taken either, which is what is watched.
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
