import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EVERY_SITE, type OpenNights, openNights } from '../../../src/queue/nights.ts';
import { openQueue, type WakeupQueue } from '../../../src/queue/wakeup-queue.ts';
import { startConsumer } from '../../../src/queue/workers.ts';
import { openStoreRedis, openWorkerRedis, type RedisLink } from '../../../src/store/redis.ts';
import { startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { newPrefix, SOON } from '../../support/redis/redis-runs.ts';

const LONDON = { at: '03:30', timeZone: 'Europe/London' };

let server: TestRedis;
let link: RedisLink;
let workerLink: RedisLink;
let prefix: string;
let nights: OpenNights;
let queue: WakeupQueue;
let closing: (() => Promise<void>)[];

beforeAll(async () => {
  server = await startRedis();
  link = openStoreRedis(server.url);
  workerLink = openWorkerRedis(server.url);
  await link.ready();
});

afterAll(async () => {
  await Promise.all([link.close(), workerLink.close()]);
  await server.stop();
});

beforeEach(() => {
  prefix = newPrefix();
  nights = openNights(link, { prefix });
  queue = openQueue('look', link, { prefix });
  closing = [() => nights.close(), () => queue.close()];
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

/** A separate worker, and the sites that it was told to check. */
function worker(handled: string[], name: 'look' | 'report' = 'look'): void {
  const consumer = startConsumer(name, async (site) => void handled.push(site), {
    link: workerLink,
    prefix,
    concurrency: 2,
    onError: (error) => handled.push(error.message),
  });
  closing.push(() => consumer.close(0));
}

/** The times of the planned nights in a time zone. */
async function planned(timeZone: string): Promise<readonly string[]> {
  const jobs = await queue.getDelayed();
  return jobs.map((job) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
      job.timestamp + job.delay,
    ),
  );
}

/** Makes planned nights due. */
async function comesDue(): Promise<void> {
  const [job] = await queue.getDelayed();
  await job?.changeDelay(0);
}

describe('a night', () => {
  test('is planned once, in its time zone, however many workers and restarts there are', async () => {
    const other = openNights(link, { prefix });
    closing.push(() => other.close());

    await Promise.all([nights.keep(LONDON), other.keep(LONDON)]);
    await nights.keep(LONDON);

    expect(await planned('Europe/London')).toEqual(['03:30']);
  });

  test('follows the configuration, and is removed with it', async () => {
    await nights.keep(LONDON);
    await nights.keep({ at: '22:05', timeZone: 'Asia/Tokyo' });
    expect(await planned('Asia/Tokyo')).toEqual(['22:05']);

    await nights.keep({ at: '22:05', timeZone: 'America/New_York' });
    expect(await planned('America/New_York')).toEqual(['22:05']);

    await nights.keep(null);
    expect(await planned('UTC')).toEqual([]);
  });

  test('is one job for two workers, which also plans the next one', async () => {
    const handled: string[] = [];
    worker(handled);
    worker(handled);
    await nights.keep(LONDON);

    await comesDue();

    await expect.poll(() => handled, SOON).toEqual([EVERY_SITE]);
    await expect.poll(() => planned('Europe/London'), SOON).toEqual(['03:30']);
    await comesDue();
    await expect.poll(() => handled, SOON).toEqual([EVERY_SITE, EVERY_SITE]);
  });

  test('that was missed while no worker ran is made up once, by the first worker that starts', async () => {
    const handled: string[] = [];
    await nights.keep(LONDON);
    const [missed] = await queue.getDelayed();
    await comesDue();

    const restarted = openNights(link, { prefix });
    closing.push(() => restarted.close());
    await restarted.keep(LONDON);
    expect((await queue.getJob(missed?.id ?? ''))?.id).toBe(missed?.id);
    worker(handled);
    worker(handled);

    await expect.poll(() => handled, SOON).toEqual([EVERY_SITE]);
    await expect.poll(() => planned('Europe/London'), SOON).toEqual(['03:30']);
    await expect
      .poll(() => queue.getJobCounts('waiting', 'active', 'delayed'), SOON)
      .toEqual({
        waiting: 0,
        active: 0,
        delayed: 1,
      });
    expect(handled).toEqual([EVERY_SITE]);
  });

  test('whose job is gone is planned again', async () => {
    await nights.keep(LONDON);
    await link.redis.del(
      ...(await server.admin((admin) => admin.keys(`${prefix}:look:repeat:night:*`))),
      `${prefix}:look:delayed`,
    );
    expect(await planned('Europe/London')).toEqual([]);

    await nights.keep(LONDON);

    expect(await planned('Europe/London')).toEqual(['03:30']);
  });
});

test('one worker checks a site and one bot reports it, however often that was asked for', async () => {
  await nights.look('acme-kitchens@production');
  await nights.look('acme-kitchens@production');
  await nights.look('birch-bakery@production');
  await nights.report('acme-kitchens@production');
  await nights.report('acme-kitchens@production');
  const looks: string[] = [];
  const reports: string[] = [];

  worker(looks);
  worker(reports, 'report');

  await expect
    .poll(() => looks.toSorted(), SOON)
    .toEqual(['acme-kitchens@production', 'birch-bakery@production']);
  await expect.poll(() => reports, SOON).toEqual(['acme-kitchens@production']);
  await expect.poll(() => queue.getJobCounts('waiting', 'active'), SOON).toEqual({ waiting: 0, active: 0 });
});
