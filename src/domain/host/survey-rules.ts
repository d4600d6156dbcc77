import { type MigrationVerdict, migrationLabel, traitsOf } from '../database/migrations.ts';
import type { Mode } from '../plan/mode.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { BackupFile, DatabaseFacts, Migration, MigrationFindings, Survey } from './survey.ts';

/** Free space below which no environment, copy and safety backup should be begun, in bytes. */
const SPACE_FLOOR = 500 * 1024 * 1024;

/** Does the host allow a rollback at all? First look, first answer. */
export function surveyRefusal(survey: Survey, root: string): Refusal | null {
  return accessRefusal(survey) ?? stateRefusal(survey, root);
}

function accessRefusal(survey: Survey): Refusal | null {
  const { user, owner, hostname, missingTools, missingRights, units, environmentFileError } = survey;
  if (user !== owner)
    return refusal(
      'host-wrong-user',
      `The bot logs in to ${hostname} as ${user}, but the site belongs to ${owner}.`,
      `Set host.user to ${owner} and add the bot's key to that account.`,
    );
  if (missingTools.length > 0)
    return refusal(
      'tools-missing',
      `${hostname} lacks ${missingTools.join(', ')}.`,
      'Install what is missing and ask again.',
    );
  if (survey.endsProgramsAtLogout)
    return refusal(
      'host-unsupported',
      `${hostname} ends every program of ${user} when a connection ends: the switch would die half way.`,
      `Set KillExcludeUsers=root ${user} in /etc/systemd/logind.conf and restart systemd-logind.`,
    );
  if (!units.some((unit) => unit.kind === 'gunicorn'))
    return refusal(
      'host-unsupported',
      `${hostname} has no gunicorn unit for this site.`,
      'Check the slug and the host in the configuration.',
    );
  if (missingRights.length > 0)
    return refusal(
      'rights-missing',
      `On ${hostname}, ${user} may not run with sudo: ${missingRights.join(', ')}.`,
      `Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):\n${sudoersLine(survey)}`,
    );
  if (environmentFileError !== null)
    return refusal(
      'environment-unreadable',
      `The site's .env breaks the platform's own scripts: ${environmentFileError}.`,
      'Put the value on that line in single quotes and ask again.',
    );
  const foreign = units.find((unit) => unit.foreignExecutable !== null);
  if (foreign)
    return refusal(
      'host-unsupported',
      `${foreign.name} starts ${foreign.foreignExecutable}, which is no program of the site's own venv: another environment would change nothing.`,
      "Let the unit start its program from the site's venv/bin, or roll back by hand.",
    );
  if (survey.bind === null)
    return refusal(
      'host-unsupported',
      'It cannot be seen where gunicorn listens.',
      'Give the unit an explicit --bind and ask again.',
    );
  return null;
}

/** The exact line that grants what is missing and nothing more. */
export function sudoersLine({
  user,
  systemctl,
  missingRights,
}: Pick<Survey, 'user' | 'systemctl' | 'missingRights'>): string {
  const commands = missingRights.map((right) => right.replace(/^systemctl/, systemctl));
  return `${user} ALL=(root) NOPASSWD: ${commands.join(', ')}`;
}

function stateRefusal(survey: Survey, root: string): Refusal | null {
  if (!survey.lockFree)
    return refusal(
      'lock-held',
      'Somebody deploys or repairs this site right now: deploy.lock is held.',
      'Wait until that has ended, or ask who it is.',
    );
  if (survey.indexLocked)
    return refusal(
      'lock-held',
      "A git command is at work in the site's repository, or was killed there.",
      `If nobody works there, remove ${root}/app/.git/index.lock.`,
    );
  if (survey.foreignOwned !== null)
    return refusal(
      'wrong-owner',
      `${survey.foreignOwned} does not belong to ${survey.user}: git or collectstatic would fail there with the site down.`,
      `Give it back, on the host: sudo chown -R ${survey.user}: ${root}/app ${root}/static. Then ask again.`,
    );
  if (survey.dirtyFiles.length > 0)
    return refusal(
      'dirty-tree',
      `Files were changed on the server by hand: ${survey.dirtyFiles.slice(0, 5).join(', ')}${survey.dirtyFiles.length > 5 ? ' and others' : ''}.`,
      `Look at them with: git -C ${root}/app diff. Commit, move or discard them, and ask again.`,
    );
  if (survey.freeBytes < SPACE_FLOOR)
    return refusal(
      'disk-space',
      `The disk of the site has ${Math.floor(survey.freeBytes / 1024 / 1024)} MB free; a rollback needs at least ${SPACE_FLOOR / 1024 / 1024} MB.`,
      `Free some space: du -xh ${root} | sort -h | tail.`,
    );
  return null;
}

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

