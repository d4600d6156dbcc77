import type { BackupFile, RestoreCopy } from '../../domain/database/backup.ts';
import type { Migration, MigrationVerdict } from '../../domain/database/migrations.ts';
import type { TableChange } from '../../domain/database/row-changes.ts';
import type { PreparedEnvironment } from '../../domain/host/environment.ts';
import type { Survey } from '../../domain/host/survey.ts';
import type { MatrixReading } from '../../domain/matrix/compare.ts';
import type { MatrixRow } from '../../domain/matrix/table.ts';
import type { Mode } from '../../domain/plan/mode.ts';
import type { Quarantined, RehearsalFacts, UndoFacts } from '../../domain/plan/plan.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import type { ResolvedTarget } from '../../domain/version/commit.ts';
import type { HostSession } from '../ports/host.ts';
import type { AppliedOnDatabase } from '../ports/host-probes.ts';

/** Everything that a plan is made from, gathered while the site stays up. */
export interface Evidence {
  readonly hostKey: string;
  readonly survey: Survey;
  readonly target: ResolvedTarget | null;
  /** If the target is already checked out: what does not match it yet, one line each. Otherwise empty. */
  readonly leftBehind: readonly string[];
  readonly prepared: PreparedEnvironment | null;
  readonly database: AppliedOnDatabase;
  readonly verdict: MigrationVerdict;
  readonly mode: Mode;
  readonly modeReason: string;
  /** Applied migrations that the target does not know and that stay in the database. */
  readonly staying: readonly Migration[];
  /** Whether Django could take the unwanted migrations back; null: there are none, or we can't tell. */
  readonly reversible: boolean | null;
  readonly backup: BackupFile | null;
  readonly otherBackups: readonly { readonly name: string; readonly why: string }[];
  readonly restore: RestoreCopy | null;
  /** What the restore does to each table; null: nothing is restored, or the rows could not be counted. */
  readonly loss: readonly TableChange[] | null;
  /** What the restore takes beside rows; null: nothing is restored, or it could not be read. */
  readonly lostBeside: readonly string[] | null;
  /** What people have written in the matrix about the site; null: nothing, or it could not be read. */
  readonly matrix: MatrixRow | null;
  /** Why the target should not go onto this site; empty: no reason is known. */
  readonly quarantined: readonly Quarantined[];
  /** What people call the target, if whoever asks now has lifted its quarantine; null: they have not. */
  readonly liftedByRequester: string | null;
  readonly warnings: readonly string[];
  /** What came of trying it aside; absent: it was not tried. */
  readonly rehearsal?: RehearsalFacts;
  /** What the undo takes back; absent for a rollback. */
  readonly undo?: KeptByRun;
}

/** An undo's part of the evidence. */
export interface KeptByRun {
  readonly facts: UndoFacts;
  /** Hash of the packages in the environment that comes back; null: the code stays. */
  readonly packages: string | null;
}

export interface Preflight {
  readonly host: HostSession;
  readonly site: Site;
  readonly request: RollbackRequest;
  readonly runId: string;
  /** The unreviewed commit whose building people have approved for this run; null: none. */
  readonly approvedBuild: string | null;
  /** Reads the newest runs of the site, newest first, as far as they can be read. */
  readonly newest: () => Promise<readonly Run[]>;
  /** Asked for when the preflight began, so that it does not wait for the matrix at its end. */
  readonly matrix: Promise<MatrixReading>;
  /** Runs of this site that still have tasks, by the record. */
  readonly runsWithTasks: readonly Run[];
  readonly nearest: (word: string, known: readonly string[]) => string | null;
  /** Makes the numbers of future runs of this site higher than this one. */
  readonly skipNumbers: (number: number) => Promise<void>;
  /** Says what the preflight asks now, for the progress message. */
  readonly progress: (what: string) => Promise<void>;
}
