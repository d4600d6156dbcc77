import type { LoadedApplication } from '../domain/host/environment.ts';
import type { Retention } from '../domain/site/site.ts';
import { type AttemptNumber, attemptDirectory } from './paths.ts';
import { programText } from './program-text.ts';
import { pythonProgram } from './quote.ts';

/** These stand in front of every probe: where things are on the host, and how to answer without showing values of `.env`. */
const ALWAYS = ['core', 'secrets', 'answer'] as const;

/**
 * A probe is a Python program in `probes/`. This makes the command line that runs it with its parameters. The last line that
 * it prints is JSON. `libraries` lists every file of `probes/lib/` that stands in front of it: those that the probe uses and
 * those that they use, each above the first one that needs it.
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
  /** The run that moved the environment aside. */
  run: string;
  /** What that run linked `venv` to, and the hash of the packages there: empty if unknown. */
  left: string;
  leftPackages: string;
  /** The commit that ran in the kept environment. */
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

export const countRowsCommand = probe<{
  root: string;
  /** For all tables together. */
  seconds: number;
}>('count-rows', ['postgres']);

export const stageRestoreCommand = probe<{
  root: string;
  run: string;
  /** The backup to copy. */
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
  /** Seconds since the epoch, by the host's clock. */
  since: number;
}>('journal');

export const lostRecordsCommand = probe<{ root: string; active: string | null }>('lost-records', [
  'run-folder',
]);

const readLogTail = probe<{ root: string; log: string; bytes: number }>('log-tail');

/** The end of an attempt's log, at most `bytes` of it, without values of the site's `.env`. */
export function logTailCommand(root: string, attempt: AttemptNumber, bytes: number): string {
  return readLogTail({ root, log: `${attemptDirectory(root, attempt)}/log`, bytes });
}

export const retentionCommand = probe<{
  root: string;
  /** The run that has just ended. */
  run: string;
  /** How many of the newest to keep. null: only list them, remove nothing. */
  keep: Retention | null;
}>('retention', ['git', 'run-folder']);

export const discoverCommand = probe<{ root: string }>('discover', ['systemd', 'site']);
