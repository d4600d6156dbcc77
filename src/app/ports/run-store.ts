import type { RunEvent, StoredEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';

/** Runs, approvals and the audit trail: an append-only list of events per run, written by compare-and-set. */
export interface RunStore {
  /**
   * Begins a run and reserves its site in one step. `requestKey` names the request, and a retried or doubled delivery has
   * the same one: a second call with it returns the first one's run.
   */
  begin(site: string, slug: string, requestKey: string, first: RunEvent): Promise<BeginResult>;
  /** null if there is no such run. */
  read(runId: string): Promise<Run | null>;
  events(runId: string): Promise<readonly StoredEvent[]>;
  /**
   * Appends if the record is still the one that `run` was read from, and if the events are allowed. Frees the site when the
   * run ends. Safe to send again after a lost reply. Returns the new run, or null if someone else wrote first.
   */
  append(run: Run, ...events: readonly RunEvent[]): Promise<Run | null>;
  /**
   * Takes up a run whose record was lost, with the events that its host kept. `instead`: an ended run that has got the same
   * id meanwhile; it is moved aside. False: someone else was first, or the site is taken.
   */
  adopt(run: Run, events: readonly StoredEvent[], instead?: Run): Promise<boolean>;
  /** Adds the events that a record lost at its end, as the host kept them. False: someone else wrote first. */
  catchUp(run: Run, lost: readonly StoredEvent[]): Promise<boolean>;
  /**
   * Moves the record of a run aside and frees its site, which is one of these. For a record that nobody can read; if its
   * switch has begun, a worker takes the run up again from its host. False: there is no such record.
   */
  setAside(runId: string, sites: readonly string[]): Promise<boolean>;
  /** Makes the numbers of future runs of this slug higher than `number`. */
  skipNumbers(slug: string, number: number): Promise<void>;
  /** Ids of runs that have not ended. */
  active(): Promise<readonly string[]>;
  /** Ids of the newest runs, newest first. */
  recent(limit: number): Promise<readonly string[]>;
  /** The same for one site. */
  recentOn(site: string, limit: number): Promise<readonly string[]>;
  /** Ids of ended runs whose tasks may be due by `now`, ISO 8601. Each new event of an ended run makes it due. */
  withTasksDue(now: string): Promise<readonly string[]>;
  /** Says when the tasks of an ended run are due next; null: never. Does nothing if the run has moved on since. */
  scheduleTasks(run: Run, dueAt: string | null): Promise<void>;
  /** The run that has the site reserved now, or null. */
  activeOn(site: string): Promise<string | null>;
}

export type BeginResult =
  | { readonly kind: 'begun'; readonly run: Run }
  | { readonly kind: 'again'; readonly run: Run }
  | { readonly kind: 'busy'; readonly runId: string };

/** Somebody or something has changed the record of a run. Nobody may act on it. */
export class RecordDamaged extends Error {
  override readonly name = 'RecordDamaged';
}

/** Redis does not answer, so what the record says is unknown. Try again later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
