import type { OpenFollowUp } from '../checklist/follow-up-items.ts';
import type { BackupFile, RestoreCopy } from '../database/backup.ts';
import type { DatabaseFacts } from '../database/facts.ts';
import type { MigrationVerdict } from '../database/migrations.ts';
import type { TableChange } from '../database/row-changes.ts';
import { canonical, sha256 } from '../digest.ts';
import type { HealthReading } from '../host/health.ts';
import type { ErrorCount } from '../host/journal-errors.ts';
import type { UnitState } from '../host/survey.ts';
import type { MatrixRow } from '../matrix/table.ts';
import type { CommitInfo, ResolvedTarget } from '../version/commit.ts';
import type { Mode } from './mode.ts';

/** What an approval is bound to. Whatever changes by itself every minute stays out: it must not void an approval. */
export interface PlanBinding {
  readonly site: string;
  readonly hostKey: string;
  readonly mode: Mode;
  readonly liveCommit: string;
  /** null for database-only: the code stays. */
  readonly targetCommit: string | null;
  readonly database: {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly oid: string;
  };
  readonly backupSha256: string | null;
  readonly restoreSha256: string | null;
  readonly migrations: string;
  readonly programSha256: string;
}

export interface PlanStep {
  readonly name: string;
  /** What it does, in words for the card and the STATE file. */
  readonly title: string;
  readonly deadlineSeconds: number;
}

/** What people are shown; measured at planning, not part of the digest. */
export interface PlanFacts {
  readonly live: CommitInfo;
  readonly liveSince: string | null;
  readonly target: ResolvedTarget | null;
  /** Somebody has begun by hand and the target is checked out: what does not belong to it yet. Empty: nobody has. */
  readonly leftBehind: readonly string[];
  readonly healthBefore: HealthReading;
  readonly verdict: MigrationVerdict;
  readonly modeReason: string;
  /** Whether Django could take the unwanted migrations back by hand; null: there are none, or it cannot be told. */
  readonly reversible: boolean | null;
  readonly backup: BackupFile | null;
  readonly otherBackups: readonly { readonly name: string; readonly why: string }[];
  /** Rows of each table now and in the backup, the largest change first; null: nothing is restored, or it could not be counted. */
  readonly loss: readonly TableChange[] | null;
  /** What the matrix of sites says; null: nothing, or it could not be read. */
  readonly matrix: MatrixRow | null;
  readonly database: DatabaseFacts;
  readonly units: readonly UnitState[];
  /** Pinned distribution -> VCS commit or version in the prepared environment. */
  readonly installed: Readonly<Record<string, string>>;
  /** The prepared environment's directory; null for database-only. Absent in plans of older versions. */
  readonly environment?: string | null;
  /** Errors in the journal of the hour before; null: it cannot be read. Absent in plans of older versions. */
  readonly errorsBefore?: readonly ErrorCount[] | null;
  /** Names of the version that is left, for its quarantine. Absent in plans of older versions. */
  readonly leaves?: readonly string[];
  /** Why the target should not go onto this site. Absent in plans of older versions. */
  readonly quarantined?: readonly Quarantined[];
  readonly warnings: readonly string[];
  /** Absent: the plan takes back no run. */
  readonly undo?: UndoFacts;
  /** ISO 8601. */
  readonly measuredAt: string;
}

/** The steps with their exact program, from request and evidence. Immutable. */
export interface Plan {
  readonly digest: string;
  readonly binding: PlanBinding;
  readonly steps: readonly PlanStep[];
  readonly restore: RestoreCopy | null;
  /** The switch program's whole text; its hash is in the binding. */
  readonly program: string;
  /** What happens if a step fails, in words; part of the program, so approved with it. */
  readonly failureClause: string;
  /** Empty: `Start` is enough; otherwise why a second person has to approve. */
  readonly approvalReasons: readonly string[];
  /** How many different people have to approve. */
  readonly quorum: number;
  readonly facts: PlanFacts;
}

/** The identity of a plan: what was approved is this and nothing else. */
export function planDigest(binding: PlanBinding): string {
  return sha256(canonical({ ...binding, database: { ...binding.database } }));
}

/** Why a version should not go onto a site again: one run that left it, or one file that a person placed. */
export interface Quarantined {
  readonly name: string;
  /** The run that left it; null: the file on the host names none. */
  readonly run: string | null;
  /** ISO 8601; null: not known. */
  readonly since: string | null;
  /** What the file on the host says; null: it says nothing more than the record. */
  readonly why: string | null;
  /** null: the record does not know the run, so only the file on the host counts. */
  readonly owed: readonly OpenFollowUp[] | null;
}

/** What a plan knows of the run that it takes back. */
export interface UndoFacts {
  readonly run: string;
  /** When that run had the site stopped, by the host's clock: what was entered until then comes back. ISO 8601. */
  readonly stoppedAt: string;
  /** Rows of each table as that run left them; null: it did not touch the database. */
  readonly rowsThen: Readonly<Record<string, number>> | null;
  /** Rows of the safety backup (`now`) beside those that the run left (`inBackup`); null: it did not touch the database. */
  readonly comesBack: readonly TableChange[] | null;
  /** What the site answered before that run: the undo brings that back, also where it was not well. */
  readonly healthBefore: HealthReading;
  /** The errors in the journal of the hour before that run; null: they are not known. */
  readonly errorsBefore: readonly ErrorCount[] | null;
}
