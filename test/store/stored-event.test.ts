import { describe, expect, test } from 'vitest';
import { chain, NO_HASH } from '../../src/store/audit.ts';
import { entryText, newOperation, parseEntries } from '../../src/store/stored-event.ts';
import { recordKeys } from '../support/fakes/signer.ts';
import { requested } from '../support/redis/redis-runs.ts';

const [STORED] = chain(
  { run: 'acme-1', previous: NO_HASH, seq: 0 },
  '2026-11-20T03:00:00.000Z',
  [requested()],
  recordKeys,
);
if (STORED === undefined) throw new Error('no entry');

describe('entryText and parseEntries', () => {
  test('give back what was stored, without the operation', () => {
    expect(parseEntries('acme-1', [entryText(newOperation(), STORED)], recordKeys)).toEqual([STORED]);
  });

  test("begin with the operation's mark, which no event text can imitate", () => {
    const operation = newOperation();

    expect(entryText(operation, STORED).startsWith(operation.mark)).toBe(true);
    expect(entryText(newOperation(), STORED).startsWith(operation.mark)).toBe(false);
  });
});

test.each([
  ['no JSON', 'x'],
  ['no object', '[]'],
  ['no event', JSON.stringify({ ...STORED, event: null })],
  ['an event without a type', JSON.stringify({ ...STORED, event: {} })],
  ['a seal that is none', JSON.stringify({ ...STORED, seal: { by: 'a host', key: '00000000' } })],
  ['a hash that is none', JSON.stringify({ ...STORED, hash: 'abc' })],
  ['a time that is none', JSON.stringify({ ...STORED, at: 'yesterday' })],
  ['a number below zero', JSON.stringify({ ...STORED, seq: -1 })],
])('parseEntries refuses %s and names the run', (_, text) => {
  expect(() => parseEntries('acme-1', [text], recordKeys)).toThrow(/^the record of acme-1 is damaged: /);
});
