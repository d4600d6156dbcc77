import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TellDeps, tellStakeholders } from '../../../src/app/notify/tell-stakeholders.ts';
import type { StatusPage } from '../../../src/app/ports/notify.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { webhookStatusPage } from '../../../src/paging/status-page.ts';
import { readPassword } from '../../../src/probe/password-file.ts';
import { type OpenWakeups, openWakeups } from '../../../src/queue/wakeups.ts';
import { startConsumer } from '../../../src/queue/workers.ts';
import { createLeases } from '../../../src/store/leases.ts';
import { openWorkerRedis, type RedisLink } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { type StatusServer, startStatusServer } from '../../support/fakes/status-server.ts';
import { begun, clock, SOON, useRedis } from '../../support/redis/redis-runs.ts';
import { ended, eventsTo, plan, steps } from '../../support/story/run.ts';
import { BOB, site, stakeholders } from '../../support/story/site.ts';

const redis = useRedis();

const real = webhookStatusPage(readPassword);

let page: StatusServer;

let wakeups: OpenWakeups;

let workerLink: RedisLink;

let closing: (() => Promise<void>)[];

beforeEach(async () => {
  page = await startStatusServer();
  wakeups = await openWakeups(redis.link, { prefix: redis.prefix });
  workerLink = openWorkerRedis(redis.server.url);
  closing = [];
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  await wakeups.close();
  await workerLink.close();
  await page.close();
});

/** A separate worker with the real store, queue and HTTP. */
function startTeller(everyMs = 300_000, statusPage: StatusPage = real) {
  const errors: string[] = [];
  const webhook = { url: page.url, headers: {}, stillWorking: true, statuses: {} };
  let names = 0;
  const deps: TellDeps = {
    store: store(),
    wakeups,
    inventory: inventory(site({ stakeholders: stakeholders({ everyMs, webhook }) })),
    leases: createLeases(redis.link, { prefix: redis.prefix, of: 'telling' }),
    pickupName: () => {
      names += 1;
      return `${everyMs}-${statusPage === real}-${names}`;
    },
    clock,
    statusPage,
    stopping: () => false,
  };
  const consumer = startConsumer('tell', (runId) => tellStakeholders(deps, runId), {
    link: workerLink,
    prefix: redis.prefix,
    concurrency: 4,
    onError: (error) => errors.push(error.message),
    firstRetryMs: 20,
  });
  const close = () => consumer.close(0);
  closing.push(close);
  return { errors, close };
}

const store = () => createRunStore(redis.link, { clock, recordKeys, prefix: redis.prefix });

/** A run whose site has just been stopped. */
async function down() {
  const run = await begun(store());
  const events: readonly RunEvent[] = [...eventsTo('switching', plan('code-only')), ...steps(['stop', 0])];
  const now = await store().append(run, ...events);
  if (now === null) throw new Error('someone else has written');
  return now.id;
}

async function append(id: string, ...events: readonly RunEvent[]) {
  for (;;) {
    const run = await store().read(id);
    if (run === null) throw new Error('the run is gone');
    if ((await store().append(run, ...events)) !== null) return;
  }
}

const statuses = () => page.calls.map(({ body }) => body['status']);

it('tries again with a page that fails, asks for patience and hangs, until it has the update exactly once', async () => {
  page.replies.push(500, { status: 429, headers: { 'retry-after': '2' } }, 'hang');
  startTeller();
  const id = await down();

  await wakeups.show(id);

  await expect
    .poll(async () => (await store().read(id))?.updates.statusPage, SOON)
    .toEqual([{ update: 'started', result: 'taken', problem: null }]);
  expect(page.calls).toHaveLength(4);
  expect(new Set(page.calls.map(({ key, body }) => JSON.stringify([key, body])))).toHaveLength(1);
  const [, second, third] = page.calls;
  expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
});

it('skips updates that the end has made pointless, and never changes their order', async () => {
  page.replies.push('hang');
  startTeller();
  const id = await down();
  await wakeups.show(id);
  await expect.poll(() => page.calls.length, SOON).toBe(1);

  await append(id, ended('hold', 'restore', 3), { type: 'closed', by: BOB });
  await wakeups.show(id);

  await expect.poll(async () => (await store().read(id))?.updates.statusPage.length, SOON).toBe(1);
  expect(statuses()).toEqual(['started', 'not-restored']);
});

it('gives promised updates on time while it waits for a page that hangs', async () => {
  page.replies.push(...Array.from({ length: 100 }, () => 'hang' as const));
  startTeller(7_000);
  const id = await down();

  await wakeups.show(id);

  await expect.poll(async () => (await store().read(id))?.updates.given.length, SOON).toBe(2);
  const [first, second] = (await store().read(id))?.updates.given ?? [];
  const waited = Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '');
  expect(waited).toBeGreaterThanOrEqual(7_000);
  expect(page.calls.length).toBeGreaterThan(0);
  expect((await store().read(id))?.updates.statusPage).toEqual([]);
});

it('sends an update again under the same key if the first sender died before writing it down', async () => {
  const dies: StatusPage = {
    tell: async (webhook, message) => {
      await real.tell(webhook, message);
      await first.close();
      return new Promise(() => undefined);
    },
  };
  const first = startTeller(300_000, dies);
  const id = await down();
  await wakeups.show(id);
  await expect.poll(() => page.calls.length, SOON).toBe(1);

  startTeller();
  await expect
    .poll(
      async () => {
        await wakeups.tell(id);
        return (await store().read(id))?.updates.statusPage.length;
      },
      { ...SOON, interval: 500 },
    )
    .toBe(1);

  expect(page.calls.map(({ key }) => key)).toEqual([`${id}-started`, `${id}-started`]);
});
