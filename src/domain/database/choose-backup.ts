import { type Refusal, refusal } from '../refusal.ts';
import { firstInvisible } from '../text/printable.ts';
import { type BackupFile, backupLabel, canBeTyped, type ListedBackup } from './backup.ts';
import {
  type DiskMigration,
  type Migration,
  type MigrationFindings,
  missingMigrations,
  someLabels,
  unknownRows,
  without,
} from './migrations.ts';

export interface BackupWish {
  readonly slug: string;
  /** When the first migration ran that the target does not know: a later backup holds the new schema. null: any time. */
  readonly before: string | null;
  /** What `--backup` names, or null. */
  readonly named: string | null;
}

export type BackupProblem = Pick<Refusal, 'code' | 'sentence'>;

/** A backup that was read and does not fit. */
export interface RejectedBackup {
  readonly file: BackupFile;
  readonly problem: BackupProblem;
}

/** What came of reading backups, the newest first. */
export interface BackupsRead {
  readonly fit: BackupFile | null;
  readonly rejected: readonly RejectedBackup[];
  /** Older ones, if the bot gave up. */
  readonly unread: readonly ListedBackup[];
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

function whyNot(file: ListedBackup, { slug, before }: BackupWish): BackupProblem | null {
  if (firstInvisible(file.name) !== null)
    return { code: 'backup-incomplete', sentence: 'its name has characters that nobody can see' };
  if (file.kind === 'other') return { code: 'backup-incomplete', sentence: 'it is not a database backup' };
  if (file.slug !== null && file.slug !== slug)
    return { code: 'backup-other-site', sentence: `it belongs to the site ${file.slug}` };
  // Only a time that is certain speaks against a file. Otherwise the bot reads it, and its migrations decide.
  const { earliest = file.takenAt } = file;
  if (before !== null && earliest !== null && Date.parse(earliest) >= Date.parse(before))
    return {
      code: 'backup-too-new',
      sentence: `it was taken after the first unwanted migration ran (${before})`,
    };
  return null;
}

/** Why a backup is of no use, whatever migrations it holds; null: it is whole, and the bot could judge it. */
export function readProblem(file: BackupFile): BackupProblem | null {
  if (file.problem === null) return null;
  return { code: file.unjudged ? 'backup-unjudged' : 'backup-incomplete', sentence: file.problem };
}

/**
 * Why a backup that was read does not fit; null: it does. It has to hold the migrations of the code that will run on it, no
 * more and no fewer. A squash of the live code does not count as more if that code knows everything it replaces. Nor does
 * `legacy`: rows that count for nothing.
 */
export function backupProblem(
  file: BackupFile,
  code: readonly DiskMigration[],
  live: MigrationFindings['live'] = [],
  legacy: readonly Migration[] = [],
): BackupProblem | null {
  const damage = readProblem(file);
  if (damage !== null) return damage;
  const beyond = unknownRows(without(file.migrations, legacy), code, live);
  if (beyond.length > 0)
    return {
      code: 'backup-schema-mismatch',
      sentence: `it holds ${someLabels(beyond)}, which the code does not know`,
    };
  const missing = missingMigrations(code, file.migrations);
  if (missing.length > 0)
    return {
      code: 'backup-schema-mismatch',
      sentence: `it lacks ${someLabels(missing)}, which the code needs`,
    };
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
      why: `it is newer, but its name does not say which site it is of; if it is this site's, add ${backupOption(name)}`,
    }));
}

/**
 * The refusal if the bot could not judge a backup that is newer than the one that fits: that one may be good, so the bot does
 * not take an older one on its own. `command`: what people type, with this option.
 */
