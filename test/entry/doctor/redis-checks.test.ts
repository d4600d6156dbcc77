import { expect, test } from 'vitest';
import { redisResults } from '../../../src/entry/doctor/redis-checks.ts';
import { renderResult } from '../../../src/entry/parts/check-result.ts';

const lines = (...given: Parameters<typeof redisResults>) =>
  redisResults(...given)
    .map(renderResult)
    .join('');

const asked = (
  address: string,
  fitness: Parameters<typeof redisResults>[0]['fitness'],
  isOpen: boolean | null = false,
) => ({
  address,
  fitness,
  isOpen,
});
const fit = { version: '7.0.15', aof: true, policy: 'noeviction', problems: [] };
const off = {
  ...fit,
  aof: false,
  problems: ['The append-only file is off, so a restart would lose runs: set "appendonly yes".'],
};

test('a Redis that keeps the record', () => {
  expect(
    lines(asked('redis:6379', { answer: fit }), false),
  ).toBe(`ok    Redis: redis:6379 answers, version 7.0.15
ok    Redis: it asks for a password
ok    Redis: the append-only file is on
ok    Redis: noeviction is set, so it drops no run
`);
});

test('one that may lose it', () => {
  expect(
    lines(asked('redis:6379', { answer: off }), false),
  ).toBe(`ok    Redis: redis:6379 answers, version 7.0.15
ok    Redis: it asks for a password
FAIL  Redis: The append-only file is off, so a restart would lose runs
      fix: set "appendonly yes"
`);
});

test('one that may lose it where that is allowed', () => {
  expect(lines(asked('redis:6379', { answer: off }), true)).toContain(
    'warn  Redis: The append-only file is off, so a restart would lose runs (redis.allowUnfit is true)\n',
  );
});

test('one that does not answer', () => {
  expect(
    lines(
      asked('[::1]:6379', { error: 'redis at [::1]:6379 does not answer: no reply in time' }, null),
      false,
    ),
  ).toBe(`FAIL  Redis: redis at [::1]:6379 does not answer: no reply in time
      fix: check REDIS_URL, and from this machine: redis-cli -h ::1 -p 6379 ping
`);
});

test.each([false, true])('one that lets anybody in fails, whatever else is allowed (%s)', (allowUnfit) => {
  expect(lines(asked('127.0.0.1:6379', { answer: fit }, true), allowUnfit)).toContain(`
FAIL  Redis: anybody gets in without a password, so every account and every program that reaches it can change the record of all runs
      fix: as root, where Redis runs (docs/install.md, step 6; with containers, its last part):
           password=$(openssl rand -hex 32)
           hash=$(printf %s "$password" | sha256sum | cut -c -64)
           sed "s/PASSWORD_SHA256/$hash/" /opt/rollback-bot/redis.acl | install -m 640 -g redis /dev/stdin /etc/redis/users.acl
           echo 'aclfile /etc/redis/users.acl' >> /etc/redis/redis.conf
           systemctl restart redis-server
           sed -i '/^REDIS_URL=/d' /etc/rollback-bot/rollback.env
           echo "REDIS_URL=redis://rollback:$password@127.0.0.1:6379" >> /etc/rollback-bot/rollback.env
           systemctl restart rollback-bot
`);
});

test('one of which that is unknown', () => {
  expect(lines(asked('redis:6379', { answer: fit }, null), false)).toContain(
    "warn  Redis: can't tell whether it lets anybody in without a password\n",
  );
});
