import type { QueueName } from '../../queue/wakeup-queue.ts';
import { type Consumer, startConsumer, type WakeupHandler } from '../../queue/workers.ts';
import type { Shared } from './shared.ts';

interface Work {
  readonly handler: WakeupHandler;
  /** How many jobs this process works on at once. */
  readonly concurrency: number;
  /** The handler threw at a run or a site; it is tried again. null: the queue itself has a problem. */
  readonly failed: (err: Error, subject: string | null) => void;
}

/** Takes the jobs of one queue until it is closed, and counts the attempts that failed. */
export function takeJobs(
  { workerLink, metrics, pace }: Shared,
  queue: QueueName,
  { handler, concurrency, failed }: Work,
): Consumer {
  return startConsumer(queue, handler, {
    link: workerLink,
    concurrency,
    lockDurationMs: pace.leaseMs,
    stalledIntervalMs: pace.roundMs,
    onError: (err, subject) => {
      metrics.looks.inc({ queue, result: 'error' });
      failed(err, subject);
    },
  });
}
