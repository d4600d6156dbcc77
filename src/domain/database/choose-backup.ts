import { type Refusal, refusal } from '../refusal.ts';
import type { BackupFile, ListedBackup } from './backup.ts';
import {
  type DiskMigration,
  type Migration,
  type MigrationFindings,
  migrationLabel,
  missingMigrations,
  unknownRows,
} from './migrations.ts';

export interface BackupWish {
  readonly slug: string;
  /** The first migration that the target does not know; a backup from after it holds the new schema. Null: any time. */
  readonly before: string | null;
  /** What `--backup` names, or null. */
  readonly named: string | null;
}

/** Sorted out by name and time alone, before anything is read. */
export interface BackupShortlist {
  /** Newest first, those whose name names no site last. */
  readonly candidates: readonly ListedBackup[];
  readonly others: readonly { readonly name: string; readonly why: string }[];
  readonly refusal: Refusal | null;
}

export function shortlistBackups(files: readonly ListedBackup[], wish: BackupWish): BackupShortlist {
  // One whose name names no site may be another's: it comes after all that do.
  const rank = (file: ListedBackup) => `${file.slug === null ? 0 : 1} ${file.takenAt}`;
  const newestFirst = [...files].sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
  const judged = newestFirst.map((file) => ({ file, why: whyNot(file, wish) }));
  const others = judged.flatMap(({ file, why }) =>
    why === null ? [] : [{ name: file.name, why: why.sentence }],
  );
  const candidates = judged.filter(({ why }) => why === null).map(({ file }) => file);
  if (wish.named === null)
    return { candidates, others, refusal: candidates.length === 0 ? nothingFits(others) : null };
  const named = judged.find(({ file }) => file.name === wish.named);
  if (!named)
    return {
      candidates: [],
      others,
      refusal: refusal(
        'backup-missing',
        `There is no backup ${wish.named} on the host.`,
        available(newestFirst, wish.slug),
      ),
    };
  if (named.why)
    return {
      candidates: [],
      others,
      refusal: refusal(
        named.why.code,
        `The backup ${wish.named} cannot be used: ${named.why.sentence}.`,
        'Leave --backup out, and the newest one that fits is proposed.',
      ),
    };
  return {
    candidates: [named.file],
    others: others.filter(({ name }) => name !== wish.named),
    refusal: null,
  };
}

function whyNot(file: ListedBackup, { slug, before }: BackupWish): Pick<Refusal, 'code' | 'sentence'> | null {
  if (file.kind === 'other') return { code: 'backup-incomplete', sentence: 'it is not a database backup' };
  if (file.slug !== null && file.slug !== slug)
    return { code: 'backup-other-site', sentence: `it belongs to the site ${file.slug}` };
  if (before !== null && file.takenAt >= before)
    return {
      code: 'backup-too-new',
      sentence: `it was taken after the first unwanted migration ran (${before})`,
    };
  return null;
}

/**
 * What a read backup has to hold to fit: the migrations of the code that will run on it, no more and no fewer. A squash of
 * the live code that stands for nothing but what that code knows is no more.
 */
export function backupProblem(
  file: BackupFile,
  code: readonly DiskMigration[],
  live: MigrationFindings['live'] = [],
): Pick<Refusal, 'code' | 'sentence'> | null {
  if (file.problem !== null) return { code: 'backup-incomplete', sentence: file.problem };
  const beyond = unknownRows(file.migrations, code, live);
  if (beyond.length > 0)
    return {
      code: 'backup-schema-mismatch',
      sentence: `it holds ${names(beyond)}, which the code does not know`,
    };
  const missing = missingMigrations(code, file.migrations);
  if (missing.length > 0)
    return { code: 'backup-schema-mismatch', sentence: `it lacks ${names(missing)}, which the code needs` };
  return null;
}

/** Newer ones than the chosen that were not even read, because their name names no site. */
export function passedOver(
  candidates: readonly ListedBackup[],
  chosen: ListedBackup,
): readonly { readonly name: string; readonly why: string }[] {
  return candidates
    .filter((file) => file.slug === null && chosen.slug !== null && file.takenAt > chosen.takenAt)
    .map(({ name }) => ({
      name,
      why: `it is newer, but its name names no site; if it is of this site, type --backup ${name}`,
    }));
}

/** Its content fits, and that is all that is known of it. */
export function unnamedWarning({ name, slug }: BackupFile): readonly string[] {
  return slug === null
    ? [
        `The name of the backup ${name} names no site. Its migrations fit, and that is all that is known of it: look whether it really is of this site.`,
      ]
    : [];
}

export function nothingFits(others: readonly { readonly name: string; readonly why: string }[]): Refusal {
  const list = others
    .slice(0, 10)
    .map(({ name, why }) => `${name}: ${why}`)
    .join('\n');
  return refusal(
    'backup-missing',
    'No backup on the host fits this rollback.',
    list === '' ? 'The folder backups/ holds no database backup of this site.' : `What there is:\n${list}`,
  );
}

function available(files: readonly ListedBackup[], slug: string): string {
  const usable = files.filter(
    (file) => file.kind === 'database' && (file.slug === null || file.slug === slug),
  );
  return usable.length === 0
    ? 'The folder backups/ holds no database backup of this site.'
    : `There are: ${usable
        .slice(0, 8)
        .map((file) => file.name)
        .join(', ')}.`;
}

function names(rows: readonly Migration[]): string {
  const shown = rows.slice(0, 3).map(migrationLabel).join(', ');
  return rows.length > 3 ? `${shown} and ${rows.length - 3} more` : shown;
}
