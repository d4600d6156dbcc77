import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { letsAnybodyIn } from '../../../src/store/open-door.ts';
import { hasRealRedis, startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { closedPort } from '../entry/ports.ts';

describe.skipIf(!hasRealRedis())('a real server on this machine', () => {
  let server: TestRedis;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.stop());

  const defaultUser = (...rules: readonly string[]) =>
    server.admin((admin) => admin.call('ACL', 'SETUSER', 'default', 'reset', ...rules));

  beforeEach(() => defaultUser('off', '~*', '&*', '+@all'));

  test('with the users of redis.acl keeps strangers out', async () => {
    expect(await letsAnybodyIn(server.url)).toBe(false);
    expect(await letsAnybodyIn(`redis://127.0.0.1:${server.port}`)).toBe(false);
  });

  test('with nothing but requirepass keeps strangers out', async () => {
    await defaultUser('on', '>secret', '~*', '&*', '+@all');

    expect(await letsAnybodyIn(`redis://:secret@127.0.0.1:${server.port}`)).toBe(false);
  });

  test('as it is packaged lets anybody in, whatever login the bot has', async () => {
    await defaultUser('on', 'nopass', '~*', '&*', '+@all');

    expect(await letsAnybodyIn(`redis://127.0.0.1:${server.port}`)).toBe(true);
    expect(await letsAnybodyIn(server.url)).toBe(true);
    expect(await letsAnybodyIn(`${server.url}?username=rollback&password=x`)).toBe(true);
  });

  test.each([
    ['only ask whether it answers', false, ['+ping', '+hello', '+info']],
    ['only read', true, ['~*', '+@read', '+ping']],
    ['only use keys of others', false, ['~cache:*', '+@all']],
  ])('where strangers may %s: %s', async (_, expected, rules) => {
    await defaultUser('on', 'nopass', ...rules);

    expect(await letsAnybodyIn(server.url)).toBe(expected);
  });

  test('asks without writing anything', async () => {
    await defaultUser('on', 'nopass', '~*', '&*', '+@all');
    await letsAnybodyIn(server.url);

    expect(await server.admin((admin) => admin.dbsize())).toBe(0);
  });
});

test('a port that nobody listens on says nothing', async () => {
  expect(await letsAnybodyIn(`redis://127.0.0.1:${await closedPort()}`)).toBeNull();
});

test('one that never answers says nothing, after a while', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  try {
    const port = typeof address === 'object' ? address?.port : 0;
    expect(await letsAnybodyIn(`redis://127.0.0.1:${port}`, 200)).toBeNull();
  } finally {
    server.close();
  }
});
