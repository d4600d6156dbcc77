import type { BackupFile } from '../domain/database/backup.ts';
import type { Decision } from '../domain/run/decision.ts';
import { programText } from './program-text.ts';
import { commandLine } from './quote.ts';

/** Where one run keeps everything it has on the host. */
export function runDirectory(root: string, runId: string): string {
  return `${root}/.rollback-bot/runs/${runId}`;
}

/** Where the backups of a site lie, or where a run has kept the database that it has overwritten. */
export function backupPath(root: string, { name, keptBy }: Pick<BackupFile, 'name' | 'keptBy'>): string {
  return keptBy === undefined ? `${root}/backups/${name}` : `${runDirectory(root, keptBy)}/safety.sql.gz`;
}

/** One attempt of a run: the switch is the first, and each decision that goes on begins another. */
export interface Attempt {
  readonly run: string;
  readonly number: number;
  /** The plan's digest, or the decision's: what the attempt is claimed for. */
  readonly digest: string;
}

/** Where an attempt keeps its claim, journal, log and result; the first one's is the run's own. */
export function attemptDirectory(root: string, { run, number }: Pick<Attempt, 'run' | 'number'>): string {
  return number === 1 ? runDirectory(root, run) : `${runDirectory(root, run)}/attempt-${number}`;
}

export function programPath(root: string, sha256: string): string {
  return `${root}/.rollback-bot/programs/${sha256}.sh`;
}

function script(name: string, ...parameters: readonly string[]): string {
  return commandLine(['sh', '-c', programText(`control/${name}`), name, ...parameters]);
}

/** The program's text comes on standard input. */
export function placeCommand(root: string, sha256: string): string {
  return script('place.sh', `${root}/.rollback-bot/programs`, sha256);
}

/** `recovery`: null for the switch itself. */
export function launchCommand(
  root: string,
  attempt: Attempt,
  sha256: string,
  recovery: Decision | null,
): string {
  const [folder, run] = [attemptDirectory(root, attempt), runDirectory(root, attempt.run)];
  const words = recovery ? ['continue', run, folder, recovery.action, recovery.step] : ['run', run];
  return script('launch.sh', folder, programPath(root, sha256), attempt.digest, ...words);
}

/** The record comes on standard input; of fewer bytes than these nothing is kept. */
export function keepRecordCommand(root: string, run: string, record: string): string {
  return script('keep-record.sh', runDirectory(root, run), String(Buffer.byteLength(record)));
}

/** From now on nobody takes this run for one whose record was lost. */
export function recordedCommand(root: string, run: string): string {
  return commandLine(['touch', `${runDirectory(root, run)}/recorded`]);
}

/** Lets the program begin no further step: it puts back, or stops and asks. */
export function cancelCommand(root: string, attempt: Attempt): string {
  return commandLine(['touch', `${attemptDirectory(root, attempt)}/cancel`]);
}

/** Says what is on the host, changing nothing. */
export function lookCommand(root: string, run: string, sha256: string): string {
  return commandLine(['sh', programPath(root, sha256), 'look', runDirectory(root, run)]);
}

/** Where to read on in the journal, and for how long. */
export interface Look {
  /** Bytes of the journal that are already known. */
  readonly offset: number;
  /** How long to wait for more. */
  readonly seconds: number;
}

export function followCommand(root: string, attempt: Attempt, { offset, seconds }: Look): string {
  return script(
    'follow.sh',
    attemptDirectory(root, attempt),
    attempt.digest,
    String(offset),
    String(seconds),
  );
}

/** Ends an attempt that was never started, so that nobody who comes late can start it. */
export function voidCommand(root: string, attempt: Attempt): string {
  return script('void.sh', attemptDirectory(root, attempt));
}
