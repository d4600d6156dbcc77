/** What name and file say about when a backup was taken. */
export interface BackupStamps {
  /** The stamp in the name, read as UTC, ISO 8601; null: the name has none. */
  readonly named: string | null;
  /** Whether the stamp ends in `Z`. */
  readonly isUtc: boolean;
  /** When the file was last written, ISO 8601. */
  readonly modified: string;
}

export interface BackupTime {
  /** The time that counts, ISO 8601. */
  readonly takenAt: string;
  /** It was certainly not taken before; null: nothing says so. */
  readonly earliest: string | null;
  /** If name and file differ: which of them counts, and why. Otherwise null. */
  readonly timeNote: string | null;
}

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** Between the beginning of a backup, which is in its name, and its last byte. */
const TOLERANCE = 2 * MINUTE;
/** A backup that takes less than this is no reason for a note. */
const LONG_BACKUP = 13 * MINUTE;
/** The time zones of the world, as far as they are ahead of UTC and behind it. */
const FARTHEST_AHEAD = 14 * 60 * MINUTE;
const FARTHEST_BEHIND = -12 * 60 * MINUTE;

/**
 * When a backup was taken. Only a stamp with `Z`, or one that the file's own time confirms, proves anything: people and cron
 * jobs name files by local time, and a copy has the time of the copying. Nothing in a file is newer than the file.
 */
export function backupTime({ named, isUtc, modified }: BackupStamps): BackupTime {
  if (named === null) return { takenAt: modified, earliest: null, timeNote: null };
  const ahead = Date.parse(named) - Date.parse(modified);
  if (isUtc && ahead <= TOLERANCE) return { takenAt: named, earliest: named, timeNote: null };
  if (Math.abs(ahead) <= TOLERANCE) return { takenAt: named, earliest: named, timeNote: null };
  const earliest = earlier(iso(Date.parse(named) - FARTHEST_AHEAD), modified);
  const offset = zoneOffset(ahead);
  const said = `its name says ${clock(named)}${isUtc ? ' UTC' : ' and no time zone'}, but the file is of ${clock(modified)} UTC`;
  if (offset !== null)
    return {
      takenAt: modified,
      earliest,
      timeNote: `${said}: ${hours(offset)} apart, so the name is in local time and the file's time counts`,
    };
  if (ahead > 0)
    return {
      takenAt: modified,
      earliest,
      timeNote: `${said}: a file is never older than the backup in it, so the file's time counts`,
    };
  return {
    takenAt: named,
    earliest,
    timeNote:
      -ahead <= LONG_BACKUP
        ? null
        : `${said}: it took long or was copied, so the time in its name counts, read as UTC; in another time zone that is wrong by hours`,
  };
}

/** The difference to UTC if these are whole quarters of an hour that a time zone can have; else null. */
function zoneOffset(ahead: number): number | null {
  const offset = Math.round(ahead / QUARTER) * QUARTER;
  const isZone = offset !== 0 && offset >= FARTHEST_BEHIND && offset <= FARTHEST_AHEAD;
  return isZone && Math.abs(ahead - offset) <= TOLERANCE ? offset : null;
}

function hours(offset: number): string {
  const minutes = Math.abs(offset) / MINUTE;
  const [whole, rest] = [Math.floor(minutes / 60), minutes % 60];
  const hour = `${whole} hour${whole === 1 ? '' : 's'}`;
  if (rest === 0) return `exactly ${hour}`;
  return whole === 0 ? `exactly ${rest} minutes` : `exactly ${hour} and ${rest} minutes`;
}

function earlier(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** `2026-11-30 06:03:57` */
function clock(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}
