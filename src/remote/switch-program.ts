import type { PlanStep } from '../domain/plan/plan.ts';
import { programText } from './program-text.ts';
import { quote } from './quote.ts';

/** The values of one switch. Everything that changes what it does is here, so its hash stands for all of it. */
export interface SwitchValues {
  readonly site: string;
  readonly slug: string;
  readonly mode: string;
  readonly root: string;
  readonly bin: string;
  readonly domain: string;
  /** Where gunicorn listens, `unix:/…` or `host:port`. */
  readonly bind: string;
  /** Overrides DJANGO_SETTINGS_MODULE; empty: `.env` decides. */
  readonly settings: string;
  readonly live: string;
  /** Empty for database-only. */
  readonly target: string;
  /** The prepared virtual environment; empty for database-only. */
  readonly environment: string;
  /** Hash of the packages in it, for one that was kept from before; empty: it was built, and says itself that it is complete. */
  readonly environmentPackages: string;
  /** What the health page may answer, e.g. 200. */
  readonly goodHealth: readonly number[];
  /** In the order in which they are stopped: a socket before its service, or a request revives it; the web last. */
  readonly stopUnits: readonly string[];
  /** In the order in which they are started: systemd refuses a socket whose service already runs. */
  readonly startUnits: readonly string[];
  /** Name, host and port as `.env` says them. */
  readonly database: string;
  readonly databaseOid: string;
  /** SHA-256 of the sorted applied migrations, before and after. */
  readonly migrationsNow: string;
  readonly migrationsRestored: string;
  /** Empty for code-only. */
  readonly restoreSha256: string;
  /** Extensions that another role owns: going back leaves them out, as the restore did. */
  readonly foreignExtensions: readonly string[];
  readonly steps: readonly PlanStep[];
}

/** A value as it stands at the head of a program, so that nothing here can differ from what would run or has run. */
export function programValue(program: string, name: string): string {
  return new RegExp(`^${name}='([^']*)'$`, 'm').exec(program)?.[1] ?? '';
}

/** In this order: each part uses only what stands above it. */
const PARTS = [
  'lib',
  'attempt',
  'database',
  'units',
  'tree',
  'steps',
  'put-back',
  'run',
  'recover',
  'switch',
] as const;

const BODY = PARTS.map((name) => programText(`switch/${name}.sh`)).join('\n');

/** The whole text of the switch program: its values as quoted assignments, then the one body that all runs share. */
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
    ['LIVE', values.live],
    ['TARGET', values.target],
    ['ENVIRONMENT', values.environment],
    ['ENVIRONMENT_PACKAGES', values.environmentPackages],
    ['GOOD_HEALTH', values.goodHealth.join(' ')],
    ['STOP_UNITS', values.stopUnits.join(' ')],
    ['START_UNITS', values.startUnits.join(' ')],
    ['DATABASE', values.database],
    ['DATABASE_OID', values.databaseOid],
    ['MIGRATIONS_NOW', values.migrationsNow],
    ['MIGRATIONS_RESTORED', values.migrationsRestored],
    ['RESTORE_SHA256', values.restoreSha256],
    ['FOREIGN_EXTENSIONS', values.foreignExtensions.join(' ')],
    ['STEPS', values.steps.map((step) => `${step.name}:${step.deadlineSeconds}`).join(' ')],
  ];
  return `#!/bin/sh\n${assignments.map(([name, value]) => `${name}=${quote(value)}`).join('\n')}\n\n${BODY}`;
}