export function unjudgedRefusal(
  { fit, rejected, unread }: BackupsRead,
  command: (option: string) => string,
): Refusal | null {
  const unjudged = rejected.filter(({ problem }) => problem.code === 'backup-unjudged');
  const [newest] = unjudged;
  if (newest === undefined) return null;
  const { file, problem } = newest;
  return refusal(
    'backup-unjudged',
    `The bot can't judge the backup ${backupLabel(file)}, taken ${minute(file.takenAt)} UTC: ${problem.sentence}. It may be the right one, so the bot doesn't take an older one on its own.`,
    [
      olderChoice(fit, unread, command),
      `To have ${backupLabel(file)} instead, remove that cause or put a copy that the bot can read into backups/, then ask again.`,
      ...unjudged
        .slice(1)
        .map((one) => `The bot can't judge ${backupLabel(one.file)} either: ${one.problem.sentence}.`),
      ...noChoice(rejected.filter((one) => one.problem.code !== 'backup-unjudged')),
    ].join('\n'),
  );
}

/** Nobody reads more lines than this. */
const MOST_LINES = 10;

function noChoice(rejected: readonly RejectedBackup[]): readonly string[] {
  const more = rejected.length - MOST_LINES;
  return [
    ...rejected
      .slice(0, MOST_LINES)
      .map(({ file, problem }) => `The backup ${backupLabel(file)} is no choice: ${problem.sentence}.`),
    ...(more > 0 ? [`Nor are ${more} others.`] : []),
  ];
}

function olderChoice(
  fit: BackupFile | null,
  [next]: readonly ListedBackup[],
  command: (option: string) => string,
): string {
  const taken = (file: ListedBackup) => `${backupLabel(file)}, taken ${minute(file.takenAt)} UTC`;
  const lost = 'Everything written since then would be lost.';
  if (fit !== null)
    return `The newest one that fits is ${taken(fit)}. ${lost} To restore it, type: ${command(backupOption(fit.name))}`;
  return next === undefined
    ? 'No older backup fits.'
    : `The bot read no older ones. The next is ${taken(next)}. ${lost} To have the bot read it, type: ${command(backupOption(next.name))}`;
}

/** `2026-11-30 06:03` */
function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

/** `--backup NAME`, as people have to type it. */
function backupOption(name: string): string {
  if (!canBeTyped(name)) return "--backup FILE (its name can't be typed: rename the file first)";
  return `--backup ${name.includes(' ') ? `"${name}"` : name}`;
}

/** Why the time of the chosen backup is not what its name says. */
function timeWarning(file: Pick<BackupFile, 'name' | 'timeNote'>): readonly string[] {
  return file.timeNote ? [`The time of the backup ${backupLabel(file)}: ${file.timeNote}.`] : [];
}

/** What people should know about a backup that fits. */
export function backupWarnings(file: BackupFile, serverVersion: string): readonly string[] {
  return [...unnamedWarning(file), ...timeWarning(file), ...newerServerWarning(file, serverVersion)];
}

/** A newer server may have written what an older one does not know. */
function newerServerWarning(file: BackupFile, serverVersion: string): readonly string[] {
  const { takenFrom = null } = file;
  const here = Number.parseInt(serverVersion, 10);
  return takenFrom !== null && takenFrom > here
    ? [
        `The backup ${backupLabel(file)} was taken from PostgreSQL ${takenFrom}, and this server is PostgreSQL ${here}. If it holds what this server does not know, the restore fails and the bot puts the site back.`,
      ]
    : [];
}

/** Its content fits, but nothing says which site it is of. */
function unnamedWarning(file: BackupFile): readonly string[] {
  return file.slug === null
    ? [
        `The name of the backup ${backupLabel(file)} does not say which site it is of. Its migrations fit, but check that it really is this site's.`,
      ]
    : [];
}

export function nothingFits(others: readonly { readonly name: string; readonly why: string }[]): Refusal {
  const list = others
    .slice(0, MOST_LINES)
    .map((file) => `- ${backupLabel(file)}: ${file.why}`)
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
    : `Available: ${usable.slice(0, 8).map(backupLabel).join(', ')}.`;
}
