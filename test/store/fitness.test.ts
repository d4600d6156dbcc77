import { describe, expect, test } from 'vitest';
import { judgeInfo } from '../../src/store/fitness.ts';

const FIT = {
  redis_version: '7.0.15',
  role: 'master',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  maxmemory_policy: 'noeviction',
};

describe('judgeInfo', () => {
  test('has nothing against a durable Redis that evicts nothing', () => {
    expect(judgeInfo(info({}))).toEqual({ version: '7.0.15', aof: true, policy: 'noeviction', problems: [] });
  });

  test.each([
    ['an append-only file that is off', { aof_enabled: '0' }, 'appendonly yes'],
    ['eviction', { maxmemory_policy: 'allkeys-lru' }, 'maxmemory-policy noeviction'],
    ['an old version', { redis_version: '6.0.16' }, '6.2 or later'],
    ['a version it cannot read', { redis_version: 'next' }, '6.2 or later'],
    ['a replica', { role: 'slave' }, 'the primary'],
    ['an append-only file that cannot be written', { aof_last_write_status: 'err' }, 'disk space'],
  ])('names %s in one line with what to do', (_, change, whatToDo) => {
    const { problems } = judgeInfo(info(change));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(whatToDo);
    expect(problems[0]).not.toContain('\n');
  });

  test.each(['6.2.0', '7.2.4', '10.0.1'])('accepts version %s', (version) => {
    expect(judgeInfo(info({ redis_version: version })).problems).toEqual([]);
  });

  test('takes what INFO does not say for unfit', () => {
    expect(judgeInfo('# Server\r\n').problems).toHaveLength(3);
  });
});

function info(change: Partial<typeof FIT>): string {
  const fields = Object.entries({ ...FIT, ...change }).map(([name, value]) => `${name}:${value}`);
  return ['# Server', ...fields, ''].join('\r\n');
}
