import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import type { Hosts } from '../ports/host.ts';
import type { Clock } from '../ports/outside.ts';
import type { Records } from '../ports/records.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Inventory } from '../ports/site.ts';
import type { Wakeups } from '../ports/workers.ts';
import type { RunWriter } from '../run/pickup.ts';
import type { LeaseDeps } from '../run/with-lease.ts';

/**
 * Something that the worker still does for an ended run. The site does not wait for it. Any worker tries it again until its
 * event is in the record. Its effect must bear being repeated, because a worker may die between effect and event.
 */
export interface Task {
  /** When it is due, ISO 8601; null: this run has no such task, or no longer. */
  dueAt(run: Run, site: Site): string | null;
  /**
   * Does it and appends the event that says so. Errors: tried again. Logged, except TryLater and the HostError of a silent
   * host.
   */
  run(deps: TaskDeps, writer: RunWriter, site: Site): Promise<void>;
}

export interface TaskDeps extends LeaseDeps {
  readonly store: RunStore;
  readonly wakeups: Wakeups;
  readonly inventory: Inventory;
  readonly hosts: Hosts;
  readonly records: Records;
  readonly clock: Clock;
  readonly stopping: () => boolean;
  /** Logs what kept a task from being done. */
  readonly report: (trouble: unknown, runId: string) => void;
}

/** Someone else is in the way for now. The task is tried again, and there is nothing to log. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
}
