import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import {
  DEFAULT_PREFIX,
  openQueue,
  type QueueLink,
  type QueueName,
  type QueueOptions,
  type WakeupQueue,
  wakeLater,
  wakeup,
} from './wakeup-queue.ts';

/**
 * Works on one run. May be called for a run that someone else is working on, and again for one that is done: the record
 * decides. `signal` aborts when this process stops, or has lost the job to another one.
 */
export type WakeupHandler = (
  runId: string,
  signal: AbortSignal,
) => Promise<{ readonly again: number } | undefined>;

export interface ConsumerOptions extends QueueOptions {
  /** A connection that waits for Redis to come back (`maxRetriesPerRequest: null`). */
  readonly link: QueueLink;
  readonly concurrency: number;
  /** A handler threw (with its run; it is tried again), or the queue itself has a problem (null). */
  readonly onError: (error: Error, runId: string | null) => void;
  readonly lockDurationMs?: number;
  readonly stalledIntervalMs?: number;
  readonly firstRetryMs?: number;
}

export interface Consumer {
  /** Adds a job that only shows that jobs are taken. */
  sendCanary(): Promise<void>;
  /** When this process last took a canary, in milliseconds since 1970; null: never. */
  canaryTakenAt(): number | null;
  /** Takes no more jobs, tells handlers to stop, and waits for them. After `graceMs`, others take over the rest. */
  close(graceMs?: number): Promise<void>;
}

const CANARY = 'canary';
const LONGEST_RETRY_MS = 30_000;

/** What one consumer keeps in memory. Nobody needs it after a restart. */
interface State {
  readonly queue: WakeupQueue;
  readonly handler: WakeupHandler;
  readonly options: ConsumerOptions;
  /** The jobs being handled, by job id. */
  readonly active: Map<string, AbortController>;
  /** How often each run's handler threw in a row. */
  readonly failures: Map<string, number>;
  canaryTakenAt: number | null;
  stopping: boolean;
}

export function startConsumer(name: QueueName, handler: WakeupHandler, options: ConsumerOptions): Consumer {
  const queue = openQueue(name, options.link, options);
  const state: State = {
    queue,
    handler,
    options,
    active: new Map(),
    failures: new Map(),
    canaryTakenAt: null,
    stopping: false,
  };
  const worker = new Worker(name, (job: Job) => take(state, job), {
    connection: options.link.redis,
    prefix: options.prefix ?? DEFAULT_PREFIX,
    concurrency: options.concurrency,
    lockDuration: options.lockDurationMs ?? 10_000,
    stalledInterval: options.stalledIntervalMs ?? 5_000,
    // The record decides what is done with a run. The queue must never give one up.
    maxStalledCount: 1_000_000,
    settings: { backoffStrategy: (attempts) => retryDelay(options, attempts - 1) },
  });
  // Only the text: an error of the client holds the command's arguments, and so the password.
  worker.on('error', ({ message }) =>
    options.onError(new Error(`queue ${name}: ${message || 'Redis does not answer'}`), null),
  );
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) state.active.get(jobId)?.abort();
  });
  return {
    sendCanary: async () => {
      await queue.add(CANARY, { runId: CANARY }, { deduplication: { id: CANARY } });
    },
    canaryTakenAt: () => state.canaryTakenAt,
    close: async (graceMs = 10_000) => {
      state.stopping = true;
      await worker.pause(true);
      for (const controller of state.active.values()) controller.abort();
      await emptied(state.active, graceMs);
      await worker.close(state.active.size > 0);
      await queue.close();
    },
  };
}

async function take(state: State, job: Job): Promise<void> {
  const jobId = job.id ?? '';
  const controller = new AbortController();
  state.active.set(jobId, controller);
  try {
    // First of all, so that a wake-up from now on counts as a new one.
    await job.removeDeduplicationKey();
    await handle(state, job, controller.signal);
  } finally {
    state.active.delete(jobId);
  }
}

async function handle(state: State, job: Job, signal: AbortSignal): Promise<void> {
  if (job.name === CANARY) {
    state.canaryTakenAt = Date.now();
    return;
  }
  const data = wakeup.safeParse(job.data);
  if (!data.success) {
    state.options.onError(new Error(`job ${job.id} of ${job.queueName} names no run`), null);
    return;
  }
  const { runId } = data.data;
  // A stopping worker may take one more job, even the one that it has just left to others.
  const again = state.stopping ? 0 : await callHandler(state, runId, signal);
  if (again !== null) await wakeLater(state.queue, runId, again);
}

/** After how many milliseconds the run wants to be called again; null: not on its own. */
async function callHandler(state: State, runId: string, signal: AbortSignal): Promise<number | null> {
  try {
    const result = await state.handler(runId, signal);
    state.failures.delete(runId);
    // A handler that was told to stop may have left things undone. Let someone else continue at once.
    return signal.aborted ? 0 : (result?.again ?? null);
  } catch (error) {
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 0;
    const failures = state.failures.get(runId) ?? 0;
    state.failures.set(runId, failures + 1);
    state.options.onError(error instanceof Error ? error : new Error(String(error)), runId);
    return retryDelay(state.options, failures);
  }
}

function retryDelay({ firstRetryMs = 500 }: ConsumerOptions, failures: number): number {
  return Math.min(LONGEST_RETRY_MS, firstRetryMs * 2 ** Math.min(failures, 16));
}

async function emptied(active: ReadonlyMap<string, unknown>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (active.size > 0 && Date.now() < deadline) await sleep(20);
}
