import type { LoadedApplication } from '../domain/host/environment.ts';
import type { Retention } from '../domain/site/site.ts';
import { programText } from './program-text.ts';
import { pythonProgram } from './quote.ts';
import { type Attempt, attemptDirectory } from './run-commands.ts';

const ASIDE = programText('probes/lib/aside.py');

const COMMON = programText('probes/lib/common.py') + programText('probes/lib/secrets.py');

/** A probe: a Python program of `probes/` with its parameters, as one command line whose last line of output is JSON. */
function probe<Parameters extends { readonly root: string }>(
  name: string,
  shared = '',
): (parameters: Parameters) => string {
  const source = COMMON + shared + programText(`probes/${name}.py`);
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
}>('prepare-environment', ASIDE);

export const keptEnvironmentCommand = probe<{
  root: string;
  /** The run that has moved it aside. */
  run: string;
  /** Where `venv` leads since then, and the hash of the packages there, where it is known; else empty. */
  left: string;
  leftPackages: string;
  /** The commit that ran in it. */
  commit: string;
  executables: readonly string[];
}>('kept-environment', ASIDE);

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

export const readBackupCommand = probe<{ root: string; path: string; maxBytes: number }>('read-backup');

export const countRowsCommand = probe<{ root: string /** For all tables together. */; seconds: number }>(
  'count-rows',
);

export const stageRestoreCommand = probe<{
  root: string;
  run: string;
  /** The backup that is copied. */
  path: string;
  sha256: string;
  foreignExtensions: readonly string[];
}>('stage-restore');

export const runningCommand = probe<{
  root: string;
  units: readonly string[];
  packages: readonly string[];
  environment: string | null;
  windowSeconds: number;
}>('running');

export const journalCommand = probe<{
  root: string;
  units: readonly string[];
  /** Seconds since the epoch by the host's clock. */
  since: number;
}>('journal');

export const lostRecordsCommand = probe<{ root: string; active: string | null }>('lost-records');

const readLogTail = probe<{ root: string; log: string; bytes: number }>('log-tail');

/** The end of the log, at most `bytes` of it, without the values of the site's `.env`. */
export function logTailCommand(
  root: string,
  attempt: Pick<Attempt, 'run' | 'number'>,
  bytes: number,
): string {
  return readLogTail({ root, log: `${attemptDirectory(root, attempt)}/log`, bytes });
}

export const retentionCommand = probe<{
  root: string;
  /** The run that has just ended. */
  run: string;
  /** How many of the newest stay; null: nothing is removed. */
  keep: Retention | null;
}>('retention');

export const discoverCommand = probe<{ root: string }>('discover');
