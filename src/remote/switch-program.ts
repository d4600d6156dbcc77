import type { OwnedByOthers } from '../domain/database/facts.ts';
import type { PlanStep } from '../domain/plan/plan.ts';
import { quote } from '../domain/text/shell.ts';
import { programText } from './program-text.ts';

/** The values of one switch. Everything that its program depends on is here, so the hash of the program covers all of it. */
export interface SwitchValues {
  readonly site: string;
  readonly slug: string;
  readonly mode: string;
  readonly root: string;
  readonly bin: string;
  readonly domain: string;
  /** The address that gunicorn listens on: `unix:/…` or `host:port`. */
  readonly bind: string;
  /** Replaces DJANGO_SETTINGS_MODULE. Empty: `.env` decides. */
  readonly settings: string;
  readonly live: string;
  /** Empty for database-only. */
  readonly target: string;
  /** The prepared virtual environment; empty for database-only. */
  readonly environment: string;
  /** Hash of the packages in a kept environment. Empty: the bot built it, and a mark in it says that it is complete. */
  readonly environmentPackages: string;
  /** The HTTP statuses that count as healthy, e.g. 200. */
  readonly goodHealth: readonly number[];
  /** In the order of stopping: the socket before its service, or a request would start it again; the web service last. */
  readonly stopUnits: readonly string[];
  /** In the order of starting: systemd refuses to start a socket whose service is already running. */
  readonly startUnits: readonly string[];
  /** Name, host and port, as in `.env`. */
  readonly database: string;
  readonly databaseOid: string;
  /** The site's role. Going back replays nothing that only other roles may say. */
  readonly databaseRole: string;
  /** SHA-256 of the sorted applied migrations: now, and after the restore. */
  readonly migrationsNow: string;
  readonly migrationsRestored: string;
  /** Empty for code-only. */
  readonly restoreSha256: string;
  /** What other roles own. The restore leaves it alone, and so does going back. */
  readonly leftAlone: readonly OwnedByOthers[];
  readonly steps: readonly PlanStep[];
}

/** Reads a value from the head of a program. So what people see is always what the program would use, or has used. */
export function programValue(program: string, name: string): string {
  const quoted = new RegExp(`^${name}='((?:[^'\\n]|'\\\\'')*)'$`, 'm').exec(program)?.[1] ?? '';
  return quoted.replaceAll(`'\\''`, "'");
}

const SHEBANG = '#!/bin/sh\n';

/** In this order, because each part uses only what stands above it. */
const PARTS = [
  'lib',
  'attempt',
  'database',
  'units',
  'submodules',
  'tree',
  'steps',
  'put-back',
  'run',
  'recover',
  'switch',
] as const;

/** Going back reads a dump as the probes do. */
const PUT_BACK_COPY = [
  'import re',
  ...['dump', 'statements', 'restorable'].map((name) => programText(`probes/data/lib/${name}.py`)),
  programText('switch/put-back-copy.py'),
].join('\n');

/** Runs a command with the site's variables. */
export const WITH_ENV = ['probes/lib/core.py', 'probes/lib/env-file.py', 'switch/with-env.py']
  .map(programText)
  .join('\n');

const BODY = [
  '# shellcheck disable=SC2016',
  `PUT_BACK_COPY=${quote(PUT_BACK_COPY)}`,
  '# shellcheck disable=SC2016',
  `WITH_ENV=${quote(WITH_ENV)}\n`,
  ...PARTS.map((name) => programText(`switch/${name}.sh`)),
].join('\n');

/** Its values, in the order in which they stand at its head. */
const HEAD = {
  SITE: ({ site }) => site,
  SLUG: ({ slug }) => slug,
  MODE: ({ mode }) => mode,
  ROOT: ({ root }) => root,
  BIN: ({ bin }) => bin,
  DOMAIN: ({ domain }) => domain,
  BIND: ({ bind }) => bind,
  SETTINGS: ({ settings }) => settings,
  PARAMETERS: ({ root }) => JSON.stringify({ root }),
  LIVE: ({ live }) => live,
  TARGET: ({ target }) => target,
  ENVIRONMENT: ({ environment }) => environment,
  ENVIRONMENT_PACKAGES: ({ environmentPackages }) => environmentPackages,
  GOOD_HEALTH: ({ goodHealth }) => goodHealth.join(' '),
  STOP_UNITS: ({ stopUnits }) => stopUnits.join(' '),
  START_UNITS: ({ startUnits }) => startUnits.join(' '),
  DATABASE: ({ database }) => database,
  DATABASE_OID: ({ databaseOid }) => databaseOid,
  DATABASE_ROLE: ({ databaseRole }) => databaseRole,
  MIGRATIONS_NOW: ({ migrationsNow }) => migrationsNow,
  MIGRATIONS_RESTORED: ({ migrationsRestored }) => migrationsRestored,
  RESTORE_SHA256: ({ restoreSha256 }) => restoreSha256,
  LEFT_ALONE: ({ leftAlone }) => JSON.stringify(leftAlone).replaceAll("'", String.raw`\u0027`),
  STEPS: ({ steps }) => stepsText(steps),
} satisfies Record<string, (values: SwitchValues) => string>;

export type SwitchValueName = keyof typeof HEAD;

/** How the steps stand at the head of a program. */
export function stepsText(steps: readonly PlanStep[]): string {
  return steps.map((step) => `${step.name}:${step.deadlineSeconds}`).join(' ');
}

/** The text of a switch program: the values as quoted assignments, then the body, which is the same for all runs. */
export function switchProgram(values: SwitchValues): string {
  return programOf(Object.entries(HEAD).map(([name, value]) => [name, value(values)]));
}

function programOf(values: readonly (readonly [string, string])[]): string {
  return `${SHEBANG}${values.map(([name, value]) => `${name}=${quote(value)}`).join('\n')}\n\n${BODY}`;
}

/**
 * All values at the head of a program, if it is exactly what this version makes of them; null: it is of another version, or
 * somebody has changed it.
 */
export function valuesOfProgram(program: string): ReadonlyMap<string, string> | null {
  const names = Object.keys(HEAD);
  const lines = program.slice(SHEBANG.length).split('\n', names.length);
  const values = lines.map((line, at): readonly [string, string] => {
    const name = names[at] ?? '';
    // What does not read as the quoted value is not equal to the program that is made of it.
    return [name, line.slice(name.length + 2, -1).replaceAll(`'\\''`, "'")];
  });
  return program === programOf(values) ? new Map(values) : null;
}
