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
  /** When the first migration ran that the target does not know: a later backup holds the new schema. null: any time. */
  readonly before: string | null;
  /** What `--backup` names, or null. */
  readonly named: string | null;
}

/** What fits by name and time alone, before the bot reads any file. */
export interface BackupShortlist {
  /** Newest first; those whose name does not say which site they are of come last. */
  readonly candidates: readonly ListedBackup[];
  readonly others: readonly { readonly name: string; readonly why: string }[];
  readonly refusal: Refusal | null;
}

export function shortlistBackups(files: readonly ListedBackup[], wish: BackupWish): BackupShortlist {
  // A backup may be another site's if its name does not say: it comes after all that do.
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
        `The backup ${wish.named} can't be used: ${named.why.sentence}.`,
        'Leave out --backup, and the bot proposes the newest one that fits.',
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
 * Why a backup that was read does not fit; null: it does. It has to hold the migrations of the code that will run on it, no
 * more and no fewer. A squash of the live code does not count as more if that code knows everything it replaces.
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

/** Backups newer than the chosen one that the bot did not read, because their name does not say which site they are of. */
export function passedOver(
  candidates: readonly ListedBackup[],
  chosen: ListedBackup,
): readonly { readonly name: string; readonly why: string }[] {
  return candidates
    .filter((file) => file.slug === null && chosen.slug !== null && file.takenAt > chosen.takenAt)
    .map(({ name }) => ({
      name,
      why: `it is newer, but its name does not say which site it is of; if it is this site's, add --backup ${name}`,
    }));
}

/** Its content fits, but nothing says which site it is of. */
export function unnamedWarning({ name, slug }: BackupFile): readonly string[] {
  return slug === null
    ? [
        `The name of the backup ${name} does not say which site it is of. Its migrations fit, but check that it really is this site's.`,
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
    list === ''
      ? 'The folder backups/ holds no database backup of this site.'
      : `Backups on the host:\n${list}`,
  );
}

function available(files: readonly ListedBackup[], slug: string): string {
  const usable = files.filter(
    (file) => file.kind === 'database' && (file.slug === null || file.slug === slug),
  );
  return usable.length === 0
    ? 'The folder backups/ holds no database backup of this site.'
    : `Available: ${usable
        .slice(0, 8)
        .map((file) => file.name)
        .join(', ')}.`;
}

function names(rows: readonly Migration[]): string {
  const shown = rows.slice(0, 3).map(migrationLabel).join(', ');
  return rows.length > 3 ? `${shown} and ${rows.length - 3} more` : shown;
}
