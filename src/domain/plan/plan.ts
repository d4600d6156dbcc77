import type { BoundApproval } from '../approval/policy.ts';
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

/** What an approval is bound to. Whatever changes on its own every minute stays out: it must not void an approval. */
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
  /** What made a second person necessary, how many have to approve, and what each shows. Absent in plans of older versions. */
  readonly approval?: BoundApproval;
}

export interface PlanStep {
  readonly name: string;
  /** What it does, as people read it. */
  readonly title: string;
  readonly deadlineSeconds: number;
}

/** What the plan shows people, measured while planning. Not part of the digest. */
export interface PlanFacts {
  readonly live: CommitInfo;
  readonly liveSince: string | null;
  readonly target: ResolvedTarget | null;
  /** What does not match the target yet, if someone has checked it out by hand. Empty: nobody has, or everything matches. */
  readonly leftBehind: readonly string[];
  readonly healthBefore: HealthReading;
  readonly verdict: MigrationVerdict;
  readonly modeReason: string;
  /** Whether Django could reverse the unwanted migrations by hand; null: there are none, or it is unknown. */
  readonly reversible: boolean | null;
  readonly backup: BackupFile | null;
  /** The first of those that were not chosen. */
  readonly otherBackups: readonly { readonly name: string; readonly why: string }[];
  /** How many more there are. Absent in plans of older versions, which hold all. */
  readonly moreBackups?: number;
  /** Rows of each table now and in the backup, the largest change first; null: nothing is restored, or the count failed. */
  readonly loss: readonly TableChange[] | null;
  /** What the restore takes beside rows; null: nothing is restored, or it is unknown. Absent in plans of older versions. */
  readonly lostBeside?: readonly string[] | null;
  /** What the matrix of sites says; null: nothing, or the bot could not read it. */
  readonly matrix: MatrixRow | null;
  readonly database: DatabaseFacts;
  readonly units: readonly UnitState[];
  /** Pinned distribution -> VCS commit or version in the prepared environment. */
  readonly installed: Readonly<Record<string, string>>;
  /** The prepared environment's directory; null for database-only. Absent in plans of older versions. */
  readonly environment?: string | null;
  /** Errors in the systemd journal of the hour before; null: unreadable. Absent in plans of older versions. */
  readonly errorsBefore?: readonly ErrorCount[] | null;
  /** Names of the version that the site leaves, for its quarantine. Absent in plans of older versions. */
  readonly leaves?: readonly string[];
  /** Why the target should not go onto this site. Absent in plans of older versions. */
  readonly quarantined?: readonly Quarantined[];
  readonly warnings: readonly string[];
  /** What came of trying the rollback aside. Absent: it was not tried. */
  readonly rehearsal?: RehearsalFacts;
  /** Absent: the plan is not an undo. */
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
  /** What happens if a step fails, in words. The program does it; these words are not in the digest. */
  readonly failureClause: string;
  /** Empty: `Start` is enough; otherwise why a second person has to approve. */
  readonly approvalReasons: readonly string[];
  /** How many different people have to approve. */
  readonly quorum: number;
  readonly facts: PlanFacts;
}

/** Identifies a plan: an approval holds for this digest and no other. */
export function planDigest(binding: PlanBinding): string {
  const { approval, ...rest } = binding;
  return sha256(
    canonical({
      ...rest,
      database: { ...binding.database },
      ...(approval && { approval: boundText(approval) }),
    }),
  );
}

/** As it stands in the digest. Without rules for decisions and without a second factor it is what older versions wrote. */
function boundText({ reasons, quorum, decisions, factor }: BoundApproval) {
  return {
    reasons,
    quorum,
    ...(decisions && { decisions: { always: decisions.always, quorums: { ...decisions.quorums } } }),
    ...(factor && { factor }),
  };
}

/** Why a version should not go onto a site again: one run that left it, or one file that a person placed. */
export interface Quarantined {
  readonly name: string;
  /** The run that left it; null: the file on the host names none. */
  readonly run: string | null;
  /** ISO 8601; null: unknown. */
  readonly since: string | null;
  /** What the file on the host says; null: it says nothing more than the record. */
  readonly why: string | null;
  /** null: the record does not know the run, so only the file on the host counts. */
  readonly owed: readonly OpenFollowUp[] | null;
}

/** What a rehearsal said. One that failed refuses the plan. */
export interface RehearsalFacts {
  /** false: it could not be held, and the sentence says why. */
  readonly passed: boolean;
  readonly sentence: string;
}

/** What the plan of an undo knows of the run that it takes back. */
export interface UndoFacts {
  readonly run: string;
  /** When that run stopped the site, by the host's clock, ISO 8601: whatever was entered until then comes back. */
  readonly stoppedAt: string;
  /** Rows of each table as that run left them; null: it did not touch the database. */
  readonly rowsThen: Readonly<Record<string, number>> | null;
  /** Rows of the safety backup (`now`) beside those that the run left (`inBackup`); null: it did not touch the database. */
  readonly comesBack: readonly TableChange[] | null;
  /** What the site answered before that run. The undo brings that back, even if it was not healthy. */
  readonly healthBefore: HealthReading;
  /** The errors in the systemd journal in the hour before that run; null: unknown. */
  readonly errorsBefore: readonly ErrorCount[] | null;
}
