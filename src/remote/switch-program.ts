import type { OwnedByOthers } from '../domain/database/facts.ts';
import type { PlanStep } from '../domain/plan/plan.ts';
import { programText } from './program-text.ts';
import { quote } from './quote.ts';

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
  return new RegExp(`^${name}='([^']*)'$`, 'm').exec(program)?.[1] ?? '';
}

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

/** The text of a switch program: the values as quoted assignments, then the body, which is the same for all runs. */
export function switchProgram(values: SwitchValues): string {
  const assignments: readonly (readonly [string, string])[] = [
    ['SITE', values.site],
    ['SLUG', values.slug],
    ['MODE', values.mode],
    ['ROOT', values.root],
    ['BIN', values.bin],
    ['DOMAIN', values.domain],
    ['BIND', values.bind],
    ['SETTINGS', values.settings],
    ['PARAMETERS', JSON.stringify({ root: values.root })],
    ['LIVE', values.live],
    ['TARGET', values.target],
    ['ENVIRONMENT', values.environment],
    ['ENVIRONMENT_PACKAGES', values.environmentPackages],
    ['GOOD_HEALTH', values.goodHealth.join(' ')],
    ['STOP_UNITS', values.stopUnits.join(' ')],
    ['START_UNITS', values.startUnits.join(' ')],
    ['DATABASE', values.database],
    ['DATABASE_OID', values.databaseOid],
    ['DATABASE_ROLE', values.databaseRole],
    ['MIGRATIONS_NOW', values.migrationsNow],
    ['MIGRATIONS_RESTORED', values.migrationsRestored],
    ['RESTORE_SHA256', values.restoreSha256],
    ['LEFT_ALONE', JSON.stringify(values.leftAlone).replaceAll("'", String.raw`\u0027`)],
    ['STEPS', values.steps.map((step) => `${step.name}:${step.deadlineSeconds}`).join(' ')],
  ];
  return `#!/bin/sh\n${assignments.map(([name, value]) => `${name}=${quote(value)}`).join('\n')}\n\n${BODY}`;
}
