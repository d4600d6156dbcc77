// Takes one job from a queue and never gives it back: node redis-stuck-worker.mjs <url> <prefix> <queue> <lock in ms>
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';

const [url, prefix, queue, lockDuration] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const worker = new Worker(
  queue,
  (job) => {
    process.stdout.write(`${JSON.stringify(job.data)}\n`);
    return new Promise(() => undefined);
  },
  // All workers of a queue must have the same interval: the first one that checks keeps the others from it.
  { connection, prefix, lockDuration: Number(lockDuration), stalledInterval: 100 },
);
worker.on('error', () => undefined);
// The parent holds our stdin: when it goes, so do we.
process.stdin.resume().on('end', () => process.exit(0));
