import { type BackupFile, backupLabel } from '../database/backup.ts';
import { isPlainName } from '../database/facts.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { oneLine } from '../text/printable.ts';
import {
  HEALTH_PAGE,
  type PageAside,
  type Rehearsal,
  type RestoredAside,
  type StartedAside,
} from './rehearsal.ts';

/** What was rehearsed, for the sentences. */
export interface Rehearsing {
  /** The version, as people know it; null: only the backup was restored. */
  readonly version: string | null;
  readonly backup: BackupFile;
  /** The site's role. */
  readonly role: string;
}

export type RehearsalVerdict =
  | { readonly kind: 'passed'; readonly sentence: string }
  | { readonly kind: 'failed'; readonly refusal: Refusal }
  /** It says nothing about the rollback. */
  | { readonly kind: 'not-held'; readonly why: string; readonly next: string };

/** What a rehearsal says about the rollback that it tried. */
export function judgeRehearsal(rehearsing: Rehearsing, { restored, started }: Rehearsal): RehearsalVerdict {
  const { backup, version } = rehearsing;
  const notHeld = notHeldText(rehearsing, restored) ?? (started && notHeldText(rehearsing, started));
  if (notHeld) return { kind: 'not-held', ...notHeld };
  const failed =
    restoreFailure(backup, restored) ??
    (started && version !== null ? startFailure(version, backup, started) : null);
  if (failed) return { kind: 'failed', refusal: failed };
  const took = `restoring it took ${seconds(restored.ms)}`;
  if (started === null || version === null)
    return { kind: 'passed', sentence: `${backupLabel(backup)} was restored aside; ${took}` };
  const pages = started.pages.map((page) => `${pageName(page)} ${page.status ?? 'no answer'}`).join(', ');
  return {
    kind: 'passed',
    sentence: `${version} ran aside on ${backupLabel(backup)}: ${pages}; ${took}, starting it ${seconds(startMs(started))}`,
  };
}

/** From the first static file to the first answer, in milliseconds. */
export function startMs({ parts }: StartedAside): number {
  return parts.reduce((sum, { ms }) => sum + ms, 0);
}

function notHeldText(
  { role }: Rehearsing,
  part: RestoredAside | StartedAside,
): { readonly why: string; readonly next: string } | null {
  if (part.why !== null) return { why: part.why, next: cureText(part.cure ?? 'none', role) };
  const unhealthy =
    'pages' in part && part.pages.some((page) => page.path === HEALTH_PAGE && page.status !== 200);
  return unhealthy && part.redis === false
    ? {
        why: 'the site needs Redis, and this host has no redis-server of which the rehearsal could start one of its own',
        next: 'To make it possible, install redis-server on the host. It need not run.',
      }
    : null;
}

function cureText(cure: NonNullable<RestoredAside['cure']>, role: string): string {
  switch (cure) {
    case 'createdb':
      return `To make it possible, on the database server: ${createdbCommand(role)}`;
    case 'namespaces':
      return 'To make it possible, the kernel has to let users make namespaces: user.max_user_namespaces above 0, and on Ubuntu 24.04 kernel.apparmor_restrict_unprivileged_userns=0. Whoever runs the host decides whether that is right there.';
    case 'within':
      return 'Give it more time: rehearsal.within.';
    case 'disk':
      return 'Free some space on the host, or lower rehearsal.keepFree.';
    case 'busy':
      return 'It is tried again the next night.';
    case 'none':
      return 'A rollback does without it.';
  }
}

/** The line that lets a role make databases. */
export function createdbCommand(role: string): string {
  return isPlainName(role)
    ? `sudo -u postgres psql -c 'ALTER ROLE ${role} CREATEDB'`
    : "give the site's role the right CREATEDB";
}

function restoreFailure(backup: BackupFile, { failed, migrations, rows }: RestoredAside): Refusal | null {
  const label = backupLabel(backup);
  if (failed !== null)
    return refusal(
      'rehearsal-failed',
      `The backup ${label} can't be restored on this server. ${failed}.`,
      'A rollback that restores it would fail in the same way. Mend what PostgreSQL names, or make a new backup.',
    );
  const differs = migrationsDiffer(backup, migrations) ?? rowsDiffer(backup, rows);
  return differs === null
    ? null
    : refusal(
        'rehearsal-failed',
        `The backup ${label} was restored aside, and is not what it should be: ${differs}.`,
        'Find out why, such as a trigger or a rule in the database, before a rollback restores it.',
      );
}

/** Whoever writes the code or fills the folder chooses these names. */
const LONGEST_NAME = 80;

function migrationsDiffer(backup: BackupFile, restored: RestoredAside['migrations']): string | null {
  if (restored === null) return null;
  const names = (list: readonly { app: string; name: string }[]) =>
    list.map(({ app, name }) => oneLine(`${app}.${name}`, LONGEST_NAME)).toSorted();
  const [wanted, found] = [names(backup.migrations), names(restored)];
  const odd = wanted.find((name) => !found.includes(name)) ?? found.find((name) => !wanted.includes(name));
  return odd === undefined ? null : `its migrations differ, first in ${odd}`;
}

function rowsDiffer({ rows: wanted }: BackupFile, restored: RestoredAside['rows']): string | null {
  if (restored === null) return null;
  for (const [table, count] of Object.entries(wanted)) {
    const found = restored[table];
    // A partitioned table has its rows in its parts, which the dump names as well.
    if (found !== undefined && found !== count)
      return `${oneLine(table, LONGEST_NAME)} has ${found} rows, and the backup has ${count}`;
  }
  return null;
}

function startFailure(
  version: string,
  backup: BackupFile,
  { parts, failed, pages }: StartedAside,
): Refusal | null {
  const wrong = parts.find((part) => part.failed !== null);
  if (wrong)
    return refusal(
      'rehearsal-failed',
      `${version} was tried aside on ${backupLabel(backup)}, and ${wrong.name === 'static' ? 'could not collect its static files' : 'did not start'}: ${wrong.failed}.`,
      ALONE,
    );
  if (failed !== null)
    return refusal(
      'rehearsal-failed',
      `${version} was tried aside on ${backupLabel(backup)}, and ended: ${failed}.`,
      ALONE,
    );
  const bad = pages.find(isBad);
  return bad === undefined
    ? null
    : refusal(
        'rehearsal-failed',
        `${version} ran aside on ${backupLabel(backup)}, and its ${pageName(bad)} ${answered(bad)}.`,
        ALONE,
      );
}

/** What a rehearsal lacks, so that people can tell its fault from the site's. */
const ALONE =
  'Aside it has no network, an empty Redis of its own, and writes no file. If the site needs more than that to run, set rehearsal to false for it.';

function answered({ status, failing }: PageAside): string {
  if (status === null) return 'gave no answer';
  return `answered ${status}${failing.length > 0 ? ` (not ok: ${failing.join(', ')})` : ''}`;
}

function isBad({ path, status }: PageAside): boolean {
  if (status === null) return true;
  if (path === HEALTH_PAGE) return status !== 200;
  // Another language, a login in front of everything, a site without an admin: all these are answers.
  return path === '/' ? status >= 400 && status !== 401 && status !== 403 : status >= 500;
}

const PAGE_NAMES: Readonly<Record<string, string>> = {
  [HEALTH_PAGE]: 'health page',
  '/': 'homepage',
  '/admin/login/': 'login page',
};

function pageName({ path }: PageAside): string {
  return PAGE_NAMES[path] ?? path;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
