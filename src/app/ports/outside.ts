import type { Identity } from '../../domain/approval/approval.ts';
import type { HealthReading } from '../../domain/host/survey.ts';
import type { MatrixReading } from '../../domain/matrix/compare.ts';
import type { Recording } from '../../domain/records/recording.ts';
import type { Check, RunEvent, StoredEvent } from '../../domain/run/event.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import type { StatusWebhook } from '../../domain/site/stakeholders.ts';
import type { StatusMessage } from '../../domain/stakeholders/status-page.ts';

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
  owing(now: string): Promise<readonly string[]>;
  /** When an ended run has to be looked at again, or null: never. Does nothing if the run has moved on since. */
  owe(run: Run, dueAt: string | null): Promise<void>;
  /** The run that has the site now, or null. */
  activeOn(site: string): Promise<string | null>;
}

export type BeginResult =
  | { readonly kind: 'begun'; readonly run: Run }
  | { readonly kind: 'again'; readonly run: Run }
  | { readonly kind: 'busy'; readonly runId: string };

/** Who works on a run right now. A lease that is not renewed ends by itself. */
export interface Leases {
  /** True if `owner` has the lease now (taken or renewed) for another `ttlMs`. */
  take(runId: string, owner: string, ttlMs: number): Promise<boolean>;
  release(runId: string, owner: string): Promise<void>;
}

/** Wakes workers and the Slack side. A lost or doubled wake-up does no harm: both read the record and go on. */
export interface Wakeups {
  /** Somebody should take the run further, at once or after `delayMs`. */
  advance(runId: string, delayMs?: number): Promise<void>;
  /** Slack should show the run as it stands, and its stakeholders should hear what is due. */
  show(runId: string): Promise<void>;
  /** Stakeholders should hear what is due. */
  tell(runId: string): Promise<void>;
}

/** People as Slack knows them right now. Both fail closed: null means that Slack could not say. */
export interface People {
  readonly ourTeam: string;
  identity(userId: string): Promise<Identity | null>;
  groupMembers(groupId: string): Promise<readonly string[] | null>;
}

export interface Inventory {
  readonly sites: readonly Site[];
  byKey(key: string): Site | undefined;
}

/** Whether the store of the record keeps what is written to it. */
export interface RecordFitness {
  /** One line for each thing to change; empty: nothing is lost. */
  problems(): Promise<readonly string[]>;
  /** The configuration says that it may be unfit. */
  readonly mayBeUnfit: boolean;
}

/** Signs and checks approvals with APPROVAL_SECRET. */
export interface Signer {
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
}

export interface Clock {
  /** ISO 8601, UTC, milliseconds. */
  now(): string;
}

/** Looks at a site from outside, as its visitors do. Never throws: what did not answer is part of the answer. */
export interface SiteProbe {
  health(site: Site): Promise<HealthReading>;
  /** May take half a minute: what does not pass at once is asked again. */
  smokeTests(site: Site, about: SmokeRun): Promise<Smoke>;
}

export interface SmokeRun {
  /** Marks what the tests leave behind. */
  readonly run: string;
  /** When the site was started, by the host's clock, ISO 8601: an older health report proves nothing. */
  readonly startedAt: string;
}

export interface Smoke {
  readonly checks: readonly Check[];
  /** The reading that the health check is about. */
  readonly health: HealthReading;
}

/** What the paging webhook is told: enough to wake somebody with, nothing that is secret. */
export interface PageCall {
  /** The same for every call of one stop, so that a pager can join them. */
  readonly incident: string;
  /** 1 for the first call that reaches the webhook of this stop, and so on. */
  readonly call: number;
  readonly run: string;
  readonly site: string;
  readonly name: string;
  /** What is wrong, in plain words. */
  readonly text: string;
  /** Since when nobody has answered, ISO 8601. */
  readonly since: string;
}

/** Wakes people outside of Slack. */
export interface Pager {
  /** Null when the other side has taken the call, else why not. Never throws. */
  page(url: string, call: PageCall): Promise<string | null>;
}

export type StatusAnswer =
  | { readonly kind: 'taken' }
  /** Worth another try, not before so many milliseconds (0: whenever). */
  | { readonly kind: 'again'; readonly afterMs: number; readonly problem: string }
  | { readonly kind: 'refused'; readonly problem: string };

/** A page on which others look up how a site is. */
export interface StatusPage {
  /** One try; ends within seconds. Never throws, and no problem holds a secret. */
  tell(webhook: StatusWebhook, message: StatusMessage): Promise<StatusAnswer>;
}

/** What people have written down about the sites. Never throws: what did not go through is part of the answer. */
export interface Records {
  matrix(): Promise<MatrixReading>;
  /** Puts a run's row and entry there, once, however often it is asked. */
  write(recording: Recording): Promise<RecordsOutcome>;
}

export type RecordsOutcome =
  /** There is no place for them. */
  | { readonly kind: 'none' }
  | ({ readonly kind: 'written' } & Omit<Extract<RunEvent, { type: 'records-written' }>, 'type'>)
  | { readonly kind: 'pending'; readonly why: string }
  /** Enough others wait for the repository already: nobody waits behind them. */
  | { readonly kind: 'busy' };

/** Where one message of a run was posted, and a hash of what it showed. */
export interface Delivery {
  readonly channel: string;
  readonly ts: string;
  readonly hash: string;
}

/** Which messages of a run exist. A surface is one place in which a run is shown, e.g. `card`. */
export interface Deliveries {
  read(runId: string): Promise<Readonly<Record<string, Delivery>>>;
  /** What cannot be written is kept by this process until the next read. Errors: throws if Redis did not take it. */
  write(runId: string, surface: string, delivery: Delivery): Promise<void>;
  /** True for one process within half a minute: it may post this surface, if a read after the claim shows none. */
  claim(runId: string, surface: string): Promise<boolean>;
  /** Gives this process's claim back, so that the next try need not wait. */
  unclaim(runId: string, surface: string): Promise<void>;
}
