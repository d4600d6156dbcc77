import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redisFitness } from '../../../src/store/fitness.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { hasRealRedis, startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { begun, clock, SOON } from '../../support/redis/redis-runs.ts';
import { startTcpProxy } from '../../support/ssh/tcp-proxy.ts';

let server: TestRedis;
let links: RedisLink[];

function open(url: string, commandTimeoutMs?: number): RedisLink {
  const link = openStoreRedis(url, commandTimeoutMs);
  links.push(link);
  return link;
}

beforeEach(async () => {
  links = [];
  server = await startRedis({ aof: true });
});

afterEach(async () => {
  await Promise.all(links.map((link) => link.close()));
  await server.stop();
});

describe('when Redis does not answer', () => {
  test('every request fails at once, with one sentence without the password', async () => {
    const link = open(`redis://bot:hunter2-secret@127.0.0.1:${server.port}`);
    await server.kill();
    const store = createRunStore(link, { clock, recordKeys });

    const error: unknown = await store.read('acme-1').catch((reason: unknown) => reason);

    expect(String(error)).toMatch(
      new RegExp(
        `^StoreUnavailable: redis at 127\\.0\\.0\\.1:${server.port} does not answer: .*(ECONNREFUSED|ECONNRESET|open)`,
      ),
    );
    expect(String(error)).not.toContain('hunter2');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });

  test('an open request does not wait longer than the command timeout', async () => {
    const link = open(server.url, 300);
    await link.ready();
    const answer = link.run(() => link.redis.bzpopmin('{rollback}:nothing', 0));
    await server.kill();

    await expect(answer).rejects.toThrow(`redis at ${link.address} does not answer: `);
  });

  test('opening fails in time, and succeeds when it is back', async () => {
    await server.kill();
    const link = open(server.url);

    await expect(link.ready(2_000)).rejects.toThrow(/does not answer: .*ECONNREFUSED/);
    const ready = link.ready(120_000);
    await server.restart();
    await ready;

    expect(await link.run(() => link.redis.ping())).toBe('PONG');
  });
});

test('a refusal by Redis differs from no answer', async () => {
  const link = open(server.url);
  await link.run(() => link.redis.set('{rollback}:text', 'x'));

  await expect(link.run(() => link.redis.lpush('{rollback}:text', 'y'))).rejects.toThrow(
    `redis at ${link.address} refuses: WRONGTYPE`,
  );
});

describe.skipIf(!hasRealRedis())('a real server', () => {
  test('is fit with AOF and without eviction', async () => {
    const fitness = await redisFitness(open(server.url));

    expect(fitness).toMatchObject({ aof: true, policy: 'noeviction', problems: [] });
  });

  test('without AOF and with eviction, the problems say what to set', async () => {
    const link = open(server.adminUrl);
    await link.run(() => link.redis.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'allkeys-lru'));

    const { problems } = await redisFitness(link);

    expect(problems.join('\n')).toMatch(/appendonly yes.*\n.*maxmemory-policy noeviction/);
  });

  test('is given up within the command timeout if it hangs', async () => {
    const link = open(server.url, 200);
    await link.ready();
    process.kill(server.pid ?? 0, 'SIGSTOP');

    await expect(link.run(() => link.redis.ping())).rejects.toThrow('does not answer: no reply in time');

    process.kill(server.pid ?? 0, 'SIGCONT');
    await expect.poll(() => link.run(() => link.redis.ping()).catch(String), SOON).toBe('PONG');
  });

  test('names a wrong password without showing it', async () => {
    const link = open(`redis://rollback:hunter2-secret@127.0.0.1:${server.port}`);

    await expect(link.ready(2_000)).rejects.toThrow(/WRONGPASS/);
    await expect(link.run(() => link.redis.ping())).rejects.not.toThrow(/hunter2/);
  });

  test('is left for its successor if it becomes a replica and keeps the connection', async () => {
    const next = await startRedis({ aof: true });
    try {
      const way = { port: server.port };
      const proxy = await startTcpProxy(way);
      const link = open(server.urlAt(proxy.port));
      await link.ready();
      const admin = open(server.adminUrl);
      await admin.run(() => admin.redis.replicaof('127.0.0.1', next.port));
      way.port = next.port;

      await expect(link.run(() => link.redis.set('{rollback}:word', 'lost'))).rejects.toThrow(
        'refuses: READONLY',
      );
      const writes = () => link.run(() => link.redis.set('{rollback}:word', 'kept')).catch(String);
      await expect.poll(writes, SOON).toBe('OK');

      const other = open(next.url);
      expect(await other.run(() => other.redis.get('{rollback}:word'))).toBe('kept');
      await proxy.stop();
    } finally {
      await next.stop();
    }
  });

  test('loses nothing if it is killed and started again', async () => {
    const link = open(server.url);
    const store = createRunStore(link, { clock, recordKeys });
    let run = await begun(store);
    for (let n = 0; n < 50; n += 1)
      run = (await store.append(run, { type: 'looked', what: `part ${n}` })) ?? run;

    await server.restart();
    await link.ready();

    expect(await store.read(run.id)).toEqual(run);
    expect(run.revision).toBe(51);
    expect(await store.activeOn('acme-kitchens@production')).toBe(run.id);
    expect(await store.active()).toEqual([run.id]);
  });

  test('keeps every confirmed write exactly once if it is killed during writes', async () => {
    const link = open(server.url);
    const store = createRunStore(link, { clock, recordKeys });
    let run = await begun(store);
    const confirmed: string[] = [];
    let killed = false;
    const writing = (async () => {
      for (let n = 0; !killed; n += 1) {
        const next = await store.append(run, { type: 'looked', what: `part ${n}` }).catch(() => null);
        if (next === null) continue;
        run = next;
        confirmed.push(`part ${n}`);
      }
    })();
    await expect.poll(() => confirmed.length, SOON).toBeGreaterThan(20);
    await server.kill();
    killed = true;
    await server.restart();
    await writing;
    await link.ready();

    const looks = (await store.events(run.id)).flatMap(({ event }) =>
      event.type === 'looked' ? [event.what] : [],
    );

    expect(looks.slice(0, confirmed.length)).toEqual(confirmed);
    expect(looks.length - confirmed.length).toBeLessThanOrEqual(1);
  });
});
