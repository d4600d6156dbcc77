import type { ListedBackup } from '../../domain/database/choose-backup.ts';
import type {
  AppliedMigration,
  BackupFile,
  CommitInfo,
  DatabaseFacts,
  DiskMigration,
  LoadedApplication,
  PreparedEnvironment,
  RestoreCopy,
  RowCount,
  Survey,
  VersionFindings,
} from '../../domain/host/survey.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { SwitchOutcome } from '../../domain/run/event.ts';
import type { HostState, Recovery } from '../../domain/run/recovery.ts';
import type { Retention, Site } from '../../domain/site/site.ts';
import type { Attempt, FollowFrom } from '../../remote/run-commands.ts';

/** What went wrong between us and a host. `unknown`: a command was under way and its effect cannot be known. */
export type HostFailure =
  | 'unreachable'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'authentication'
  /** The bot's own key or known hosts cannot be read: the host was not asked. */
  | 'no-login'
  | 'timed-out'
  | 'unknown'
  | 'errored';

export class HostError extends Error {
  override readonly name = 'HostError';
  readonly failure: HostFailure;

  constructor(failure: HostFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** The host said no to a probe; the sentence is fit for people. */
export interface Problem {
  readonly problem: string;
  readonly detail?: string | undefined;
  /** Where the probe itself knows which kind of no it is. */
  readonly code?:
    | 'cause-elsewhere'
    | 'disk-space'
    | 'undo-not-kept'
    | 'undo-overtaken'
    | 'lock-held'
    | undefined;
}

export interface AppliedOnDatabase extends DatabaseFacts {
  readonly applied: readonly AppliedMigration[];
}

export type DiskMigrations = readonly DiskMigration[] | { readonly error: string };

/** Where a run's program is, asked on the host. */
export type SwitchStatus =
  | { readonly kind: 'absent' }
  | { readonly kind: 'claimed' }
  /** `quietSeconds`: since it wrote its last line, by the host's clock. */
  | { readonly kind: 'running'; readonly quietSeconds: number }
  /** The run directory belongs to another plan. */
  | { readonly kind: 'foreign'; readonly claim: string }
  | { readonly kind: 'interrupted'; readonly rebooted: boolean }
  | { readonly kind: 'done'; readonly outcome: SwitchOutcome; readonly step: string; readonly code: number };

/** One line of the host's journal. */
export interface JournalLine {
  /** Host clock, ISO 8601. */
  readonly at: string;
  readonly kind: 'begin' | 'end' | 'finish';
  readonly name: string;
  readonly code: number;
}

export interface ProofUnit {
  readonly name: string;
  readonly active: string;
  readonly sub: string;
  readonly steady: boolean;
  /** `program`: the first word of its command line; null where the kernel does not say. */
  readonly process: {
    readonly cwd: string;
    readonly startedAt: number;
    readonly program: string | null;
  } | null;
}

/** What runs after the switch. */
export interface Proof {
  readonly head: string | null;
  readonly dirty: boolean;
  /** Where `venv` leads in the end. */
  readonly venv: string;
  /** Where the asked environment's directory leads in the end; null: none was asked for. */
  readonly environment: string | null;
  readonly installed: Readonly<Record<string, string | null>>;
  readonly units: readonly ProofUnit[];
}

export interface JournalReading {
  /** When it was read, by the host's clock, in seconds since the epoch. */
  readonly readAt: number;
  /** null: none can be read. */
  readonly lines: readonly string[] | null;
}

export interface ProofQuestion {
  readonly units: readonly string[];
  readonly packages: readonly string[];
  /** The prepared environment's directory; null: it was not changed. */
  readonly environment: string | null;
}

export interface KeptQuestion {
  readonly run: string;
  /** Where `venv` leads since that run, and the hash of the packages there, where it is known; else empty. */
  readonly left: string;
  readonly leftPackages: string;
  /** The commit that ran in it. */
  readonly commit: string;
  readonly executables: readonly string[];
}

export interface KeptEnvironment extends Omit<PreparedEnvironment, 'reused'> {
  /** Hash of what pip has put into it. */
  readonly packages: string;
}

/** Newest first; times are ISO 8601. */
export interface KeptForUndo {
  readonly safetyBackups: readonly { readonly run: string; readonly at: string; readonly bytes: number }[];
  /** Beside the one that runs; `at`: when it was put aside, or built. */
  readonly environments: readonly { readonly name: string; readonly at: string }[];
}

/** One connection to a site's host. Every method throws HostError; a probe's own "no" is a value. */
export interface HostSession {
  /** Fingerprint of the key that was verified before authentication. */
  readonly hostKey: string;
  survey(): Promise<Survey | Problem>;
  resolveVersion(version: string): Promise<VersionFindings>;
  /** A commit of the host's own repository, without asking its origin; null: it is not there. */
  describeCommit(commit: string): Promise<CommitInfo | null>;
  prepareEnvironment(commit: string, executables: readonly string[]): Promise<PreparedEnvironment | Problem>;
  /** The environment that a run has moved aside, if what that run put in its place is still there. */
  keptEnvironment(question: KeptQuestion): Promise<KeptEnvironment | Problem>;
  database(): Promise<AppliedOnDatabase | Problem>;
  /** The migrations that a code tree knows, by Django's own loader in the given environment. */
  migrations(tree: string, venv: string): Promise<DiskMigrations>;
  /** What keeps gunicorn from loading the application of a code tree, in one line; null: it loads. */
  startProblem(tree: string, venv: string, application: LoadedApplication): Promise<string | null>;
  /** What the site's directory keeps for undoing. */
  keptForUndo(): Promise<KeptForUndo | Problem>;
  /** Takes away what is older than the newest so many, after this run; says what is left. */
  prune(runId: string, keep: Retention): Promise<KeptForUndo | Problem>;
  listBackups(): Promise<readonly ListedBackup[]>;
  readBackup(listed: ListedBackup): Promise<BackupFile>;
  /** Rows of every table right now, bounded in time. */
  countRows(): Promise<{ readonly tables: Readonly<Record<string, RowCount>> } | Problem>;
  stageRestore(
    runId: string,
    backup: BackupFile,
    foreignExtensions: readonly string[],
  ): Promise<RestoreCopy | Problem>;
  /** Keeps the record of a run beside its program. */
  keepRecord(runId: string, record: string): Promise<void>;
  /** Says on the host that the end of a run is recorded. */
  markRecorded(runId: string): Promise<void>;
  /** Puts the version that a run has left under quarantine: these names, and a line of the run. Safe to repeat. */
  quarantine(runId: string, line: string, names: readonly string[]): Promise<void>;
  /** Takes the run out of the quarantine, and with the last run the files. From then on it is not put in again. */
  liftQuarantine(runId: string): Promise<void>;
  /**
   * Runs of the last days that were not marked so, the newest first, each with the record that was kept; and `active`, the run that
   * the record has as one that has not ended, however it is marked.
   */
  lostRecords(active: string | null): Promise<readonly { readonly run: string; readonly record: string }[]>;
  /** Puts the program on the host by its hash and starts it once for this attempt; safe to repeat. */
  launch(
    attempt: Attempt,
    plan: Plan,
    recovery: Recovery | null,
  ): Promise<'launched' | { readonly claimedBy: string }>;
  /** Makes sure that an attempt which was not started yet never is. */
  voidAttempt(attempt: Attempt): Promise<void>;
  /** Lets the program begin no further step; safe to repeat. */
  cancel(attempt: Attempt): Promise<void>;
  /** Reads the journal until the program ends, the time is over, or the connection is gone. */
  follow(
    attempt: Attempt,
    look: FollowFrom,
    onLine: (line: JournalLine) => void,
  ): Promise<{ readonly status: SwitchStatus; readonly offset: number }>;
  logTail(attempt: Attempt): Promise<string>;
  /** What is on the host where a run has stopped, by the plan's own program. */
  look(runId: string, plan: Plan): Promise<HostState>;
  proof(question: ProofQuestion): Promise<Proof>;
  /**
   * Journal lines of the services among these units, unit by unit, without those that are certainly no errors.
   * `since`: host clock in seconds since the epoch.
   */
  journal(units: readonly string[], since: number): Promise<JournalReading>;
  close(): void;
}

export interface Hosts {
  connect(site: Site): Promise<HostSession>;
}

/** Whose the site is and whether the repository that it came from answers; asked by the doctor alone. */
export interface SiteOrigin {
  readonly user: string;
  readonly owner: string;
  /** Without a login; null: there is none, or it could not be asked. */
  readonly origin: string | null;
  readonly originProblem: string | null;
}

export interface InspectedHost extends HostSession {
  origin(): Promise<SiteOrigin | Problem>;
}

/** Hosts to be looked at: sites on one host share a connection, and `close` ends them all. */
export interface InspectedHosts {
  connect(site: Site): Promise<InspectedHost>;
  close(): void;
}
