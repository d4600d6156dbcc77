import type { HostProbes } from '../app/ports/host-probes.ts';
import { backupTime } from '../domain/database/backup-time.ts';
import { backupPath } from '../remote/paths.ts';
import {
  backupsCommand,
  countRowsCommand,
  databaseCommand,
  readBackupCommand,
  restoredObjectsCommand,
  restoreFactsCommand,
  stageRestoreCommand,
} from '../remote/probes.ts';
import * as answers from './answers/data.ts';
import { orProblem } from './answers/parts.ts';
import { type Ask, SLOW_MS } from './ask.ts';

/** A backup that unpacks to more than this is not read to its end. */
const LARGEST_DUMP = 200 * 1024 ** 3;

/** The longest time for counting rows: the site is down or broken, and people wait. */
const COUNT_SECONDS = 20;

type DatabaseProbes = Pick<
  HostProbes,
  | 'database'
  | 'listBackups'
  | 'readBackup'
  | 'countRows'
  | 'restoreFacts'
  | 'stageRestore'
  | 'restoredObjects'
>;

/** The questions about a site's database and its backups. */
export function databaseProbes(ask: Ask, root: string): DatabaseProbes {
  return {
    database: () => ask(databaseCommand({ root }), orProblem(answers.database)),
    listBackups: async () =>
      (await ask(backupsCommand({ root }), answers.listedBackups)).map(
        ({ named, isUtc, modified, ...file }) => ({ ...file, ...backupTime({ named, isUtc, modified }) }),
      ),
    readBackup: async (listed) => ({
      ...listed,
      ...(await ask(
        readBackupCommand({ root, path: backupPath(root, listed), maxBytes: LARGEST_DUMP }),
        answers.readBackup,
        SLOW_MS,
      )),
    }),
    countRows: () => ask(countRowsCommand({ root, seconds: COUNT_SECONDS }), orProblem(answers.rowCounts)),
    restoreFacts: (run, { roles = [], extensions = [] }, leftAlone) =>
      ask(
        restoreFactsCommand({ root, run, leftAlone, roles, extensions }),
        orProblem(answers.restoreFacts),
        150_000,
      ),
    restoredObjects: (run) => ask(restoredObjectsCommand({ root, run }), orProblem(answers.restoredObjects)),
    stageRestore: (run, backup, filter) =>
      ask(
        stageRestoreCommand({
          root,
          run,
          path: backupPath(root, backup),
          sha256: backup.sha256 ?? '',
          ...filter,
        }),
        orProblem(answers.restoreCopy),
        SLOW_MS,
      ),
  };
}
