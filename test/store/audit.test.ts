import { describe, expect, test } from 'vitest';
import type { RunEvent, StoredEvent } from '../../src/domain/run/event.ts';
import { chain, NO_HASH, verifyChain } from '../../src/store/audit.ts';
import { requested } from '../support/redis/redis-runs.ts';

const EVENTS: readonly RunEvent[] = [
  requested('acme-kitchens@production', { reason: 'checkout is broken 🍳' }),
  { type: 'picked-up', worker: 'w1', epoch: 1 },
  { type: 'looked', what: 'backups' },
  { type: 'cancelled', by: 'U01ALICE' },
];
const ENTRIES = chain(NO_HASH, 0, '2026-11-20T03:00:00.000Z', EVENTS);

describe('verifyChain', () => {
  test('finds nothing in an untouched chain, nor in one that went through JSON', () => {
    expect(verifyChain(ENTRIES)).toBeNull();
    expect(verifyChain(JSON.parse(JSON.stringify(ENTRIES)) as StoredEvent[])).toBeNull();
    expect(verifyChain([])).toBeNull();
  });

  test('does not depend on whether entries were written at once or one by one', () => {
    const first = chain(NO_HASH, 0, '2026-11-20T03:00:00.000Z', EVENTS.slice(0, 2));

    const rest = chain(first[1]?.hash ?? '', 2, '2026-11-20T03:00:00.000Z', EVENTS.slice(2));

    expect([...first, ...rest]).toEqual(ENTRIES);
  });

  test('leaves out what JSON leaves out', () => {
    const event = { type: 'looked', what: 'disk', unit: undefined } as unknown as RunEvent;

    const entries = chain(NO_HASH, 0, '2026-11-20T03:00:00.000Z', [event]);

    expect(verifyChain(JSON.parse(JSON.stringify(entries)) as StoredEvent[])).toBeNull();
  });

  test.each([
    [
      'a changed event',
      changed(1, { event: { type: 'picked-up', worker: 'w2', epoch: 1 } }),
      /entry 1 \(picked-up\)/,
    ],
    ['a changed time', changed(2, { at: '2026-11-20T03:00:01.000Z' }), /entry 2 \(looked\)/],
    ['a changed hash', changed(1, { hash: 'f'.repeat(64) }), /entry 1/],
    ['a changed number', changed(2, { seq: 5 }), /entry 2 says it is entry 5/],
    ['a missing first entry', ENTRIES.slice(1), /entry 0 says it is entry 1/],
    ['a missing entry in the middle', ENTRIES.toSpliced(1, 1), /entry 1 says it is entry 2/],
    ['a missing entry with the rest renumbered', renumbered(ENTRIES.toSpliced(1, 1)), /entry 1 \(looked\)/],
    ['two entries in another order', renumbered(ENTRIES.toSorted((a, b) => b.seq - a.seq)), /entry 0/],
    [
      'an entry that is there twice',
      ENTRIES.flatMap((entry) => [entry, entry]),
      /entry 1 says it is entry 0/,
    ],
  ])('finds %s', (_, entries, problem) => {
    expect(verifyChain(entries)).toMatch(problem);
  });
});

function changed(index: number, change: Partial<StoredEvent>): readonly StoredEvent[] {
  return ENTRIES.map((entry, at) => (at === index ? { ...entry, ...change } : entry));
}

function renumbered(entries: readonly StoredEvent[]): readonly StoredEvent[] {
  return entries.map((entry, seq) => ({ ...entry, seq }));
}
