import type { Migration } from './migrations.ts';

/** One file of `backups/`, or the safety backup of a run, read to its end. */
export interface BackupFile {
  readonly name: string;
  /** The run whose safety backup it is; absent for a file of `backups/`. */
  readonly keptBy?: string;
  readonly bytes: number;
  /** From the name if it carries a stamp, else the file's time; ISO 8601. */
  readonly takenAt: string;
  /** The slug in the name; null: it has none. */
  readonly slug: string | null;
  readonly kind: 'database' | 'other';
  /** null: intact; otherwise why it is not a complete dump. */
  readonly problem: string | null;
  readonly sha256: string | null;
  readonly restoredBytes: number;
  readonly migrations: readonly Migration[];
  /** Rows of each table in the dump. */
  readonly rows: Readonly<Record<string, number>>;
}

/** The private copy from which the switch restores. */
export interface RestoreCopy {
  readonly path: string;
  readonly sha256: string;
}

/** A file of `backups/` before it was opened. */
export type ListedBackup = Pick<BackupFile, 'name' | 'keptBy' | 'bytes' | 'slug' | 'takenAt' | 'kind'>;
