import { type Refusal, refusal } from '../refusal.ts';
import { type BackupFile, backupLabel } from './backup.ts';

/** The kind and the name of an object of another role, e.g. `['extension', 'pg_trgm']`. */
export type OwnedByOthers = readonly [kind: string, name: string];

export interface DatabaseFacts {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly role: string;
  readonly oid: string;
  readonly sizeBytes: number;
  /** Whether the role may make a database beside it. Absent in plans of older versions. */
  readonly mayCreate?: boolean;
  readonly serverVersion: string;
  /** Extensions that the site's role does not own. The restore leaves them alone. */
  readonly foreignExtensions: readonly string[];
  /** Objects of other roles that stay as they are: a restore replays nothing that is about them. Absent in older plans. */
  readonly leftAlone?: readonly OwnedByOthers[];
  /** Objects of other roles, as `schema.name (owner)`: the restore could drop them, or fail. */
  readonly foreignObjects: readonly string[];
  /** Tables that the site's own role may not read whole, as `schema.name`: no backup of it can be made. */
  readonly unreadable: readonly string[];
  /** Directories of other sites on the host whose `.env` names this very database. */
  readonly neighbours: readonly string[];
  /** What stands at that address instead of the server; null: the server itself. Absent in plans of older versions. */
  readonly pooler?: Pooler | null;
}

/** A pooler shares the server's sessions among its clients. */
export interface Pooler {
  /** e.g. `PgBouncer`; null: unknown. */
  readonly name: string | null;
  /** Where the server says that it is, as the pooler sees it; null: the pooler uses its unix socket. */
  readonly address: string | null;
  readonly port: number;
}

/** With less free space than this, no environment, copy or safety backup should be started; bytes. */
export const SPACE_FLOOR = 500 * 1024 * 1024;

/** May this database be restored at all? The restore drops what the site's role owns, and what depends on it. */
export function databaseRefusal(facts: DatabaseFacts): Refusal | null {
  const { role, serverVersion, foreignObjects, unreadable, neighbours } = facts;
  if (Number.parseInt(serverVersion, 10) < 14)
    return refusal(
      'database-unsupported',
      `PostgreSQL ${serverVersion} is too old: the bot restores only PostgreSQL 14 or later.`,
      'Restore by hand, following the runbook.',
    );
  if (neighbours.length > 0)
    return refusal(
      'database-shared',
      `This database is also in the .env of ${neighbours.join(' and ')}. A restore would replace the data there too.`,
      'Give each site its own database. If one is a leftover copy, move its .env away. Or restore by hand.',
    );
  if (facts.pooler) return poolerRefusal(facts, facts.pooler);
  if (foreignObjects.length === 0) return unreadableRefusal(role, unreadable);
  const list = foreignObjects.slice(0, 5).join(', ');
  return refusal(
    'database-shared',
    `Other roles own parts of this database: ${list}${foreignObjects.length > 5 ? ' and others' : ''}. A restore could drop them, or fail.`,
    'Move them to a database of their own, or restore by hand.',
  );
}

/** What `.env` has to say to reach the server itself. */
export function poolerServer({ address, port }: Pooler): string {
  return address === null
    ? `the server's own socket or address, and DJANGO_DB_PORT=${port}`
    : `DJANGO_DB_HOST=${address} and DJANGO_DB_PORT=${port}`;
}

export function poolerName({ name }: Pooler): string {
  return name ?? 'a connection pooler';
}

/**
 * A restore ends other sessions of the site's role and needs one session to itself. Behind a pooler, both would hit sessions
 * that the pooler lends to others, and a dump leaves its settings on the one that it used.
 */
function poolerRefusal({ host, port }: DatabaseFacts, pooler: Pooler): Refusal {
  return refusal(
    'database-unsupported',
    `DJANGO_DB_HOST and DJANGO_DB_PORT in .env (${host}:${port}) lead to ${poolerName(pooler)} and not to PostgreSQL itself. A restore needs the server itself. To roll back only the code, you can stay with the pooler.`,
    `In .env, name the server while the rollback runs: ${poolerServer(pooler)}, as the server says. Then ask again. Afterwards, put the old values back and restart the site. If only the code has to go back: --code-only.`,
  );
}

/** pg_dump fails at the first table that it may not read, and by then the site would be down. */
function unreadableRefusal(role: string, unreadable: readonly string[]): Refusal | null {
  const [first] = unreadable;
  if (first === undefined) return null;
  const list = unreadable.slice(0, 5).join(', ');
  return refusal(
    'database-shared',
    `The site's role ${role} may not read all of ${list}${unreadable.length > 5 ? ' and others' : ''}, so the safety backup would fail.`,
    isPlainTable(first) && isPlainName(role)
      ? `Give it the right and ask again, as the owner or postgres: GRANT SELECT ON ${first} TO ${role};`
      : 'Give it the right to read them and ask again, as the owner or postgres.',
  );
}

/** Names that SQL takes without quotes: others get into no statement that people paste. */
export function isPlainName(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name);
}

function isPlainTable(name: string): boolean {
  return name.split('.').length === 2 && name.split('.').every(isPlainName);
}

/** Is there room for the private copy, the safety backup and the restored rows, if all are on the site's disk? */
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
    `The site's disk has ${megabytes(freeBytes)} free. Restoring ${backupLabel(backup)} needs ${megabytes(needed)} for its copy, a safety backup and the restored rows.`,
    'Free some space and ask again.',
  );
}
