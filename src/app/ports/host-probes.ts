import type { BackupFile, ListedBackup, RestoreCopy } from '../../domain/database/backup.ts';
import type { DatabaseFacts, OwnedByOthers } from '../../domain/database/facts.ts';
import type { AppliedMigration, DiskMigration } from '../../domain/database/migrations.ts';
import type { RestoreFacts } from '../../domain/database/restore-facts.ts';
import type { RowCount } from '../../domain/database/row-changes.ts';
import type { LoadedApplication, PreparedEnvironment } from '../../domain/host/environment.ts';
import type { Survey } from '../../domain/host/survey.ts';
import type { RestoredObjects, RunningFacts } from '../../domain/verification/checks.ts';
import type { CommitInfo, VersionFindings } from '../../domain/version/commit.ts';
import type { ClearedCommit, CommitReview } from '../../domain/version/review.ts';
import type { Problem } from './host-error.ts';

export interface AppliedOnDatabase extends DatabaseFacts {
  readonly applied: readonly AppliedMigration[];
}

export type DiskMigrations = readonly DiskMigration[] | { readonly error: string };

export interface JournalReading {
  /** When it was read, by the host's clock, in seconds since 1970. */
  readonly readAt: number;
  /** null: the journal can't be read. */
  readonly lines: readonly string[] | null;
}

export interface RunningQuestion {
  readonly units: readonly string[];
  readonly packages: readonly string[];
  /** The prepared environment's directory; null: the run kept the live one. */
  readonly environment: string | null;
}

export interface KeptQuestion {
  readonly run: string;
  /** Where `venv` has led since that run, and the hash of the packages there, if known; else empty. */
  readonly left: string;
  readonly leftPackages: string;
  /** The commit that ran in it. */
  readonly commit: ClearedCommit;
  readonly executables: readonly string[];
}

export interface KeptEnvironment extends Omit<PreparedEnvironment, 'reused'> {
  /** Hash of the packages that pip installed in it. */
  readonly packages: string;
}

/** What gunicorn says when the unit's command is tried in another code tree. */
export interface StartTry {
  /** Why it can't load the application, in one line; null: it can. */
  readonly problem: string | null;
  /** Where it would listen; null: unknown. */
  readonly listens: readonly string[] | null;
}

/** Questions to a host; most of them change nothing. Every method throws HostError; a probe's own "no" is a value. */
export interface HostProbes {
  survey(): Promise<Survey | Problem>;
  resolveVersion(version: string): Promise<VersionFindings>;
  /** A commit of the host's own repository, without asking its origin; null: the repository lacks it. */
  describeCommit(commit: string): Promise<CommitInfo | null>;
  /** How a commit stands to the deployed branch and to what is live. It only reads. */
  reviewCommit(commit: string): Promise<CommitReview>;
  prepareEnvironment(
    commit: ClearedCommit,
    executables: readonly string[],
  ): Promise<PreparedEnvironment | Problem>;
  /** The environment that a run moved aside, provided that what the run put in its place is still there. */
  keptEnvironment(question: KeptQuestion): Promise<KeptEnvironment | Problem>;
  database(): Promise<AppliedOnDatabase | Problem>;
  /** The migrations that a code tree knows, by Django's own loader in the given environment. */
  migrations(tree: string, venv: string): Promise<DiskMigrations>;
  tryStart(tree: string, venv: string, application: LoadedApplication): Promise<StartTry>;
  listBackups(): Promise<readonly ListedBackup[]>;
  readBackup(listed: ListedBackup): Promise<BackupFile>;
  /** Rows of every table now; the time for counting is limited. */
  countRows(): Promise<{ readonly tables: Readonly<Record<string, RowCount>> } | Problem>;
  /** What a restore of this backup has to know of the live database. */
  restoreFacts(
    runId: string,
    backup: BackupFile,
    leftAlone: readonly OwnedByOthers[],
  ): Promise<RestoreFacts | Problem>;
  stageRestore(
    runId: string,
    backup: BackupFile,
    filter: { readonly leftAlone: readonly OwnedByOthers[]; readonly server: RestoreFacts['server'] },
  ): Promise<RestoreCopy | Problem>;
  /** What the copy of a run creates and the database does not have. */
  restoredObjects(run: string): Promise<RestoredObjects | Problem>;
  running(question: RunningQuestion): Promise<RunningFacts>;
  /**
   * Journal lines of the services among these units, unit by unit, without lines that are certainly no errors. `since`: host
   * clock, in seconds since 1970.
   */
  journal(units: readonly string[], since: number): Promise<JournalReading>;
}
