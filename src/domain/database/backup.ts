import { shortened, unbroken } from '../text/printable.ts';
import type { Migration } from './migrations.ts';

/** One file of `backups/`, or the safety backup of a run, read to its end. */
export interface BackupFile {
  readonly name: string;
  /** The run whose safety backup it is; absent for a file of `backups/`. */
  readonly keptBy?: string;
  readonly bytes: number;
  /** By name or file, whichever counts (`backupTime`); ISO 8601. */
  readonly takenAt: string;
  /** It was certainly not taken before; null: nothing says so. Absent: `takenAt` is certain. */
  readonly earliest?: string | null;
  /** Which time counts, and why, if name and file differ. Absent in plans of older versions. */
  readonly timeNote?: string | null;
  /** The slug in the name; null: it has none. */
  readonly slug: string | null;
  readonly kind: 'database' | 'other';
  /** null: intact; otherwise why it is not a complete dump. */
  readonly problem: string | null;
  readonly sha256: string | null;
  readonly restoredBytes: number;
  readonly migrations: readonly Migration[];
  /** Rows of each table in the dump. Tables outside of the schema public are named with theirs. */
  readonly rows: Readonly<Record<string, number>>;
  /** Its problem is that this bot can't read it; PostgreSQL may well. Absent in older plans, like all that follow. */
  readonly unjudged?: boolean;
  /** Roles that it names. */
  readonly roles?: readonly string[];
  readonly extensions?: readonly string[];
  /** What it creates that only a superuser may create; `what` is for people. */
  readonly needs?: readonly { readonly kind: string; readonly name: string; readonly what: string }[];
  /** Major version of the server that it was taken from; null: it does not say. */
  readonly takenFrom?: number | null;
  /** What it creates beside tables and their indexes and constraints, e.g. `function lead_count`. */
  readonly objects?: readonly string[];
}

/** Whoever fills the folder may call a file anything: this is for people, and the name itself for programs. */
export function backupLabel({ name }: Pick<BackupFile, 'name'>): string {
  return shortened(unbroken(name), 120);
}

/** What people can name in a command. */
const TYPED = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._+@:,()=#~-]{0,200}$/u;

export function canBeTyped(name: string): boolean {
  return TYPED.test(name);
}

/** The private copy from which the switch restores. */
export interface RestoreCopy {
  readonly path: string;
  readonly sha256: string;
  /** What the backup holds and the copy does not, because it can't be replayed here. Absent in older plans. */
  readonly leftOut?: readonly string[];
}

/** A file of `backups/` before it was opened. */
export type ListedBackup = Pick<
  BackupFile,
  'name' | 'keptBy' | 'bytes' | 'slug' | 'takenAt' | 'earliest' | 'timeNote' | 'kind'
>;
