import type { Retention } from '../../domain/site/site.ts';
import type { Problem } from './host-error.ts';

/** Newest first; times are ISO 8601. */
export interface KeptForUndo {
  readonly safetyBackups: readonly { readonly run: string; readonly at: string; readonly bytes: number }[];
  /** Beside the one that runs; `at`: when it was put aside, or built. */
  readonly environments: readonly { readonly name: string; readonly at: string }[];
}

/** What a host keeps of runs: their records, quarantine, backups and environments. Every method throws HostError. */
export interface HostKeeping {
  /** Keeps the record of a run beside its program. */
  keepRecord(runId: string, record: string): Promise<void>;
  /** Says on the host that the end of a run is recorded. */
  markRecorded(runId: string): Promise<void>;
  /**
   * Runs of the last days that were not marked so, the newest first, each with the record that was kept; and `active`, the run that
   * the record has as one that has not ended, however it is marked.
   */
  lostRecords(active: string | null): Promise<readonly { readonly run: string; readonly record: string }[]>;
  /** Puts the version that a run has left under quarantine: these names, and a line of the run. Safe to repeat. */
  quarantine(runId: string, line: string, names: readonly string[]): Promise<void>;
  /** Takes the run out of the quarantine, and with the last run the files. From then on it is not put in again. */
  liftQuarantine(runId: string): Promise<void>;
  /** What the site's directory keeps for undoing. */
  keptForUndo(): Promise<KeptForUndo | Problem>;
  /** Takes away what is older than the newest so many, after this run; says what is left. */
  prune(runId: string, keep: Retention): Promise<KeptForUndo | Problem>;
}
