import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';

/** What the queues need of a connection. Every failure that it throws is a sentence for people. */
export interface QueueLink {
  readonly redis: Redis;
  run<T>(command: () => Promise<T>): Promise<T>;
}

/**
 * `advance` takes a run further. `show` updates what Slack shows of it, `tell` what its stakeholders hear. `look` runs a
 * site's readiness check, and `report` says in Slack what became worse.
 */
export type QueueName = 'advance' | 'show' | 'tell' | 'look' | 'report';

export interface QueueOptions {
  /** The braces keep all keys of a queue in one slot of a Redis Cluster. */
  readonly prefix?: string;
}

/** All that a job says; whoever takes it reads the record. In `look` and `report` it is the key of a site. */
export const wakeup = z.object({ runId: z.string().min(1) });

export type WakeupQueue = Queue<z.infer<typeof wakeup>, void, string>;

export const DEFAULT_PREFIX = '{rollback}';

const JOB: JobsOptions = {
  removeOnComplete: true,
  removeOnFail: true,
  // BullMQ itself repeats only what Redis refused. If a handler throws, `wakeLater` brings the run back.
  attempts: 1_000,
  backoff: { type: 'custom' },
};

export function openQueue(name: QueueName, link: QueueLink, options: QueueOptions): WakeupQueue {
  const queue: WakeupQueue = new Queue(name, {
    connection: link.redis,
    prefix: options.prefix ?? DEFAULT_PREFIX,
    defaultJobOptions: JOB,
  });
  // Without a listener, Node ends the process. Every command reports its own failure.
  queue.on('error', () => undefined);
  return queue;
}

/**
 * At most one of these waits per run. Whoever takes it removes its mark first (`Job.removeDeduplicationKey`). So a wake-up
 * that comes during the work leads to another round, because the work may have read the record too early.
 */
export async function wakeNow(queue: WakeupQueue, runId: string): Promise<void> {
  await queue.add('now', { runId }, { deduplication: { id: `now.${runId}` } });
}

/** A separate wake-up, whatever else waits: an earlier one may find nothing to do yet. */
export async function wakeAt(queue: WakeupQueue, runId: string, delayMs: number): Promise<void> {
  await queue.add('at', { runId }, { delay: Math.round(delayMs) });
}

/**
 * The next wake-up that a handler asked for. One per run, the earliest, so that several wake-ups do not each start a chain.
 * Of two at the same instant, the later may win.
 */
export async function wakeLater(queue: WakeupQueue, runId: string, delayMs: number): Promise<void> {
  const id = `later.${runId}`;
  const delay = Math.round(delayMs);
  const waitingId = await queue.getDeduplicationJobId(id);
  const waiting = waitingId === null ? undefined : await queue.getJob(waitingId);
  if (waiting && waiting.timestamp + waiting.delay <= Date.now() + delay) return;
  await queue.add('later', { runId }, { delay, deduplication: { id, replace: true } });
}
