import { isAllowed } from '../../domain/lifecycle/allowed.ts';
import { foldRun } from '../../domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Wakeups } from '../ports/workers.ts';

/** Somebody else has the run now, or a person ended it: whoever gets this stops working on it and touches nothing. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

export interface WriterDeps {
  readonly store: RunStore;
  readonly wakeups: Wakeups;
}

/**
 * One worker's time with one run. Every write is fenced: it goes through only while the run is in the epoch that this
 * worker began, and only if the event still fits the state.
 */
export interface RunWriter {
  readonly run: () => Run;
  /** Errors: throws Parked when the run has moved on without us. */
  append(...events: readonly RunEvent[]): Promise<Run>;
}

export async function pickUp(deps: WriterDeps, found: Run, worker: string): Promise<RunWriter> {
  const epoch = found.epoch + 1;
  const picked = await deps.store.append(found, { type: 'picked-up', worker, epoch });
  if (picked === null) throw new Superseded(`${found.id} was picked up by another worker`);
  return writerOf(deps, picked);
}

/** Writes to a run in the epoch that it is in. */
export function writerOf(deps: WriterDeps, found: Run): RunWriter {
  let current = found;
  return {
    run: () => current,
    async append(...events) {
      for (;;) {
        const next = await deps.store.append(current, ...events);
        if (next !== null) {
          current = next;
          await deps.wakeups.show(current.id);
          return current;
        }
        current = await stillOurs(deps.store, current, events);
      }
    },
  };
}

/** After a lost race: people may have written (a cancel), or another worker may have taken over. */
async function stillOurs(store: RunStore, run: Run, events: readonly RunEvent[]): Promise<Run> {
  const now = await readOurs(store, run);
  const [first] = events;
  if (first && !isAllowed(now, first)) throw new Superseded(`${run.id} is ${now.state} now`);
  return now;
}

/** The run as the record has it by now. Errors: as `ourEvents`. */
export async function readOurs(store: Pick<RunStore, 'events'>, run: Run): Promise<Run> {
  return foldRun(run.id, await ourEvents(store, run));
}

/**
 * The record of a run of which we have a beginning. Errors: throws Parked where it is gone or has lost something of that, because
 * what has to come next is no longer what we know; and where it is in another epoch than ours.
 */
export async function ourEvents(
  store: Pick<RunStore, 'events'>,
  { id, epoch, revision, hash }: Run,
): Promise<readonly StoredEvent[]> {
  const events = await store.events(id);
  if (events.length === 0) throw new Superseded(`the record of ${id} is gone`);
  if (events[revision - 1]?.hash !== hash) throw new Superseded(`the record of ${id} has lost what it had`);
  if (foldRun(id, events).epoch !== epoch) throw new Superseded(`${id} was taken over by another worker`);
  return events;
}
