import { type ErrorCount, errorList } from '../host/journal-errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Check } from '../run/event.ts';

/** The site as it runs after the switch, as the host says. */
export interface RunningFacts {
  readonly head: string | null;
  readonly dirty: boolean;
  /** What the tree has or lacks that a fresh checkout would not, where git's status shows nothing; null: nothing. */
  readonly unlikeFresh: string | null;
  /** The real path of `venv`. */
  readonly venv: string;
  /** The real path of the prepared environment; null: the environment stayed. */
  readonly environment: string | null;
  readonly installed: Readonly<Record<string, string | null>>;
  readonly units: readonly RunningUnit[];
}

/** How many objects the restored copy creates, and which of them are not there. */
export interface RestoredObjects {
  readonly wanted: number;
  readonly missing: readonly string[];
}

interface RunningUnit {
  readonly name: string;
  readonly active: string;
  readonly sub: string;
  readonly steady: boolean;
  /** `program`: the first word of its command line; null if the kernel does not say. */
  readonly process: {
    readonly cwd: string;
    readonly startedAt: number;
    readonly program: string | null;
    /** Its command line is not what its unit says now. */
    readonly otherArguments: boolean;
    /** Variables that have another value than its unit gives them now. */
    readonly otherVariables: readonly string[];
  } | null;
}

/** The checks of code, environment and units. `since`: when the step `start` began, by the host's clock, in seconds. */
export function checksOnHost(facts: RunningFacts, plan: Plan, root: string, since: number): readonly Check[] {
  return [
    codeCheck(facts, plan),
    environmentCheck(facts, plan),
    ...facts.units.map((unit) => unitCheck(unit, places(facts, plan, root), root, since)),
  ];
}

/** The name of the check of the restored database. */
export const OBJECTS = 'database objects';

export function objectsCheck({ wanted, missing }: RestoredObjects): Check {
  if (missing.length === 0) return passed(OBJECTS, `all ${wanted} of the backup are there`);
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  return failed(OBJECTS, `missing: ${missing.slice(0, 5).join(', ')}${more}`);
}

function codeCheck({ head, dirty, unlikeFresh }: RunningFacts, { binding }: Plan): Check {
  const expected = binding.targetCommit ?? binding.liveCommit;
  if (head !== expected)
    return failed(
      'code',
      `the checkout is at ${head?.slice(0, 8) ?? 'nothing'}, not at ${expected.slice(0, 8)}`,
    );
  if (dirty) return failed('code', 'the working tree has changes');
  if (unlikeFresh !== null) return failed('code', unlikeFresh);
  return passed('code', `commit ${expected.slice(0, 8)}, working tree clean`);
}

function environmentCheck({ installed, venv, environment }: RunningFacts, { facts }: Plan): Check {
  if (environment !== null && venv !== environment)
    return failed('packages', `venv points to ${venv}, not to the prepared ${environment}`);
  const wrong = Object.entries(facts.installed).filter(([name, version]) => installed[name] !== version);
  if (wrong.length > 0)
    return failed(
      'packages',
      wrong.map(([name, version]) => `${name} is ${installed[name] ?? 'missing'}, not ${version}`).join(', '),
    );
  const listed = Object.entries(facts.installed).map(
    ([name, version]) => `${name} ${version.length === 40 ? version.slice(0, 8) : version}`,
  );
  const where =
    environment === null ? '' : `, from the ${facts.undo === undefined ? 'prepared' : 'kept'} environment`;
  return passed('packages', listed.length > 0 ? `${listed.join(', ')}${where}` : 'unchanged');
}

function unitCheck(unit: RunningUnit, own: readonly string[], root: string, since: number): Check {
  if (unit.active !== 'active') return failed(unit.name, `is ${unit.active} (${unit.sub})`);
  if (!unit.steady) return failed(unit.name, 'restarted while the bot was watching it');
  if (unit.name.endsWith('.socket')) return passed(unit.name, 'listens');
  const { process } = unit;
  if (process === null) return notChecked(unit.name, "the bot can't see its process");
  // The kernel knows the time of the boot only to the second.
  if (process.startedAt < since - 1) return failed(unit.name, 'is still the process from before the switch');
  if (process.cwd !== `${root}/app`) return failed(unit.name, `runs in ${process.cwd}, not in ${root}/app`);
  const { program } = process;
  if (program?.startsWith(`${root}/`) && own.length > 0 && !own.some((place) => program.startsWith(place)))
    return failed(unit.name, `runs ${program}, which is not in the prepared environment`);
  if (process.otherArguments)
    return failed(unit.name, 'runs with other arguments than its unit says now: it needs a restart');
  if (process.otherVariables.length > 0)
    return failed(
      unit.name,
      `runs with other values of ${process.otherVariables.join(', ')} than its unit gives it now: it needs a restart`,
    );
  return passed(unit.name, `started after the checkout, runs in ${process.cwd}, stays up`);
}

/**
 * Paths that a program of the prepared environment may have; empty: the environment stayed. A program outside the site's
 * directory does not count, such as an interpreter for all sites.
 */
function places({ environment }: RunningFacts, { facts }: Plan, root: string): readonly string[] {
  if (environment === null) return [];
  return [`${root}/venv/`, `${environment}/`, `${facts.environment ?? environment}/`];
}

/**
 * Compares the errors since the site was started with those of the hour before; null: the bot can't read the journal.
 *
 * Any error fails the check. An old one was not cured by the rollback, and a new one came with it. The bot can't tell which
 * one matters, so people have to look. `errorsIn` has left out lines that only look like errors. Reading begins where the
 * site was started, because the old processes belong to the code that is gone.
 */
export function journalCheck(
  before: readonly ErrorCount[] | null,
  since: readonly ErrorCount[] | null,
): Check {
  const name = 'journal';
  if (since === null) return notChecked(name, "the bot can't read it: no lines, or no right to read them");
  if (since.length === 0) return passed(name, 'no errors since the switch');
  const known = new Set(before?.map(({ what }) => what));
  const again = since.filter(({ what }) => known.has(what));
  if (again.length > 0) return failed(name, `the same error still occurs: ${errorList(again)}`);
  const compared = before === null ? 'errors since the switch' : 'new since the switch';
  return failed(name, `${compared}: ${errorList(since)}`);
}

function notChecked(name: string, detail: string): Check {
  return { name, result: 'not-checked', detail };
}

function passed(name: string, detail: string): Check {
  return { name, result: 'passed', detail };
}

function failed(name: string, detail: string): Check {
  return { name, result: 'failed', detail };
}
