import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hosts } from '../../../src/app/ports/host.ts';
import { HostError } from '../../../src/app/ports/host-error.ts';
import { recordText } from '../../../src/app/run/record-text.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { watchForLostRuns } from '../../../src/entry/processes/lost-runs.ts';
import { createLogger } from '../../../src/log.ts';
import { storeKeys } from '../../../src/store/keys.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { eventsTo, plan, RUN_ID } from '../../support/story/run.ts';
import { ALICE, request, site, T } from '../../support/story/site.ts';

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

/** The copy of a record on a host, for a run that Redis does not know. */
function lostRecord() {
  const events = [{ type: 'requested', request: request() } as const, ...eventsTo('switching', plan())];
  const stored = events.map((event, seq) => ({ seq, at: T.planned, hash: '', event }));
  return { run: RUN_ID, record: recordText(RUN_ID, stored, signer) };
}

function watch(hosts: Hosts, store: ReturnType<typeof memoryStore>, ...sites: readonly Site[]): () => void {
  return watchForLostRuns(
    { hosts, store, signer, wakeups: wakeups() },
    {
      configuration: { inventory: inventory(...sites) },
      storeLink,
      log: createLogger('silent'),
      pace: { roundMs: 20 },
    },
  );
}

test('a lost run is picked up as soon as the site is free, even if someone has asked for another run meanwhile', async () => {
  const store = memoryStore(clockAt(T.decided));
  const host = scriptedHost({ lostRecords: async () => [lostRecord()] });
  const other = await store.begin('acme-kitchens@production', 'acme-kitchens', 'key', {
    type: 'requested',
    request: request(),
  });
  if (other.kind !== 'begun') throw new Error(`the other run is ${other.kind}`);

  const stop = watch(host.hosts, store, site());
  try {
    await expect.poll(() => host.calls.length).toBeGreaterThan(1);
    expect(await store.activeOn('acme-kitchens@production')).toBe(other.run.id);
    await store.append(other.run, { type: 'cancelled', by: ALICE });

    await expect.poll(() => store.activeOn('acme-kitchens@production')).toBe(RUN_ID);
  } finally {
    stop();
  }
});

test('a silent host does not keep the bot from asking other hosts', async () => {
  const store = memoryStore(clockAt(T.decided));
  const host = scriptedHost({ lostRecords: async () => [lostRecord()] });
  const silent = site({ slug: 'birch-bakery', host: { address: '10.0.0.6', port: 22, user: 'deploy' } });
  const hosts: Hosts = {
    connect: (where) => (where.slug === silent.slug ? new Promise(() => {}) : host.hosts.connect(where)),
  };

  const stop = watch(hosts, store, silent, site());
  try {
    await expect.poll(() => store.activeOn('acme-kitchens@production')).toBe(RUN_ID);
  } finally {
    stop();
  }
});

test('a host that does not answer is asked again until it answers', async () => {
  const store = memoryStore(clockAt(T.decided));
  let away = 2;
  const host = scriptedHost({
    connect: async () => {
      away -= 1;
      if (away >= 0) throw new HostError('unreachable', '10.0.0.5:22 cannot be reached');
    },
    lostRecords: async () => [lostRecord()],
  });

  const stop = watch(host.hosts, store, site());
  try {
    await expect.poll(() => store.activeOn('acme-kitchens@production')).toBe(RUN_ID);
    expect(host.calls.filter((call) => call === 'connect')).toHaveLength(3);
  } finally {
    stop();
  }
});

test('hosts are asked again whenever the record may have lost something, even if an earlier life of it comes back', async () => {
  const host = scriptedHost();
  const looks = () => host.calls.filter((call) => call === 'connect').length;
  const { life } = storeKeys();
  const stop = watch(host.hosts, memoryStore(clockAt(T.decided)), site());
  try {
    await expect.poll(looks).toBe(1);
    const first = await storeLink.redis.get(life);

    await storeLink.redis.set(life, 'of a backup');
    await expect.poll(looks).toBe(2);
    await storeLink.redis.set(life, String(first));
    await expect.poll(looks).toBe(3);
    await server.admin((admin) => admin.flushall());
    await expect.poll(looks).toBe(4);
  } finally {
    stop();
  }
});
