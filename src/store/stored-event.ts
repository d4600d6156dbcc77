import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RecordKeys } from '../app/ports/record-keys.ts';
import { RecordDamaged } from '../app/ports/run-store.ts';
import type { RunEvent, StoredEvent } from '../domain/run/event.ts';
import { verifyChain } from './audit.ts';

const entry = z.object({
  seq: z.int().nonnegative(),
  at: z.iso.datetime(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  seal: z.object({ by: z.enum(['bot', 'worker']), key: z.string().regex(/^[0-9a-f]{8}$/) }).exactOptional(),
  event: z.custom<RunEvent>(
    (value) =>
      typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string',
  ),
});

/** One entry as it stands in Redis. Errors: throws if its envelope is damaged. Its event can't be trusted yet. */
function parseEntry(runId: string, text: string): StoredEvent {
  const result = entry.safeParse(json(text));
  if (!result.success) throw damaged(runId, z.prettifyError(result.error).replaceAll('\n', ' '));
  return result.data;
}

/** The entries of a run. Errors: throws if one is damaged or the chain does not hold; nobody may act on such a record. */
export function parseEntries(
  runId: string,
  texts: readonly string[],
  keys: RecordKeys,
): readonly StoredEvent[] {
  const events = texts.map((text) => parseEntry(runId, text));
  const problem = verifyChain(runId, events, keys);
  if (problem !== null) throw damaged(runId, problem);
  return events;
}

/** Names one attempt to write, so that a script that is sent again recognises its own entries. */
export interface Operation {
  readonly id: string;
  /** The beginning of the text of this operation's entries. */
  readonly mark: string;
}

export function newOperation(): Operation {
  const id = randomUUID();
  return { id, mark: JSON.stringify({ op: id }).slice(0, -1) };
}

export function entryText(operation: Operation, stored: StoredEvent): string {
  return JSON.stringify({ op: operation.id, ...stored });
}

/** A text that only the entry with this hash contains. */
export function hashText(hash: string): string {
  return `"hash":"${hash}"`;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function damaged(runId: string, problem: string): Error {
  return new RecordDamaged(`the record of ${runId} is damaged: ${problem}`);
}
