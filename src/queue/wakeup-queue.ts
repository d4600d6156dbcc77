import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';

/** What the queues need of a connection; every failure it throws is a sentence for people. */
export interface QueueLink {
  readonly redis: Redis;
  run<T>(command: () => Promise<T>): Promise<T>;
}

/**
 * `advance` takes a run further, `show` brings what Slack shows up to date, `tell` what its stakeholders hear; `look` looks at a
 * site by day, `report` says in Slack what became worse.
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
  // Only what Redis itself refused is left to BullMQ; a handler that throws comes back by `wakeLater`.
  attempts: 1_000,
  backoff: { type: 'custom' },
};

export function openQueue(name: QueueName, link: QueueLink, options: QueueOptions): WakeupQueue {
  const queue: WakeupQueue = new Queue(name, {
    connection: link.redis,
    prefix: options.prefix ?? DEFAULT_PREFIX,
    defaultJobOptions: JOB,
  });
  // Without a listener Node ends the process; every command reports its own failure.
  queue.on('error', () => undefined);
  return queue;
}

/**
 * At most one of these waits per run. Whoever takes it forgets its mark first (`Job.removeDeduplicationKey`), so a
 * wake-up that comes while somebody looks leads to another look: that look may have read the record too early.
 */
export async function wakeNow(queue: WakeupQueue, runId: string): Promise<void> {
  await queue.add('now', { runId }, { deduplication: { id: `now.${runId}` } });
}

/** A wake-up of its own, whatever else waits: an earlier look may find nothing to do yet. */
export async function wakeAt(queue: WakeupQueue, runId: string, delayMs: number): Promise<void> {
  await queue.add('at', { runId }, { delay: Math.round(delayMs) });
}

/**
 * The next look that a handler asked for: one per run, the earliest, so that several wake-ups do not each start a
 * chain of looks. Two at the same instant may keep the later one.
 */
export async function wakeLater(queue: WakeupQueue, runId: string, delayMs: number): Promise<void> {
  const id = `later.${runId}`;
  const delay = Math.round(delayMs);
  const waitingId = await queue.getDeduplicationJobId(id);
  const waiting = waitingId === null ? undefined : await queue.getJob(waitingId);
  if (waiting && waiting.timestamp + waiting.delay <= Date.now() + delay) return;
  await queue.add('later', { runId }, { delay, deduplication: { id, replace: true } });
}