export type ModeDecision =
  | {
      readonly kind: 'mode';
      readonly mode: Mode;
      readonly why: string;
      /** Applied migrations that the target does not know and that stay, because it cannot notice them. */
      readonly staying?: readonly Migration[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Which of the runbook's three ways it is. Cannot tell never becomes code-only; who names a backup wants it restored.
 * `live`: what the live code says of its migrations.
 */
export function decideMode(
  asked: Mode | null,
  verdict: MigrationVerdict,
  live: MigrationFindings['live'] = [],
  isBackupNamed = false,
): ModeDecision {
  const wantsRestore = asked === 'full' || (asked === null && isBackupNamed);
  if (asked === 'database-only') return { kind: 'mode', mode: asked, why: '--database-only was asked for' };
  switch (verdict.kind) {
    case 'cannot-tell':
      return refusedMode(
        'cannot-tell-migrations',
        `It cannot be told whether migrations ran: ${verdict.why}.`,
        'Nothing is changed on a guess. Find out on the host, or roll back by hand.',
      );
    case 'applied':
      return asked === 'code-only'
        ? codeOnly(verdict.unwanted, live)
        : {
            kind: 'mode',
            mode: 'full',
            why: `the database has ${labels(verdict.unwanted)}, which the target does not know`,
          };
    case 'behind':
      if (asked === 'code-only' && verdict.unwanted.length > 0) return codeOnlyUnsafe(verdict.unwanted, live);
      return wantsRestore || (asked === null && verdict.unwanted.length > 0)
        ? {
            kind: 'mode',
            mode: 'full',
            why: `the database does not have ${labels(verdict.missing)}, which the target needs`,
          }
        : refusedMode(
            'target-ahead-of-database',
            `The target needs ${labels(verdict.missing)}, which the database does not have.`,
            'That is an upgrade and not a rollback: follow the upgrade runbook, or ask with --full if a backup fits the target.',
          );
    case 'none':
      return wantsRestore
        ? {
            kind: 'mode',
            mode: 'full',
            why: `${asked === 'full' ? '--full' : '--backup'} was asked for, although no migration makes it necessary`,
          }
        : {
            kind: 'mode',
            mode: 'code-only',
            why: 'no migration ran that the target does not know',
          };
  }
}

/** A second person may let migrations stay that old code cannot notice; anything else loses data while it looks healthy. */
function codeOnly(unwanted: readonly Migration[], live: MigrationFindings['live']): ModeDecision {
  return traitsOf(unwanted, live)?.harmless
    ? {
        kind: 'mode',
        mode: 'code-only',
        why: `--code-only was asked for, and ${labels(unwanted)} may stay, because code that does not know it cannot notice it`,
        staying: unwanted,
      }
    : codeOnlyUnsafe(unwanted, live);
}

function codeOnlyUnsafe(unwanted: readonly Migration[], live: MigrationFindings['live']): ModeDecision {
  const byHand = traitsOf(unwanted, live)?.reversible
    ? ' Django calls it reversible: manage.py migrate in the live environment could take it back by hand, which the bot does not do.'
    : '';
  return refusedMode(
    'code-only-unsafe',
    `The database has ${labels(unwanted)}, which the target does not know. Old code on it looks healthy and loses data.`,
    `Leave --code-only out: the database has to be restored as well.${byHand}`,
  );
}

function refusedMode(...words: Parameters<typeof refusal>): ModeDecision {
  return { kind: 'refused', refusal: refusal(...words) };
}

function labels(rows: readonly Migration[]): string {
  const shown = rows.slice(0, 3).map(migrationLabel).join(', ');
  return rows.length > 3 ? `${shown} and ${rows.length - 3} more` : shown;
}
