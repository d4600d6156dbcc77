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
 * Something that a run owes after its end. The site does not wait for it: what fails is tried again, also by the next
 * worker, until its event is in the record. Its effect has to bear being repeated, because whoever dies between effect and
 * event leaves it to somebody else.
 */
export interface Task {
  /** When it is due, ISO 8601; null: this run does not owe it, or no more. */
  dueAt(run: Run, site: Site): string | null;
  /**
   * Does it and appends the event that says so. Errors: tried again; logged, but for NotYet and the HostError of a host that is
   * away.
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
  /** Told what kept a run from what it owes, for the log. */
  readonly report: (trouble: unknown, runId: string) => void;
}

/** Somebody else is in the way for now: it is tried again, and there is nothing to say about it. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
}
