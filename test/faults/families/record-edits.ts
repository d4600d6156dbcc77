import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import type { Scene } from './family.ts';

/** What somebody does who can write to Redis and knows the product's source, but none of its secrets. */
export interface Attack {
  readonly name: string;
  /** What the run asks people, if it is not its plan. */
  readonly asks?: (run: Run, expiresAt: string) => RunEvent;
  /** Fails on the host, so that the run stops there. */
  readonly fails?: string;
  /** What honest people do first. False: the run did not come that far. */
  readonly before?: (scene: Scene) => Promise<boolean>;
  /** Changes the record. What it writes is chained anew in some way. */
  readonly edit: (entries: readonly StoredEvent[], scene: Scene) => readonly StoredEvent[];
  /** Whether the record is put back among the active ones. */
  readonly reopens?: boolean;
  /** Only cuts and removes: every entry that is left keeps its seal. */
  readonly cuts?: boolean;
  /** Who presses what afterwards. */
  readonly press?: readonly (readonly [person: string, label: string])[];
}

export function upTo(entries: readonly StoredEvent[], type: RunEvent['type']): readonly StoredEvent[] {
  return entries.slice(0, entries.findIndex(({ event }) => event.type === type) + 1);
}

export function more(
  entries: readonly StoredEvent[],
  ...events: readonly RunEvent[]
): readonly StoredEvent[] {
  return [
    ...entries,
    ...events.map((event, index) => ({
      seq: entries.length + index,
      at: new Date().toISOString(),
      hash: '',
      event,
    })),
  ];
}

/** Changes the events of one type. */
export function changed<T extends RunEvent['type']>(
  entries: readonly StoredEvent[],
  type: T,
  change: (event: Extract<RunEvent, { type: T }>) => RunEvent,
): readonly StoredEvent[] {
  return entries.map((entry) =>
    entry.event.type === type
      ? { ...entry, event: change(entry.event as Extract<RunEvent, { type: T }>) }
      : entry,
  );
}
