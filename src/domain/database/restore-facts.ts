import { type Refusal, refusal } from '../refusal.ts';
import { oneLine } from '../text/printable.ts';
import { type BackupFile, backupLabel } from './backup.ts';

/**
 * What a restore has to know of the live database. Objects are labels: kind and name, e.g. `function lead_count` or
 * `publication bi: table website_lead`.
 */
export interface RestoreFacts {
  /** What decides which statements of a dump are left out. */
  readonly server: {
    /** The site's role. */
    readonly me: string;
    /** Roles that the backup names and the server does not have. */
    readonly missing_roles: readonly string[];
    /** Publications of the site's role. */
    readonly publications: readonly string[];
    /** Tablespaces that the site's role may use. */
    readonly tablespaces: readonly string[];
  };
  /** Extensions that the backup names: why the site's role can't create one; null: it can. */
  readonly extensions: Readonly<Record<string, string | null>>;
  /** What the site's role owns beside rows, without tables, their indexes and their constraints. */
  readonly objects: readonly string[];
  /** What belongs to other roles, hangs on the site's objects, and comes back with no dump. */
  readonly taken: readonly string[];
}

/** What a restore takes beside rows. What others may do is not part of it, because the restore carries that over. */
export function lostBesideRows(
  { objects, taken }: RestoreFacts,
  inBackup: readonly string[],
): readonly string[] {
  const kept = new Set(inBackup);
  return [...taken, ...objects.filter((label) => !kept.has(label))];
}

const MOST = 3;

/** In one line; empty: nothing is lost. null: unknown. */
export function besideRowsShort(lost: readonly string[] | null): string {
  if (lost === null) return 'what it has beside rows could not be read';
  const more = lost.length > MOST ? ` and ${lost.length - MOST} more` : '';
  return `${lost.slice(0, MOST).join(', ')}${more}`;
}

/** Why the site's role can't replay a backup on this server; null: nothing that is known speaks against it. */
export function replayRefusal(
  backup: BackupFile,
  facts: Pick<RestoreFacts, 'extensions'>,
  leftAlone: readonly (readonly [kind: string, name: string])[],
): Refusal | null {
  const { extensions = [], needs = [] } = backup;
  const name = backupLabel(backup);
  const isThere = (kind: string, object: string) =>
    leftAlone.some(([one, other]) => one === kind && other === object);
  const missing = extensions
    .filter((extension) => !isThere('extension', extension))
    .flatMap((extension) =>
      facts.extensions[extension] ? [{ extension, why: facts.extensions[extension] }] : [],
    );
  const [first] = missing;
  if (first !== undefined)
    return refusal(
      'backup-not-replayable',
      `The backup ${name} needs the extension ${oneLine(first.extension)}, ${first.why}.`,
      /^[\w-]+$/.test(first.extension)
        ? `Have it created in the site's database by a superuser, e.g. as postgres: CREATE EXTENSION "${first.extension}"; then ask again.`
        : "Have it created in the site's database by a superuser, then ask again.",
    );
  const need = needs.find((one) => !isThere(one.kind, one.name));
  return need === undefined
    ? null
    : refusal(
        'backup-not-replayable',
        `The backup ${name} creates ${need.what}. Only a superuser of PostgreSQL may do that, so the site's role can't restore it.`,
        'Restore it by hand as postgres, or name another backup with --backup.',
      );
}
