import type { Retention } from '../../domain/site/site.ts';
import type { Problem } from './host-error.ts';

/** Newest first; times are ISO 8601. */
export interface KeptForUndo {
  readonly safetyBackups: readonly { readonly run: string; readonly at: string; readonly bytes: number }[];
  /** Besides the live one. `at`: when it was put aside, or built. */
  readonly environments: readonly { readonly name: string; readonly at: string }[];
}

/** What a host keeps of runs: their records, quarantine, backups and environments. Every method throws HostError. */
export interface HostKeeping {
  /** Keeps the record of a run beside its program. */
  keepRecord(runId: string, record: string): Promise<void>;
  /** Marks on the host that the record holds the end of the run. */
  markRecorded(runId: string): Promise<void>;
  /**
   * Runs of the last days without that mark, newest first, each with the record that the host kept. Also the run `active`,
   * which our record has as not ended, whatever its mark says.
   */
  lostRecords(active: string | null): Promise<readonly { readonly run: string; readonly record: string }[]>;
  /** Puts the version that a run left under quarantine: these names, and a line about the run. Safe to repeat. */
  quarantine(runId: string, line: string, names: readonly string[]): Promise<void>;
  /**
   * Takes the run out of the quarantine, and with the last run the files as well. After that, `quarantine` does not put it
   * in again.
   */
  liftQuarantine(runId: string): Promise<void>;
  /** What the site's directory keeps so that runs can be undone. */
  keptForUndo(): Promise<KeptForUndo | Problem>;
  /** After this run, removes everything but the newest ones that `keep` allows, and says what is left. */
  prune(runId: string, keep: Retention): Promise<KeptForUndo | Problem>;
}
