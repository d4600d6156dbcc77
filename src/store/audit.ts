import type { RecordKeys } from '../app/ports/record-keys.ts';
import { canonical, sha256 } from '../domain/digest.ts';
import { authorsOf } from '../domain/run/author.ts';
import type { RunEvent, StoredEvent } from '../domain/run/event.ts';
import type { Seal } from '../domain/run/seal.ts';

type Json = Parameters<typeof canonical>[0];

/** Stands in for the hash before the first entry. */
export const NO_HASH = '';

type Content = Pick<StoredEvent, 'seq' | 'at' | 'event'>;

/** The value as it will be read back. A key that JSON leaves out (`undefined`) must not count. */
export function plain<T>(value: T): T & Json {
  return JSON.parse(JSON.stringify(value)) as T & Json;
}

/** What a seal covers. The run's id is in it, so that no entry of one run can stand in another. */
function sealedText(run: string, previous: string, { seq, at, event }: Content, { by, key }: Seal): string {
  return canonical({ run, previous, seq, at, by, key, event: plain(event) });
}

/** The hash of an entry without a seal: it only ties the entry to everything before it. */
export function unsealedHash(previous: string, { seq, at, event }: Content): string {
  return sha256(previous + canonical({ seq, at, event: plain(event) }));
}

/**
 * What is wrong with a run's entries, as one sentence; null if the chain holds. Finds entries that were changed, moved, added,
 * removed or taken from another run. Can't see if the newest entries are missing.
 */
export function verifyChain(run: string, events: readonly StoredEvent[], keys: RecordKeys): string | null {
  let previous: StoredEvent | null = null;
  for (const [index, stored] of events.entries()) {
    if (stored.seq !== index)
      return `entry ${index} says it is entry ${stored.seq}: entries are missing, doubled or out of order`;
    const problem =
      stored.seal === undefined
        ? unsealedProblem(previous, stored)
        : sealProblem(run, previous, { ...stored, seal: stored.seal }, keys);
    if (problem !== null) return `entry ${index} (${stored.event.type}) ${problem}`;
    previous = stored;
  }
  return null;
}

/** Entries of older versions stand at the beginning of a record, if anywhere. */
function unsealedProblem(previous: StoredEvent | null, stored: StoredEvent): string | null {
  if (previous?.seal !== undefined) return 'has no seal, though the one before it has one: it was added';
  return stored.hash === unsealedHash(previous?.hash ?? NO_HASH, stored)
    ? null
    : "doesn't match its hash: it or the one before it was changed";
}

function sealProblem(
  run: string,
  previous: StoredEvent | null,
  stored: StoredEvent & { readonly seal: Seal },
  keys: RecordKeys,
): string | null {
  const { seal, event } = stored;
  const hash = keys.hash(seal, sealedText(run, previous?.hash ?? NO_HASH, stored, seal));
  if (hash === null)
    return `is sealed with the key ${seal.key}, which this process doesn't have: set APPROVAL_SECRET_ALSO to the secret that it belongs to`;
  if (hash !== stored.hash) return "doesn't match its seal: it or the one before it was changed";
  return authorsOf(event).includes(seal.by)
    ? null
    : `is sealed by a ${seal.by}, and no ${seal.by} writes that`;
}

/** Where an entry goes: after the entry with the hash `previous`, as number `seq`. */
export interface Place {
  readonly run: string;
  readonly previous: string;
  readonly seq: number;
}

/** Sealed entries for `events`, one after the other. */
export function chain(
  { run, previous, seq }: Place,
  at: string,
  events: readonly RunEvent[],
  keys: RecordKeys,
): readonly StoredEvent[] {
  const entries: StoredEvent[] = [];
  for (const event of events) {
    const content = { seq: seq + entries.length, at, event: plain(event) };
    const before = entries.at(-1)?.hash ?? previous;
    const { seal, hash } = keys.seal(authorsOf(event), (one) => sealedText(run, before, content, one));
    entries.push({ ...content, hash, seal });
  }
  return entries;
}
