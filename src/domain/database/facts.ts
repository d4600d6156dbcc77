import { type Refusal, refusal } from '../refusal.ts';
import type { BackupFile } from './backup.ts';

export interface DatabaseFacts {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly role: string;
  readonly oid: string;
  readonly sizeBytes: number;
  readonly serverVersion: string;
  /** Extensions that the site's role does not own: they stay, and the restore leaves them out. */
  readonly foreignExtensions: readonly string[];
  /** What other roles own and the restore could drop, or could not, as `schema.name (owner)`. */
  readonly foreignObjects: readonly string[];
  /** Tables that the site's own role may not read whole, as `schema.name`: no backup of it can be made. */
  readonly unreadable: readonly string[];
  /** Directories of other sites on the host whose `.env` names this very database. */
  readonly neighbours: readonly string[];
  /** Other roles with rights on the site's tables: a restored table does not have them any more. */
  readonly grantees: readonly string[];
}

/** Free space below which no environment, copy and safety backup should be begun, in bytes. */
export const SPACE_FLOOR = 500 * 1024 * 1024;

/** May this database be restored at all? The restore drops what the site's role owns, and what depends on it. */
export function databaseRefusal({
  role,
  serverVersion,
  foreignObjects,
  unreadable,
  neighbours,
}: DatabaseFacts): Refusal | null {
  if (Number.parseInt(serverVersion, 10) < 14)
    return refusal(
      'database-unsupported',
      `PostgreSQL ${serverVersion} is older than 14; restoring with the bot needs 14 or later.`,
      'Restore by hand, by the runbook.',
    );
  if (neighbours.length > 0)
    return refusal(
      'database-shared',
      `This database is also that of ${neighbours.join(' and ')}, by the .env there. A restore would replace the data of both.`,
      'Give each site a database of its own, or move the .env of a leftover copy away. Or restore by hand.',
    );
  if (foreignObjects.length === 0) return unreadableRefusal(role, unreadable);
  const list = foreignObjects.slice(0, 5).join(', ');
  return refusal(
    'database-shared',
    `Other roles own parts of this database: ${list}${foreignObjects.length > 5 ? ' and others' : ''}. A restore could drop them, or fail at them.`,
    'Move them to a database of their own, or restore by hand.',
  );
}

/** Found before the stop: pg_dump ends at the first table that it may not read. */
function unreadableRefusal(role: string, unreadable: readonly string[]): Refusal | null {
  const [first] = unreadable;
  if (first === undefined) return null;
  const list = unreadable.slice(0, 5).join(', ');
  return refusal(
    'database-shared',
    `The role ${role} of the site may not read all of ${list}${unreadable.length > 5 ? ' and others' : ''}, so the safety backup would fail.`,
    `Give it the right and ask again, as the owner or postgres: GRANT SELECT ON ${first} TO ${role};`,
  );
}

/** Room for the private copy, the safety backup and the restored rows, if all are on the site's disk. */
export function capacityRefusal(
  freeBytes: number,
  database: DatabaseFacts,
  backup: BackupFile,
): Refusal | null {
  const needed = SPACE_FLOOR + backup.bytes + database.sizeBytes + Math.ceil(1.3 * backup.restoredBytes);
  if (freeBytes >= needed) return null;
  const megabytes = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MB`;
  return refusal(
    'disk-space',
    `The disk of the site has ${megabytes(freeBytes)} free; restoring ${backup.name} needs ${megabytes(needed)} (its copy, a safety backup of the database, the restored rows).`,
    'Free some space and ask again.',
  );
}
