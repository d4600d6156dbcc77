import type { BackupFile } from '../domain/database/backup.ts';

/** Where the bot keeps everything that it has on the host for one site. */
function home(root: string): string {
  return `${root}/.rollback-bot`;
}

export function runDirectory(root: string, runId: string): string {
  return `${home(root)}/runs/${runId}`;
}

/** The switch is the first attempt of a run. Each decision that continues it is another one. */
export interface AttemptNumber {
  readonly run: string;
  readonly number: number;
}

/** Where an attempt keeps its claim, journal, log and result. The first attempt uses the directory of the run itself. */
export function attemptDirectory(root: string, { run, number }: AttemptNumber): string {
  return number === 1 ? runDirectory(root, run) : `${runDirectory(root, run)}/attempt-${number}`;
}

/** Switch programs are stored under the hash of their text, so a run finds its own even after an update of the bot. */
export function programsDirectory(root: string): string {
  return `${home(root)}/programs`;
}

export function programPath(root: string, sha256: string): string {
  return `${programsDirectory(root)}/${sha256}.sh`;
}

/** A backup of the site, or the safety backup of the run that kept it before it overwrote the database. */
export function backupPath(root: string, { name, keptBy }: Pick<BackupFile, 'name' | 'keptBy'>): string {
  return keptBy === undefined ? `${root}/backups/${name}` : `${runDirectory(root, keptBy)}/safety.sql.gz`;
}

/** Deploy scripts look here for the names of versions that must not go onto the site. */
export function quarantineDirectory(root: string): string {
  return `${home(root)}/quarantine`;
}
