import type { OwnedByOthers } from '../domain/database/facts.ts';
import type { RestoreFacts } from '../domain/database/restore-facts.ts';
import type { LoadedApplication } from '../domain/host/environment.ts';
import type { Retention } from '../domain/site/site.ts';
import { packedProgram } from './packed-program.ts';
import { type AttemptNumber, attemptDirectory } from './paths.ts';
import { programText } from './program-text.ts';
import { pythonProgram } from './quote.ts';

/** These stand in front of every probe: where things are on the host, and how to answer without showing values of `.env`. */
const ALWAYS = ['core', 'env-file', 'secrets', 'answer'] as const;

/**
 * A probe is a Python program in one of the folders of `probes/`. This makes the command line that runs it with its parameters.
 * The last line that it prints is JSON. `libraries` lists every library that stands in front of it: those that the probe uses
 * and those that they use, each above the first one that needs it. `code/git` is `code/lib/git.py`.
 */
function probe<Parameters extends { readonly root: string }>(
  name: string,
  libraries: readonly string[] = [],
): (parameters: Parameters) => string {
  const parts = [...[...ALWAYS, ...libraries].map(libraryPath), name];
  const program = packedProgram(parts.map((part) => programText(`probes/${part}.py`)).join('\n'));
  return (parameters) => pythonProgram(program, parameters);
}

function libraryPath(library: string): string {
  return library.includes('/') ? library.replace('/', '/lib/') : `lib/${library}`;
}

/** What a requirements.txt asks for. */
const PINS = ['code/specifiers', 'code/requirements', 'code/pins'] as const;

export const surveyCommand = probe<{ root: string; slug: string; scripts: readonly string[] }>(
  'site/survey',
  [
    'code/git',
    ...PINS,
    'code/commits',
    'code/packages',
    'run-folder',
    'systemd',
    'site/site',
    'site/quarantine',
  ],
);

export const servicesCommand = probe<{ root: string; slug: string; domain: string }>('site/services', [
  'systemd',
  'site/command',
  'site/units',
  'site/listening',
  'site/env-check',
  'site/site',
  'site/health',
  'site/redis',
]);

export const originCommand = probe<{ root: string }>('site/origin', [
  'code/git',
  'site/site',
  'code/confined',
]);

/** What checks out a commit beside the live one, each above the one that needs it. */
const ASIDE = [
  'code/git',
  ...PINS,
  'code/packages',
  'run-folder',
  'code/environments',
  'code/submodules',
  'code/aside',
] as const;

export const resolveVersionCommand = probe<{ root: string; version: string; fetch: boolean }>(
  'code/resolve-version',
  ['code/git', ...PINS, 'code/commits'],
);

export const reviewCommitCommand = probe<{ root: string; commit: string }>('code/review-commit', [
  'code/git',
]);

export const prepareEnvironmentCommand = probe<{
  root: string;
  commit: string;
  executables: readonly string[];
}>('code/prepare-environment', [...ASIDE, 'code/confined']);

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
}>('code/kept-environment', ASIDE);

export const databaseCommand = probe<{ root: string }>('data/database', ['data/postgres', 'data/pooler']);

export const migrationsCommand = probe<{ root: string; tree: string; venv: string; settings: string | null }>(
  'data/migrations',
);

export const startCheckCommand = probe<{
  root: string;
  tree: string;
  venv: string;
  settings: string | null;
  application: LoadedApplication;
  /** The gunicorn unit. */
  unit: string;
}>('code/start-check', ['systemd', 'site/command', 'site/elsewhere', 'site/listening']);

export const backupsCommand = probe<{ root: string }>('data/backups');

/** What reads a dump, each above the one that needs it. */
const DUMP = ['data/dump', 'data/statements', 'data/restorable'] as const;

export const readBackupCommand = probe<{ root: string; path: string; maxBytes: number }>('data/read-backup', [
  'data/backup',
  ...DUMP,
  'data/contents',
]);

export const restoreFactsCommand = probe<{
  root: string;
  run: string;
  leftAlone: readonly OwnedByOthers[];
  /** Names in the backup. */
  roles: readonly string[];
  extensions: readonly string[];
}>('data/restore-facts', ['run-folder', 'data/postgres', ...DUMP, 'data/server', 'data/rights']);

export const restoredObjectsCommand = probe<{ root: string; run: string }>('data/restored-objects', [
  'run-folder',
  'data/postgres',
]);

export const countRowsCommand = probe<{
  root: string;
  /** For all tables together. */
  seconds: number;
}>('data/count-rows', ['data/postgres']);

export const stageRestoreCommand = probe<{
  root: string;
  run: string;
  /** The backup to copy. */
  path: string;
  sha256: string;
  leftAlone: readonly OwnedByOthers[];
  server: RestoreFacts['server'];
}>('data/stage-restore', ['run-folder', 'data/backup', ...DUMP]);

/** How far a rehearsal may go. */
export interface RehearsalBounds {
  /** How long each part may take, in seconds. */
  readonly within: number;
  /** How much of the disk has to stay free, in bytes. */
  readonly keepFree: number;
  /** How long to wait for another rehearsal on the host, in seconds. */
  readonly wait: number;
}

const REHEARSAL = ['run-folder', 'data/postgres', 'rehearsal/rehearsal', 'rehearsal/side-database'] as const;

export const restoreAsideCommand = probe<
  RehearsalBounds & {
    root: string;
    /** The key of the site, for people who find its side database. */
    site: string;
    backup: { readonly path: string; readonly sha256: string };
    leftAlone: readonly OwnedByOthers[];
    /** Names in the backup. */
    roles: readonly string[];
    extensions: readonly string[];
  }
>('rehearsal/restore-aside', [...REHEARSAL, 'data/backup', ...DUMP, 'data/server']);

export const startAsideCommand = probe<
  RehearsalBounds & {
    root: string;
    domain: string;
    /** The gunicorn unit. */
    unit: string;
    settings: string | null;
    tree: string;
    venv: string;
    /** Paths to ask. */
    pages: readonly string[];
  }
>('rehearsal/start-aside', [
  ...REHEARSAL,
  'systemd',
  'site/command',
  'site/elsewhere',
  'rehearsal/sealed',
  'rehearsal/door',
  'rehearsal/aside-site',
]);

export const leaveRehearsalCommand = probe<RehearsalBounds & { root: string }>('rehearsal/leave-rehearsal', [
  ...REHEARSAL,
]);

export const runningCommand = probe<{
  root: string;
  units: readonly string[];
  packages: readonly string[];
  environment: string | null;
  windowSeconds: number;
}>('site/running', [
  'code/git',
  'code/specifiers',
  'code/packages',
  'code/submodules',
  'run-folder',
  'systemd',
  'site/command',
]);

export const journalCommand = probe<{
  root: string;
  units: readonly string[];
  /** Seconds since the epoch, by the host's clock. */
  since: number;
}>('site/journal');

export const lostRecordsCommand = probe<{ root: string; active: string | null }>('site/lost-records', [
  'run-folder',
]);

const readLogTail = probe<{ root: string; log: string; bytes: number }>('site/log-tail');

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
}>('site/retention', ['code/git', 'run-folder']);

export const discoverCommand = probe<{ root: string }>('site/discover', ['systemd', 'site/site']);
