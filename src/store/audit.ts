import { canonical, sha256 } from '../domain/digest.ts';
import type { RunEvent, StoredEvent } from '../domain/run/event.ts';

type Json = Parameters<typeof canonical>[0];

/** Stands in for the hash before the first entry. */
export const NO_HASH = '';

/** The hash that ties an entry to everything before it. */
export function entryHash(previous: string, { seq, at, event }: Omit<StoredEvent, 'hash'>): string {
  return sha256(previous + canonical({ seq, at, event: plain(event) }));
}

/** The value as it will be read back. A key that JSON leaves out (`undefined`) must not count. */
export function plain<T>(value: T): T & Json {
  return JSON.parse(JSON.stringify(value)) as T & Json;
}

/**
 * What is wrong with a run's entries, as one sentence; null if the chain holds. Finds entries that were changed, moved,
 * added or removed. Can't see if the newest entries are missing, or if someone made the whole chain again.
 */
export function verifyChain(events: readonly StoredEvent[]): string | null {
  let previous = NO_HASH;
  for (const [index, stored] of events.entries()) {
    if (stored.seq !== index)
      return `entry ${index} says it is entry ${stored.seq}: entries are missing, doubled or out of order`;
    if (stored.hash !== entryHash(previous, stored))
      return `entry ${index} (${stored.event.type}) doesn't match its hash: it or the one before it was changed`;
    previous = stored.hash;
  }
  return null;
}

/** Entries for `events`, following the entry with the hash `previous`. */
export function chain(
  previous: string,
  seq: number,
  at: string,
  events: readonly RunEvent[],
): readonly StoredEvent[] {
  const entries: StoredEvent[] = [];
  for (const event of events) {
    const content = { seq: seq + entries.length, at, event: plain(event) };
    entries.push({ ...content, hash: entryHash(entries.at(-1)?.hash ?? previous, content) });
  }
  return entries;
}
