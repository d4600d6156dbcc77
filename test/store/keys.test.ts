import { describe, expect, test } from 'vitest';
import { isRunId, storeKeys } from '../../src/store/keys.ts';

const HOSTILE = ['', 'a b', 'a:b', '{x}', 'a\nb', '../a', 'a*', 'ä', '-a', 'x'.repeat(200)];

describe('storeKeys', () => {
  test('puts every key into one slot of a cluster', () => {
    const keys = storeKeys();

    const names = [
      keys.runs,
      keys.active,
      keys.recent,
      keys.begun,
      keys.counter('acme'),
      keys.site('acme@staging'),
      keys.request('anything'),
      keys.events('acme-1'),
      keys.messages('acme-1'),
      keys.claim('acme-1', 'card'),
      keys.lease('acme-1', 'work'),
      keys.lease('acme-1', 'telling'),
      keys.lease('acme-1', 'asking'),
    ];

    for (const name of names) expect(name).toMatch(/^\{rollback\}:rb:[^{}]+$/);
    expect(new Set(names).size).toBe(names.length);
  });

  test('takes text that people typed only as a hash', () => {
    const keys = storeKeys();

    expect(keys.request('T1 {x}:rb:active')).toMatch(/^\{rollback\}:rb:request:[0-9a-f]{64}$/);
    expect(keys.claim('acme-1', 'a:b*')).toMatch(/^\{rollback\}:rb:run:acme-1:claim:[0-9a-f]{64}$/);
  });

  test.each(HOSTILE)('refuses %j as a slug, a site and a run id', (text) => {
    const keys = storeKeys();

    expect(() => keys.counter(text)).toThrow(/is not a slug/);
    expect(() => keys.site(`${text}@production`)).toThrow(/is not a site/);
    expect(() => keys.events(`${text}-1`)).toThrow(/is not a run id/);
  });
});

test.each([
  ['acme-kitchens-7', true],
  ['acme-kitchens-10', true],
  ['acme-kitchens', false],
  ['acme-kitchens-07', false],
  ['acme-kitchens-7 ', false],
  ['7', false],
])('isRunId says of %j: %s', (text, expected) => {
  expect(isRunId(text)).toBe(expected);
});
