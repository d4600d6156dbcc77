import { expect, test } from 'vitest';
import { redisResults } from '../../../src/entry/doctor/redis-checks.ts';
import { renderResult } from '../../../src/entry/parts/check-result.ts';

const lines = (...given: Parameters<typeof redisResults>) =>
  redisResults(...given)
    .map(renderResult)
    .join('');
const fit = { version: '7.0.15', aof: true, policy: 'noeviction', problems: [] };
const off = {
  ...fit,
  aof: false,
  problems: ['The append-only file is off, so a restart would lose runs: set "appendonly yes".'],
};

test('a Redis that keeps the record', () => {
  expect(lines('redis:6379', { answer: fit }, false)).toBe(`ok    Redis: redis:6379 answers, version 7.0.15
ok    Redis: the append-only file is on
ok    Redis: noeviction is set, so it drops no run
`);
});

test('one that may lose it', () => {
  expect(lines('redis:6379', { answer: off }, false)).toBe(`ok    Redis: redis:6379 answers, version 7.0.15
FAIL  Redis: The append-only file is off, so a restart would lose runs
      fix: set "appendonly yes"
`);
});

test('one that may lose it where that is allowed', () => {
  expect(lines('redis:6379', { answer: off }, true)).toContain(
    'warn  Redis: The append-only file is off, so a restart would lose runs (redis.allowUnfit is true)\n',
  );
});

test('one that does not answer', () => {
  expect(
    lines('[::1]:6379', { error: 'redis at [::1]:6379 does not answer: no reply in time' }, false),
  ).toBe(`FAIL  Redis: redis at [::1]:6379 does not answer: no reply in time
      fix: check REDIS_URL, and from this machine: redis-cli -h ::1 -p 6379 ping
`);
});
