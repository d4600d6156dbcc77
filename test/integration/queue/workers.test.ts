import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCanary } from '../../../src/queue/canary.ts';
import { openQueue } from '../../../src/queue/wakeup-queue.ts';
import { type OpenWakeups, openWakeups } from '../../../src/queue/wakeups.ts';
import { type ConsumerOptions, startConsumer, type WakeupHandler } from '../../../src/queue/workers.ts';
import { openStoreRedis, openWorkerRedis, type RedisLink } from '../../../src/store/redis.ts';
import { hasRealRedis, startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { newPrefix, SOON } from '../../support/redis/redis-runs.ts';

const STUCK_WORKER = fileURLToPath(new URL('../../support/redis/redis-stuck-worker.mjs', import.meta.url));

let server: TestRedis;
let link: RedisLink;
let workerLink: RedisLink;
let prefix: string;
let wakeups: OpenWakeups;
let closing: (() => Promise<void>)[];

beforeAll(async () => {
  server = await startRedis({ aof: true });
  link = openStoreRedis(server.url);
  workerLink = openWorkerRedis(server.url);
});

afterAll(async () => {
  await Promise.all([link.close(), workerLink.close()]);
  await server.stop();
});

beforeEach(async () => {
  prefix = newPrefix();
  await link.ready();
  wakeups = await openWakeups(link, { prefix });
  closing = [() => wakeups.close()];
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

function consume(handler: WakeupHandler, more: Partial<ConsumerOptions> = {}) {
  const errors: (readonly [string, string | null])[] = [];
  const consumer = startConsumer('advance', handler, {
    link: workerLink,
    prefix,
    concurrency: 4,
    onError: (error, runId) => errors.push([error.message, runId]),
    firstRetryMs: 20,
    ...more,
  });
  closing.push(() => consumer.close(0));
  return { consumer, errors };
}

async function startStuckWorker(lockMs: number): Promise<{ child: ChildProcess; took: Promise<string> }> {
  const child = spawn(process.execPath, [STUCK_WORKER, server.url, prefix, 'advance', String(lockMs)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  closing.push(async () => void child.kill('SIGKILL'));
  const took = once(child.stdout, 'data').then(([data]) => String(data).trim());
  await once(child, 'spawn');
  return { child, took };
}

describe('a handler that throws', () => {
  test('is reported with its run and called again after longer and longer pauses until it succeeds', async () => {
    const looks: number[] = [];
    const { errors } = consume(async () => {
      looks.push(Date.now());
      if (looks.length < 4) throw new Error(`host is away (${looks.length})`);
    });

    await wakeups.advance('acme-1');

    await expect.poll(() => looks.length, SOON).toBe(4);
    expect(errors).toEqual([1, 2, 3].map((n) => [`host is away (${n})`, 'acme-1']));
    const gaps = looks.slice(1).map((time, index) => time - (looks[index] ?? 0));
    for (const [index, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(20 * 2 ** index - 1);
  });

  test('does not collect jobs, however often its run is woken', async () => {
    const queue = openQueue('advance', link, { prefix });
    closing.push(() => queue.close());
    const { errors } = consume(() => Promise.reject(new Error('Slack is away')), { firstRetryMs: 30_000 });

    for (let n = 1; n <= 5; n += 1) {
      await wakeups.advance('acme-1');
      await expect.poll(() => errors.length, SOON).toBe(n);
    }

    await expect
      .poll(() => queue.getJobCounts('waiting', 'active', 'delayed', 'failed'), SOON)
      .toEqual({
        waiting: 0,
        active: 0,
        delayed: 1,
        failed: 0,
      });
  });

  test('does not hold up other runs', async () => {
    const done: string[] = [];
    consume(async (runId) => {
      if (runId === 'bad-1') throw new Error('no');
      done.push(runId);
    });

    await wakeups.advance('bad-1');
    await wakeups.advance('acme-1');

    await expect.poll(() => done, SOON).toEqual(['acme-1']);
  });
});

test('a job that names no run is reported and dropped', async () => {
  const queue = openQueue('advance', link, { prefix });
  closing.push(() => queue.close());
  const { errors } = consume(async () => undefined);

  await queue.add('now', { runId: '' });

  await expect
    .poll(() => errors, SOON)
    .toEqual([[expect.stringMatching(/^job \d+ of advance names no run$/), null]]);
  await expect.poll(() => queue.count(), SOON).toBe(0);
});

test('another worker takes the job of a killed worker', async () => {
  const { child, took } = await startStuckWorker(500);
  await wakeups.advance('acme-1');
  expect(await took).toBe('{"runId":"acme-1"}');
  const looks: string[] = [];
  consume(async (runId) => void looks.push(runId), { stalledIntervalMs: 100 });

  child.kill('SIGKILL');

  await expect.poll(() => looks, SOON).toEqual(['acme-1']);
});

test('a wake-up with a delay does not wait for the job of a killed worker', async () => {
  const { child, took } = await startStuckWorker(60_000);
  await wakeups.advance('acme-1');
  await took;
  child.kill('SIGKILL');
  const looks: string[] = [];
  consume(async (runId) => void looks.push(runId), { stalledIntervalMs: 100 });

  // Its job stays locked for another minute.
  await wakeups.advance('acme-1', 1);

  await expect.poll(() => looks, SOON).toEqual(['acme-1']);
});

test('a handler is told to stop if another worker took its job', async () => {
  let started = false;
  let stopped = false;
  consume(
    async (_, signal) => {
      if (started) return;
      started = true;
      await once(signal, 'abort');
      stopped = true;
    },
    { lockDurationMs: 400 },
  );
  await wakeups.advance('acme-1');
  await expect.poll(() => started, SOON).toBe(true);

  const [jobId] = await link.redis.lrange(`${prefix}:advance:active`, 0, -1);
  await link.redis.set(`${prefix}:advance:${jobId}:lock`, 'another worker');

  await expect.poll(() => stopped, SOON).toBe(true);
});

describe('closing', () => {
  test('tells handlers to stop and waits for them', async () => {
    let ended = false;
    let started = false;
    const { consumer } = consume(async (_, signal) => {
      started = true;
      await once(signal, 'abort');
      ended = true;
    });
    await wakeups.advance('acme-1');
    await expect.poll(() => started, SOON).toBe(true);

    await consumer.close();

    expect(ended).toBe(true);
  });

  test('leaves a stopped run to another worker at once', async () => {
    const { consumer } = consume(async (_, signal) => {
      await once(signal, 'abort');
    });
    await wakeups.advance('acme-1');
    const looks: string[] = [];
    await expect
      .poll(async () => (await link.redis.lrange(`${prefix}:advance:active`, 0, -1)).length, SOON)
      .toBe(1);

    await consumer.close();
    consume(async (runId) => void looks.push(runId));

    await expect.poll(() => looks, SOON).toEqual(['acme-1']);
  });

  test('does not wait longer than requested for a handler that does not stop', async () => {
    let started = false;
    const { consumer } = consume(() => {
      started = true;
      return new Promise(() => undefined);
    });
    await wakeups.advance('acme-1');
    await expect.poll(() => started, SOON).toBe(true);

    await consumer.close(100);
  });
});

test('closing ends in time while Redis does not answer and a handler is running', async () => {
  const away = await startRedis();
  const awayLinks = [openStoreRedis(away.url), openWorkerRedis(away.url)] as const;
  const awayWakeups = await openWakeups(awayLinks[0], { prefix });
  let started = false;
  const { consumer } = consume(
    async (_, signal) => {
      started = true;
      await once(signal, 'abort');
    },
    { link: awayLinks[1] },
  );
  await awayWakeups.advance('acme-1');
  await expect.poll(() => started, SOON).toBe(true);
  await away.kill();

  await consumer.close(200);
  await awayWakeups.close();
  await Promise.all(awayLinks.map((each) => each.close()));
  await away.stop();
});

describe('a canary', () => {
  test('is taken again and again while the worker takes jobs', async () => {
    const { consumer } = consume(async () => undefined);
    const canary = startCanary(consumer, { everyMs: 30 });
    closing.push(async () => canary.stop());
    const taken = new Set<number>();

    await expect.poll(() => taken.add(consumer.canaryTakenAt() ?? 0).size, SOON).toBeGreaterThan(4);

    await expect.poll(() => canary.lastTakenMs(), SOON).toBeLessThan(2_000);
  });

  test('shows that no job is taken while every handler is busy, and does not collect jobs', async () => {
    let busy = false;
    const { consumer } = consume(
      async (_, signal) => {
        busy = true;
        await once(signal, 'abort');
      },
      { concurrency: 1 },
    );
    await wakeups.advance('acme-1');
    await expect.poll(() => busy, SOON).toBe(true);

    const canary = startCanary(consumer, { everyMs: 10 });
    closing.push(async () => canary.stop());

    await expect.poll(() => canary.lastTakenMs(), SOON).toBeGreaterThan(150);
    expect(consumer.canaryTakenAt()).toBeNull();
    expect(await link.redis.llen(`${prefix}:advance:wait`)).toBe(1);
  });
});

describe.skipIf(!hasRealRedis())('when Redis is killed and started again', () => {
  test('waiting jobs are taken, and so is the canary', async () => {
    const looks: string[] = [];
    const { consumer } = consume(async (runId) => void looks.push(runId), { stalledIntervalMs: 100 });
    const canary = startCanary(consumer, { everyMs: 20 });
    closing.push(async () => canary.stop());
    await expect.poll(() => consumer.canaryTakenAt(), SOON).not.toBeNull();
    await wakeups.advance('acme-1', 500);

    await server.restart();
    const restartedAt = Date.now();

    await expect.poll(() => looks, SOON).toEqual(['acme-1']);
    await expect.poll(() => consumer.canaryTakenAt(), SOON).toBeGreaterThan(restartedAt);
  });

  test('an interrupted call is repeated', async () => {
    const looks: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    consume(
      async (runId) => {
        looks.push(runId);
        await held;
        return looks.length < 2 ? { again: 1 } : undefined;
      },
      { stalledIntervalMs: 100, lockDurationMs: 1_000 },
    );
    await wakeups.advance('acme-1');
    await expect.poll(() => looks.length, SOON).toBe(1);

    await server.restart();
    release();

    await expect.poll(() => looks.length, SOON).toBeGreaterThanOrEqual(2);
  });
});
