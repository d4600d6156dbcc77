import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLeases } from '../../../src/store/leases.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { ACL_TEMPLATE, BOT } from '../../support/redis/acl.ts';
import { hasRealRedis, startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { begun, clock } from '../../support/redis/redis-runs.ts';

/** Every test of this repository that uses a real Redis logs in as this user; here is what it may not do. */
const [, bot = ''] = ACL_TEMPLATE.split('\n');
const allowed = bot.split(' ').flatMap((word) => (word.startsWith('+') ? [word.slice(1)] : []));

/** What the client sends on its own, and BullMQ beside its scripts. */
const DIRECT = ['hello', 'ping', 'quit', 'info', 'select', 'client|setname', 'eval', 'evalsha', 'bzpopmin'];

const BULLMQ = 'node_modules/bullmq/dist/esm/scripts';

function scripts(): readonly string[] {
  const folder = (path: string, end: string) =>
    readdirSync(path).flatMap((name) => (name.endsWith(end) ? [readFileSync(join(path, name), 'utf8')] : []));
  return [...folder(BULLMQ, '.js'), ...folder('src/store', '.ts')];
}

test('allows exactly what the scripts of the store and of BullMQ call, and what the clients send beside them', () => {
  const called = scripts().flatMap((text) =>
    [...text.matchAll(/(?:rcall|redis\.call)\(\s*["']([A-Za-z]+)["']/g)].map(([, name = '']) =>
      name.toLowerCase(),
    ),
  );

  expect(called.length).toBeGreaterThan(500);
  expect([...allowed].toSorted()).toEqual([...new Set([...DIRECT, ...called])].toSorted());
});

describe.skipIf(!hasRealRedis())('on a real server', () => {
  let server: TestRedis;
  let link: RedisLink;

  beforeAll(async () => {
    server = await startRedis({ aof: true });
    link = openStoreRedis(server.url);
    await link.ready();
  });

  afterAll(async () => {
    await link.close();
    await server.stop();
  });

  test.each([
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['CONFIG', 'GET', 'dir'],
    ['CONFIG', 'SET', 'dir', '/tmp'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['ACL', 'SETUSER', 'rollback', '+@all'],
    ['ACL', 'LIST'],
    ['MODULE', 'LIST'],
    ['REPLICAOF', 'NO', 'ONE'],
    ['SHUTDOWN', 'NOSAVE'],
    ['MONITOR'],
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['FUNCTION', 'FLUSH'],
    ['MIGRATE', '127.0.0.1', '6379', '{rollback}:x', '0', '1'],
    ['SUBSCRIBE', 'news'],
  ])('refuses %s', async (command, ...words) => {
    await expect(link.redis.call(command, ...words)).rejects.toThrow(/^NOPERM /);
  });

  test('refuses DEBUG, which this server refuses to everybody', async () => {
    expect(await server.admin((admin) => admin.call('ACL', 'DRYRUN', BOT.user, 'DEBUG', 'RELOAD'))).toMatch(
      /has no permissions to run the 'debug(\|reload)?' command/,
    );
  });

  test.each([
    ['GET', 'someone-elses'],
    ['SET', 'rollback:rb:active', 'x'],
    ['EVAL', "return redis.call('GET', 'someone-elses')", '0'],
    ['EVAL', "return redis.call('FLUSHALL')", '0'],
  ])('refuses keys beyond its own: %s %s', async (command, ...words) => {
    await expect(link.redis.call(command, ...words)).rejects.toThrow(
      /NOPERM|The user executing the script can't/,
    );
  });

  test('lets nobody in without the password, nor as the default user', async () => {
    for (const login of ['', ':x@', 'default:x@', 'default:@', 'rollback:wrong@', 'admin:x@']) {
      const stranger = openStoreRedis(`redis://${login}127.0.0.1:${server.port}`);
      await expect(stranger.ready()).rejects.toThrow(/refuses: (?:NOAUTH|WRONGPASS) /);
      await stranger.close();
    }
  });

  /** Many servers replay what belongs together in their file as the default user, and drop what it may not (redis/redis#14541). */
  test('keeps every write of several parts over a restart, because the default user may do everything and nobody is it', async () => {
    const store = createRunStore(link, { clock, recordKeys });
    const run = await begun(store);
    await server.restart();
    await link.ready();

    expect(await store.events(run.id)).toHaveLength(1);
    expect(await store.active()).toEqual([run.id]);
    expect(await createLeases(link).take(run.id, 'worker-1', 1_000)).toBe(true);
  });

  test('the address of the bot holds a password with escapes', () => {
    expect(server.url).toContain(encodeURIComponent(BOT.password));
    expect(BOT.password).not.toBe(encodeURIComponent(BOT.password));
  });
});
