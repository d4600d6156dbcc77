import type { RunEvent, StoredEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';

/** Runs, approvals and the audit trail: an append-only list of events per run, written by compare-and-set. */
export interface RunStore {
  /**
   * Begins a run and reserves its site in one step. `requestKey` names the request (a retried or doubled delivery has
   * the same one): the second call with it returns the first one's run.
   */
  begin(site: string, slug: string, requestKey: string, first: RunEvent): Promise<BeginResult>;
  /** null if there is no such run. */
  read(runId: string): Promise<Run | null>;
  events(runId: string): Promise<readonly StoredEvent[]>;
  /**
   * Appends if the record is still the one that `run` was read from and the events are allowed; gives the site free when the
   * run ends. Safe to send again after a lost reply. Returns the new run, or null if somebody else wrote first.
   */
  append(run: Run, ...events: readonly RunEvent[]): Promise<Run | null>;
  /**
   * Takes up a run whose record was lost, with the events that its host has kept. `instead`: an ended run that was given its id
   * meanwhile, and that is moved aside. False: somebody else was first, or the site is taken.
   */
  adopt(run: Run, events: readonly StoredEvent[], instead?: Run): Promise<boolean>;
  /** Adds the end that the record has lost of a run, as its host has kept it. False: somebody else wrote first. */
  catchUp(run: Run, lost: readonly StoredEvent[]): Promise<boolean>;
  /** Numbers of future runs of this slug will be higher than `number`. */
  skipNumbers(slug: string, number: number): Promise<void>;
  /** Ids of runs that have not ended. */
  active(): Promise<readonly string[]>;
  /** Ids of the newest runs, newest first. */
  recent(limit: number): Promise<readonly string[]>;
  /** The same for one site. */
  recentOn(site: string, limit: number): Promise<readonly string[]>;
  /** Ids of ended runs that have to be looked at by `now`, ISO 8601: each of their events makes that so. */
  withTasksDue(now: string): Promise<readonly string[]>;
  /** When an ended run has to be looked at again, or null: never. Does nothing if the run has moved on since. */
  scheduleTasks(run: Run, dueAt: string | null): Promise<void>;
  /** The run that has the site now, or null. */
  activeOn(site: string): Promise<string | null>;
}

export type BeginResult =
  | { readonly kind: 'begun'; readonly run: Run }
  | { readonly kind: 'again'; readonly run: Run }
  | { readonly kind: 'busy'; readonly runId: string };

/** The record cannot be asked for now, and what it says is not known: it is asked again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
