import type { LoadedApplication } from '../domain/host/survey.ts';
import type { Retention } from '../domain/site/site.ts';
import { type AttemptNumber, attemptDirectory } from './paths.ts';
import { programText } from './program-text.ts';
import { pythonProgram } from './quote.ts';

/** What every probe stands behind: where things lie, and how an answer is given without the values of `.env`. */
const ALWAYS = ['core', 'secrets', 'answer'] as const;

/**
 * A probe: a Python program of `probes/` with its parameters, as one command line whose last line of output is JSON. The
 * libraries are all that it needs, also what they need themselves, in the order in which they stand in front of it.
 */
function probe<Parameters extends { readonly root: string }>(
  name: string,
  libraries: readonly string[] = [],
): (parameters: Parameters) => string {
  const parts = [...[...ALWAYS, ...libraries].map((library) => `lib/${library}`), name];
  const source = parts.map((part) => programText(`probes/${part}.py`)).join('\n');
  return (parameters) => pythonProgram(source, parameters);
}

export const surveyCommand = probe<{
  root: string;
  slug: string;
  domain: string;
  scripts: readonly string[];
}>('survey', [
  'git',
  'requirements',
  'commits',
  'packages',
  'run-folder',
  'systemd',
  'units',
  'site',
  'health',
  'redis',
  'quarantine',
]);

export const originCommand = probe<{ root: string }>('origin', ['git', 'site']);

export const resolveVersionCommand = probe<{ root: string; version: string; fetch: boolean }>(
  'resolve-version',
  ['git', 'requirements', 'commits'],
);

export const prepareEnvironmentCommand = probe<{
  root: string;
  commit: string;
  executables: readonly string[];
}>('prepare-environment', ['git', 'requirements', 'packages', 'run-folder', 'environments', 'aside']);

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
}>('kept-environment', ['git', 'requirements', 'packages', 'run-folder', 'environments', 'aside']);

export const databaseCommand = probe<{ root: string }>('database', ['postgres']);

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

export const readBackupCommand = probe<{ root: string; path: string; maxBytes: number }>('read-backup', [
  'backup',
]);

export const countRowsCommand = probe<{ root: string /** For all tables together. */; seconds: number }>(
  'count-rows',
  ['postgres'],
);

export const stageRestoreCommand = probe<{
  root: string;
  run: string;
  /** The backup that is copied. */
  path: string;
  sha256: string;
  foreignExtensions: readonly string[];
}>('stage-restore', ['run-folder', 'backup']);

export const runningCommand = probe<{
  root: string;
  units: readonly string[];
  packages: readonly string[];
  environment: string | null;
  windowSeconds: number;
}>('running', ['git', 'requirements', 'packages', 'systemd']);

export const journalCommand = probe<{
  root: string;
  units: readonly string[];
  /** Seconds since the epoch by the host's clock. */
  since: number;
}>('journal');

export const lostRecordsCommand = probe<{ root: string; active: string | null }>('lost-records', [
  'run-folder',
]);

const readLogTail = probe<{ root: string; log: string; bytes: number }>('log-tail');

/** The end of the log, at most `bytes` of it, without the values of the site's `.env`. */
export function logTailCommand(root: string, attempt: AttemptNumber, bytes: number): string {
  return readLogTail({ root, log: `${attemptDirectory(root, attempt)}/log`, bytes });
}

export const retentionCommand = probe<{
  root: string;
  /** The run that has just ended. */
  run: string;
  /** How many of the newest stay; null: nothing is removed. */
  keep: Retention | null;
}>('retention', ['git', 'run-folder']);

export const discoverCommand = probe<{ root: string }>('discover', ['systemd', 'site']);
