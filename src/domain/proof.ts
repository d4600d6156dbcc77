import type { Check } from './event.ts';
import type { Plan } from './plan.ts';

/** What the host says after the switch, as far as the verdict needs it. */
export interface ProofFacts {
  readonly head: string | null;
  readonly dirty: boolean;
  readonly venv: string;
  readonly installed: Readonly<Record<string, string | null>>;
  readonly units: readonly {
    readonly name: string;
    readonly active: string;
    readonly sub: string;
    readonly steady: boolean;
    readonly process: { readonly cwd: string; readonly startedAt: number } | null;
  }[];
  readonly journal: Readonly<Record<string, readonly string[] | null>>;
}

const JOURNAL_ERROR = /\b(?:ERROR|CRITICAL)\b|OperationalError|Traceback \(most recent call last\)|" 500 /;

/** Turns the facts into the lines of the proof. `since`: start of the switch by the host's clock, in seconds. */
export function proofChecks(facts: ProofFacts, plan: Plan, root: string, since: number): readonly Check[] {
  return [
    codeCheck(facts, plan),
    environmentCheck(facts, plan),
    ...facts.units.map((unit) => unitCheck(unit, root, since)),
    journalCheck(facts),
  ];
}

function codeCheck({ head, dirty }: ProofFacts, { binding }: Plan): Check {
  const expected = binding.targetCommit ?? binding.liveCommit;
  if (head !== expected)
    return failed(
      'code',
      `the checkout is at ${head?.slice(0, 8) ?? 'nothing'}, not at ${expected.slice(0, 8)}`,
    );
  if (dirty) return failed('code', 'the working tree has changes');
  return passed('code', `commit ${expected.slice(0, 8)}, working tree clean`);
}

function environmentCheck({ installed }: ProofFacts, { facts }: Plan): Check {
  const wrong = Object.entries(facts.installed).filter(([name, version]) => installed[name] !== version);
  if (wrong.length > 0)
    return failed(
      'packages',
      wrong.map(([name, version]) => `${name} is ${installed[name] ?? 'missing'}, not ${version}`).join(', '),
    );
  const listed = Object.entries(facts.installed).map(
    ([name, version]) => `${name} ${version.length === 40 ? version.slice(0, 8) : version}`,
  );
  return passed('packages', listed.length > 0 ? listed.join(', ') : 'unchanged');
}

function unitCheck(unit: ProofFacts['units'][number], root: string, since: number): Check {
  if (unit.active !== 'active') return failed(unit.name, `is ${unit.active} (${unit.sub})`);
  if (!unit.steady) return failed(unit.name, 'was restarted while it was being watched');
  if (unit.name.endsWith('.socket')) return passed(unit.name, 'listens');
  if (unit.process === null)
    return { name: unit.name, result: 'not-checked', detail: 'its process cannot be seen' };
  if (unit.process.startedAt < since - 1)
    return failed(unit.name, 'is still the process from before the switch');
  if (unit.process.cwd !== `${root}/app`)
    return failed(unit.name, `runs in ${unit.process.cwd}, not in ${root}/app`);
  return passed(unit.name, `started after the checkout, runs in ${unit.process.cwd}, stays up`);
}

function journalCheck({ journal }: ProofFacts): Check {
  const readable = Object.values(journal).filter((lines) => lines !== null);
  if (readable.length === 0)
    return {
      name: 'journal',
      result: 'not-checked',
      detail: 'nothing in it can be read: no lines, or no right to them',
    };
  const errors = readable.flat().filter((line) => JOURNAL_ERROR.test(line));
  return errors.length === 0
    ? passed('journal', 'no errors since the switch')
    : {
        name: 'journal',
        result: 'not-checked',
        detail: `${errors.length === 1 ? 'a line looks like an error' : `${errors.length} lines look like errors; the first`}: ${(errors[0] ?? '').slice(0, 200)}`,
      };
}

function passed(name: string, detail: string): Check {
  return { name, result: 'passed', detail };
}

function failed(name: string, detail: string): Check {
  return { name, result: 'failed', detail };
}
