import type { LoadedApplication } from '../domain/evidence.ts';
import { asset } from './asset.ts';
import { pythonProgram } from './quote.ts';
import { type Attempt, attemptDirectory } from './run-directory.ts';

const COMMON = asset('common.py') + asset('env-secrets.py');

/** A probe: a Python program of `remote/` with its parameters, as one command line whose last line of output is JSON. */
function probe<Parameters extends { readonly root: string }>(
  name: string,
): (parameters: Parameters) => string {
  const source = COMMON + asset(`${name}.py`);
  return (parameters) => pythonProgram(source, parameters);
}

export const surveyCommand = probe<{
  root: string;
  slug: string;
  domain: string;
  scripts: readonly string[];
}>('survey');

export const originCommand = probe<{ root: string }>('origin');

export const resolveVersionCommand = probe<{ root: string; version: string; fetch: boolean }>(
  'resolve-version',
);

export const prepareEnvironmentCommand = probe<{
  root: string;
  commit: string;
  executables: readonly string[];
}>('prepare-environment');

export const databaseCommand = probe<{ root: string }>('database');

export const migrationsCommand = probe<{ root: string; tree: string; venv: string; settings: string | null }>(
  'migrations',
);

export const startCheckCommand = probe<{
  root: string;
  tree: string;
  venv: string;
  settings: string | null;
  application: LoadedApplication;
}>('start-check');

export const backupsCommand = probe<{ root: string }>('backups');

export const readBackupCommand = probe<{ root: string; name: string; maxBytes: number }>('read-backup');

export const countRowsCommand = probe<{ root: string /** For all tables together. */; seconds: number }>(
  'count-rows',
);

export const stageRestoreCommand = probe<{
  root: string;
  run: string;
  name: string;
  sha256: string;
  foreignExtensions: readonly string[];
}>('stage-restore');

export const proofCommand = probe<{
  root: string;
  units: readonly string[];
  packages: readonly string[];
  environment: string | null;
  windowSeconds: number;
}>('proof');

export const journalCommand = probe<{
  root: string;
  units: readonly string[];
  /** Seconds since the epoch by the host's clock. */
  since: number;
}>('journal');

export const lostRecordsCommand = probe<{ root: string }>('lost-records');

const readLogTail = probe<{ root: string; log: string; bytes: number }>('log-tail');

/** The end of the log, at most `bytes` of it, without the values of the site's `.env`. */
export function logTailCommand(
  root: string,
  attempt: Pick<Attempt, 'run' | 'number'>,
  bytes: number,
): string {
  return readLogTail({ root, log: `${attemptDirectory(root, attempt)}/log`, bytes });
}

export const discoverCommand = probe<{ root: string }>('discover');
