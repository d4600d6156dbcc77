import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openQueue, wakeLater } from '../../../src/queue/wakeup-queue.ts';
import { type OpenWakeups, openWakeups } from '../../../src/queue/wakeups.ts';
import { type ConsumerOptions, startConsumer, type WakeupHandler } from '../../../src/queue/workers.ts';
import { openStoreRedis, openWorkerRedis, type RedisLink } from '../../../src/store/redis.ts';
import { startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { newPrefix, SOON } from '../../support/redis/redis-runs.ts';

let server: TestRedis;
let link: RedisLink;
let workerLink: RedisLink;
let prefix: string;
let wakeups: OpenWakeups;
let closing: (() => Promise<void>)[];

beforeAll(async () => {
  server = await startRedis();
  link = openStoreRedis(server.url);
  workerLink = openWorkerRedis(server.url);
});

afterAll(async () => {
  await Promise.all([link.close(), workerLink.close()]);
  await server.stop();
});

beforeEach(async () => {
  prefix = newPrefix();
  wakeups = await openWakeups(link, { prefix });
  closing = [() => wakeups.close()];
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

function consume(name: 'advance' | 'show', handler: WakeupHandler, more: Partial<ConsumerOptions> = {}) {
  const errors: unknown[] = [];
  const consumer = startConsumer(name, handler, {
    link: workerLink,
    prefix,
    concurrency: 4,
    onError: (error, runId) => errors.push(runId === null ? error : [error.message, runId]),
    ...more,
  });
  closing.push(() => consumer.close(0));
  return { consumer, errors };
}

function counts(name: 'advance' | 'show') {
  const queue = openQueue(name, link, { prefix });
  closing.push(() => queue.close());
  return async () => queue.getJobCounts('waiting', 'delayed', 'active', 'completed', 'failed');
}

/** A promise and the function that resolves it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe('a wake-up', () => {
  test('brings the run to a handler of its queue and leaves nothing behind', async () => {
    const advanced: string[] = [];
    const shown: string[] = [];
    consume('advance', async (runId) => void advanced.push(runId));
    consume('show', async (runId) => void shown.push(runId));
    const [advanceJobs, showJobs] = [counts('advance'), counts('show')];

    await wakeups.advance('acme-1');
    await wakeups.show('acme-2');

    await expect.poll(() => [advanced, shown], SOON).toEqual([['acme-1'], ['acme-2']]);
    const none = { waiting: 0, delayed: 0, active: 0, completed: 0, failed: 0 };
    await expect.poll(advanceJobs, SOON).toEqual(none);
    await expect.poll(showJobs, SOON).toEqual(none);
  });

  test.each(['advance', 'show'] as const)(
    'of %s waits once per run, however often it is asked for',
    async (name) => {
      const jobs = counts(name);

      await Promise.all(Array.from({ length: 20 }, () => wakeups[name]('acme-1')));
      await wakeups[name]('acme-2');

      expect(await jobs()).toMatchObject({ waiting: 2, delayed: 0 });
    },
  );

  test.each(['advance', 'show'] as const)(
    'of %s during a handler calls the handler again at once',
    async (name) => {
      const looks: string[] = [];
      const first = gate();
      consume(name, async (runId) => {
        looks.push(runId);
        if (looks.length === 1) await first.opened;
      });
      await wakeups[name]('acme-1');
      await expect.poll(() => looks.length, SOON).toBe(1);

      await wakeups[name]('acme-1');

      await expect.poll(() => looks.length, SOON).toBe(2);
      first.open();
    },
  );

  test('that is asked for many times while the only worker is busy leads to one more call', async () => {
    const looks: string[] = [];
    const first = gate();
    const jobs = counts('show');
    consume(
      'show',
      async (runId) => {
        looks.push(runId);
        if (looks.length === 1) await first.opened;
      },
      { concurrency: 1 },
    );
    await wakeups.show('acme-1');
    await expect.poll(() => looks.length, SOON).toBe(1);

    for (let n = 0; n < 10; n += 1) await wakeups.show('acme-1');
    expect(await jobs()).toMatchObject({ active: 1, waiting: 1 });
    first.open();

    await expect.poll(jobs, SOON).toMatchObject({ active: 0, waiting: 0 });
    expect(looks).toHaveLength(2);
  });

  test('comes after its delay and not earlier', async () => {
    const times: number[] = [];
    consume('advance', async () => void times.push(Date.now()));
    const askedAt = Date.now();

    await wakeups.advance('acme-1', 200);

    await expect.poll(() => times.length, SOON).toBe(1);
    expect((times[0] ?? 0) - askedAt).toBeGreaterThanOrEqual(199);
  });

  test('with a delay does not replace earlier ones, and they do not replace it', async () => {
    const jobs = counts('advance');
    await wakeups.advance('acme-1', 100);
    await wakeups.advance('acme-1', 300);
    await wakeups.advance('acme-1', 200);
    await wakeups.advance('acme-1');
    expect(await jobs()).toMatchObject({ waiting: 1, delayed: 3 });

    const looks: string[] = [];
    consume('advance', async (runId) => void looks.push(runId));

    await expect.poll(() => looks.length, SOON).toBe(4);
  });

  test('contains only the id of the run', async () => {
    const queue = openQueue('advance', link, { prefix });
    closing.push(() => queue.close());

    await wakeups.advance('acme-1', 60_000);

    expect((await queue.getDelayed()).map((job) => job.data)).toEqual([{ runId: 'acme-1' }]);
  });
});

describe('a call that a handler asked for', () => {
  test('comes after its delay, again and again', async () => {
    const looks: number[] = [];
    consume('advance', async () => {
      looks.push(Date.now());
      return looks.length < 4 ? { again: 30 } : undefined;
    });
    const jobs = counts('advance');

    await wakeups.advance('acme-1');

    await expect.poll(() => looks.length, SOON).toBe(4);
    await expect.poll(jobs, SOON).toMatchObject({ waiting: 0, delayed: 0, active: 0 });
    const gaps = looks.slice(1).map((time, index) => time - (looks[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(29);
  });

  test('waits once per run, however many wake-ups asked for one', async () => {
    const looks: string[] = [];
    const jobs = counts('advance');
    consume('advance', async (runId) => {
      looks.push(runId);
      return { again: 60_000 };
    });

    for (let n = 1; n <= 5; n += 1) {
      await wakeups.advance('acme-1');
      await expect.poll(() => looks.length, SOON).toBe(n);
    }

    await expect.poll(jobs, SOON).toMatchObject({ waiting: 0, delayed: 1, active: 0 });
  });

  test('comes at the earliest requested time', async () => {
    const queue = openQueue('advance', link, { prefix });
    closing.push(() => queue.close());

    for (const delay of [60_000, 40_000, 50_000]) await wakeLater(queue, 'acme-1', delay);

    expect((await queue.getDelayed()).map((job) => job.delay)).toEqual([40_000]);
  });
});

test('waking fails at once with one sentence if Redis does not answer', async () => {
  const away = await startRedis();
  const awayLink = openStoreRedis(away.url);
  const awayWakeups = await openWakeups(awayLink, { prefix });
  await away.kill();
  await expect.poll(() => awayLink.redis.status, SOON).not.toBe('ready');

  // No other reason than this one: whoever waited for an answer says that none came in time.
  const sentence = new RegExp(`redis at 127\\.0\\.0\\.1:${away.port} does not answer: (?!no reply in time)`);
  await expect(awayWakeups.advance('acme-1')).rejects.toThrow(sentence);
  await expect(awayWakeups.show('acme-1')).rejects.toThrow(sentence);
  await expect(openWakeups(awayLink)).rejects.toThrow(sentence);

  await awayLink.close();
  await away.stop();
});
