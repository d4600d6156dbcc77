import { isAllowed } from '../../domain/lifecycle/allowed.ts';
import { foldRun } from '../../domain/lifecycle/fold.ts';
import type { RunEvent, StoredEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Wakeups } from '../ports/workers.ts';

/**
 * Someone else has the run now, or a person ended it. Whoever gets this error stops working on the run and touches nothing.
 */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

export interface WriterDeps {
  readonly store: RunStore;
  readonly wakeups: Wakeups;
}

/**
 * One worker's right to write to one run. Every write is fenced: it succeeds only if the run is still in this worker's
 * epoch, and if the event still fits the state.
 */
export interface RunWriter {
  readonly run: () => Run;
  /** Errors: throws Superseded if the run has moved on without us. */
  append(...events: readonly RunEvent[]): Promise<Run>;
}

export async function pickUp(deps: WriterDeps, found: Run, worker: string): Promise<RunWriter> {
  const epoch = found.epoch + 1;
  const picked = await deps.store.append(found, { type: 'picked-up', worker, epoch });
  if (picked === null) throw new Superseded(`${found.id} was picked up by another worker`);
  return writerOf(deps, picked);
}

/** Writes to a run in its present epoch. */
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

/** After a lost race: people may have written (a Cancel), or another worker may have picked the run up. */
async function stillOurs(store: RunStore, run: Run, events: readonly RunEvent[]): Promise<Run> {
  const now = await readOurs(store, run);
  const [first] = events;
  if (first && !isAllowed(now, first)) throw new Superseded(`${run.id} is ${now.state} now`);
  return now;
}

/** The run as the record has it now. Errors: as `ourEvents`. */
export async function readOurs(store: Pick<RunStore, 'events'>, run: Run): Promise<Run> {
  return foldRun(run.id, await ourEvents(store, run));
}

/**
 * The record of a run that we have read before. Errors: throws Superseded if the record is gone, has lost something that we
 * had read, or is in another epoch. In each case we no longer know what comes next.
 */
export async function ourEvents(
  store: Pick<RunStore, 'events'>,
  { id, epoch, revision, hash }: Run,
): Promise<readonly StoredEvent[]> {
  const events = await store.events(id);
  if (events.length === 0) throw new Superseded(`the record of ${id} is gone`);
  if (events[revision - 1]?.hash !== hash)
    throw new Superseded(`the record of ${id} has lost events that it had`);
  if (foldRun(id, events).epoch !== epoch) throw new Superseded(`${id} was picked up by another worker`);
  return events;
}
