// Takes one job from a queue and never returns it: node redis-stuck-worker.mjs <url> <prefix> <queue> <lock in ms>
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
  // All workers of a queue must have the same interval: the first one to check keeps the others from checking.
  { connection, prefix, lockDuration: Number(lockDuration), stalledInterval: 100 },
);
worker.on('error', () => undefined);
// The parent holds the other end of stdin. When the parent ends, this process ends too.
process.stdin.resume().on('end', () => process.exit(0));
