import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordText } from '../../../src/app/adopt-runs.ts';
import { watchForLostRuns } from '../../../src/entry/lost-runs.ts';
import { createLogger } from '../../../src/log.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { ALICE, eventsTo, plan, RUN_ID, request, site, T } from '../../support/builders.ts';
import { clockAt, inventory, memoryStore, scriptedHost, signer, wakeups } from '../../support/fakes.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let server: TestRedis;
let storeLink: RedisLink;

beforeAll(async () => {
  server = await startRedis();
  storeLink = openStoreRedis(server.url);
  await storeLink.ready();
});

afterAll(async () => {
  await storeLink.close();
  await server.stop();
});

test('a run that was lost is taken up as soon as the site is free, whoever has asked for another one meanwhile', async () => {
  const events = [{ type: 'requested', request: request() } as const, ...eventsTo('switching', plan())];
  const record = recordText(
    RUN_ID,
    events.map((event, seq) => ({ seq, at: T.planned, hash: '', event })),
    signer,
  );
  const store = memoryStore(clockAt(T.decided));
  const host = scriptedHost({ lostRecords: async () => [{ run: RUN_ID, record }] });
  const other = await store.begin('acme-kitchens@production', 'acme-kitchens', 'key', {
    type: 'requested',
    request: request(),
  });
  if (other.kind !== 'begun') throw new Error(`the other run is ${other.kind}`);

  const stop = watchForLostRuns(
    { hosts: host.hosts, store, signer, wakeups: wakeups() },
    {
      configuration: { inventory: inventory(site()) },
      storeLink,
      log: createLogger('silent'),
      pace: { roundMs: 20 },
    },
  );
  try {
    await expect.poll(() => host.calls.length).toBeGreaterThan(1);
    expect(await store.activeOn('acme-kitchens@production')).toBe(other.run.id);
    await store.append(other.run, { type: 'cancelled', by: ALICE });

    await expect.poll(() => store.activeOn('acme-kitchens@production')).toBe(RUN_ID);
  } finally {
    stop();
  }
});
