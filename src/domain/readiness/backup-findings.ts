import { type BackupFile, backupLabel } from '../database/backup.ts';
import type { Site } from '../site/site.ts';
import { type Finding, good, trouble } from './findings.ts';

/** The newest backups of a site, down to the first that is complete; each was read to its end. */
export interface ReadBackups {
  readonly newest: BackupFile | null;
  /** Newer ones that are no use. */
  readonly unusable: readonly {
    readonly name: string;
    readonly why: string;
    /** The bot can't tell whether it is good. */
    readonly isUnjudged: boolean;
  }[];
  /** By the host's clock, ISO 8601. */
  readonly readAt: string;
}

/** A rollback would stop at such a backup and ask people, so nothing else about backups matters before. */
function unjudgedFinding(
  unjudged: ReadBackups['unusable'],
  newest: BackupFile | null,
  readAt: string,
): Finding {
  const older =
    newest === null
      ? 'There is none that it can judge.'
      : `The newest that it can judge is ${backupLabel(newest)}, ${ageText(Date.parse(readAt) - Date.parse(newest.takenAt))} old.`;
  return trouble(
    'backup-unjudged',
    `The bot can't judge ${named(unjudged)}. ${older} A rollback would stop there and ask which one to take.`,
    'Remove that cause, or put a copy that the bot can read into backups/. Otherwise someone has to name the backup with --backup.',
  );
}

/** Nobody reads more names than this. */
const MOST_NAMED = 3;

/** Whether there is a backup that could be restored, and how much a restore would lose. */
export function backupFindings(
  { newest, unusable, readAt }: ReadBackups,
  site: Pick<Site, 'root' | 'bin' | 'slug'>,
  maxAgeMs: number,
): readonly Finding[] {
  const command = `${site.bin}/backup_db.sh --site-slug ${site.slug}`;
  const unjudged = unusable.filter(({ isUnjudged }) => isUnjudged);
  if (unjudged.length > 0) return [unjudgedFinding(unjudged, newest, readAt)];
  if (newest === null)
    return [
      trouble(
        'backup-missing',
        unusable.length === 0
          ? `There is no backup of the database in ${site.root}/backups.`
          : `No backup in ${site.root}/backups can be used: ${named(unusable)}.`,
        `Check what should make one every day. To make one now, on the host: ${command}`,
      ),
    ];
  const ageMs = Date.parse(readAt) - Date.parse(newest.takenAt);
  const usable = `${backupLabel(newest)}, ${ageText(ageMs)} old`;
  const found = [
    ...(unusable.length === 0
      ? []
      : [
          trouble(
            'backup-incomplete',
            `${unusable.length === 1 ? 'The newest backup' : `The ${unusable.length} newest backups`} cannot be used: ${named(unusable)}. The newest usable one is ${usable}.`,
            `Find out why the backup failed. On the host, this makes a new one or says what is wrong: ${command}`,
          ),
        ]),
    ...(ageMs <= maxAgeMs
      ? []
      : [
          trouble(
            'backup-old',
            `The newest usable backup is ${usable}; at most ${ageText(maxAgeMs)} are allowed. A restore would lose everything since then.`,
            `Check what should make one every day. To make one now, on the host: ${command}`,
          ),
        ]),
  ];
  return found.length > 0 ? found : [good('backup', `the newest is ${usable}, read to its end and complete`)];
}

function named(files: ReadBackups['unusable']): string {
  const rest = files.length - MOST_NAMED;
  return files
    .slice(0, MOST_NAMED)
    .map((file) => `${backupLabel(file)} (${file.why})`)
    .concat(rest > 0 ? [`${rest} more`] : [])
    .join(', ');
}

const MINUTE_MS = 60_000;

const HOUR_MS = 60 * MINUTE_MS;

const DAY_MS = 24 * HOUR_MS;

/** `35 minutes`, `26 hours`, `9 days`, rounded down. */
export function ageText(ms: number): string {
  const [unit, size] =
    ms >= 2 * DAY_MS
      ? (['day', DAY_MS] as const)
      : ms >= 2 * HOUR_MS
        ? (['hour', HOUR_MS] as const)
        : (['minute', MINUTE_MS] as const);
  const count = Math.max(0, Math.floor(ms / size));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
