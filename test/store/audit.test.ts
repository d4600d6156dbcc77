import { describe, expect, test } from 'vitest';
import type { RecordKeys } from '../../src/app/ports/record-keys.ts';
import type { RunEvent, StoredEvent } from '../../src/domain/run/event.ts';
import type { Seal } from '../../src/domain/run/seal.ts';
import { createRecordKeys } from '../../src/entry/parts/record-keys.ts';
import { chain, NO_HASH, unsealedHash, verifyChain } from '../../src/store/audit.ts';
import { recordKeys } from '../support/fakes/signer.ts';
import { requested } from '../support/redis/redis-runs.ts';

const EVENTS: readonly RunEvent[] = [
  requested('acme-kitchens@production', { reason: 'checkout is broken 🍳' }),
  { type: 'picked-up', worker: 'w1', epoch: 1 },
  { type: 'looked', what: 'backups' },
  { type: 'cancelled', by: 'U01ALICE' },
];
const RUN = 'acme-kitchens-1';
const AT = '2026-11-20T03:00:00.000Z';
const ENTRIES = chained(EVENTS);

function chained(
  events: readonly RunEvent[],
  { run = RUN, previous = NO_HASH, seq = 0, keys = recordKeys } = {},
): readonly StoredEvent[] {
  return chain({ run, previous, seq }, AT, events, keys);
}

const problem = (entries: readonly StoredEvent[]) => verifyChain(RUN, entries, recordKeys);

describe('verifyChain', () => {
  test('finds nothing in an untouched chain, nor in one that went through JSON', () => {
    expect(problem(ENTRIES)).toBeNull();
    expect(problem(JSON.parse(JSON.stringify(ENTRIES)) as StoredEvent[])).toBeNull();
    expect(problem([])).toBeNull();
  });

  test('does not depend on whether entries were written at once or one by one', () => {
    const first = chained(EVENTS.slice(0, 2));

    const rest = chained(EVENTS.slice(2), { previous: first[1]?.hash ?? '', seq: 2 });

    expect([...first, ...rest]).toEqual(ENTRIES);
  });

  test('leaves out what JSON leaves out', () => {
    const event = { type: 'looked', what: 'disk', unit: undefined } as unknown as RunEvent;

    const entries = chained([event]);

    expect(problem(JSON.parse(JSON.stringify(entries)) as StoredEvent[])).toBeNull();
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
    ['an entry of another run', chained(EVENTS, { run: 'acme-kitchens-2' }), /entry 0 \(requested\)/],
    ['another author', changed(3, { seal: { by: 'worker', key: sealOf(3).key } }), /entry 3 \(cancelled\)/],
    [
      'a key that this process does not have',
      changed(1, { seal: { by: 'worker', key: '0badf00d' } }),
      /entry 1 \(picked-up\) is sealed with the key 0badf00d, which this process doesn't have/,
    ],
    [
      'a chain that was made anew without a key',
      unsealed(EVENTS).map((entry, index) => ({ ...entry, seal: sealOf(index) })),
      /entry 0 \(requested\) doesn't match its seal/,
    ],
    [
      'an entry without a seal behind one with a seal',
      [...ENTRIES.slice(0, 2), ...unsealed(EVENTS, ENTRIES[1]?.hash).slice(2)],
      /entry 2 \(looked\) has no seal, though the one before it has one: it was added/,
    ],
  ])('finds %s', (_, entries, expected) => {
    expect(problem(entries)).toMatch(expected);
  });

  test.each<[string, RunEvent]>([
    ['an approval', { type: 'started', by: 'U01ALICE', digest: 'd', signature: 's' }],
    ['a decision', { type: 'acknowledged', by: 'U01ALICE' }],
    ['a request', requested()],
  ])('believes no worker that says there was %s', (_, event) => {
    const seal = { by: 'worker', key: sealOf(0).key } as const;
    const lying: RecordKeys = {
      ...recordKeys,
      seal: (_authors, text) => ({ seal, hash: recordKeys.hash(seal, text(seal)) ?? '' }),
    };

    expect(problem(chained([event], { keys: lying }))).toMatch(
      /is sealed by a worker, and no worker writes that$/,
    );
  });

  test('accepts the seals of a secret that is being replaced, and of no other', () => {
    const [old, next] = ['the secret until now, and then', 'the secret from now on, at last'];
    const both = createRecordKeys({ secret: next, alsoAccepted: [old] }, ['bot', 'worker']);
    const before = chained(EVENTS.slice(0, 2), {
      keys: createRecordKeys({ secret: old, alsoAccepted: [] }, ['bot', 'worker']),
    });
    const after = chained(EVENTS.slice(2), { previous: before[1]?.hash ?? '', seq: 2, keys: both });
    const newOnly = createRecordKeys({ secret: next, alsoAccepted: [] }, []);

    expect(verifyChain(RUN, [...before, ...after], both)).toBeNull();
    expect(verifyChain(RUN, [...before, ...after], newOnly)).toMatch(/^entry 0 .* APPROVAL_SECRET_ALSO/);
  });

  test('reads what older versions wrote without seals, and what was added since with seals', () => {
    const old = unsealed(EVENTS.slice(0, 2));
    const since = chained(EVENTS.slice(2), { previous: old[1]?.hash ?? '', seq: 2 });

    expect(problem([...old, ...since])).toBeNull();
    expect(problem(old.map((entry) => ({ ...entry, at: '2026-11-20T03:00:01.000Z' })))).toMatch(
      /^entry 0 \(requested\) doesn't match its hash/,
    );
  });
});

function sealOf(index: number): Seal {
  const seal = ENTRIES[index]?.seal;
  if (seal === undefined) throw new Error(`entry ${index} has no seal`);
  return seal;
}

/** As older versions wrote them, and as anyone can: the hash has no key. */
function unsealed(events: readonly RunEvent[], before: string = NO_HASH): readonly StoredEvent[] {
  let previous = before;
  return events.map((event, seq) => {
    const hash = unsealedHash(previous, { seq, at: AT, event });
    previous = hash;
    return { seq, at: AT, event, hash };
  });
}

function changed(index: number, change: Partial<StoredEvent>): readonly StoredEvent[] {
  return ENTRIES.map((entry, at) => (at === index ? { ...entry, ...change } : entry));
}

function renumbered(entries: readonly StoredEvent[]): readonly StoredEvent[] {
  return entries.map((entry, seq) => ({ ...entry, seq }));
}
