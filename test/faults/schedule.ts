import type { Mode } from '../../src/domain/plan/mode.ts';
import { stepsOf } from '../../src/domain/plan/steps.ts';
import { pick, randomFor } from './chance.ts';
import type { Family } from './families/family.ts';
import { FAMILIES } from './families.ts';

/** What one trial does. Everything follows from its seed and number. */
export interface Schedule {
  readonly number: number;
  readonly family: Family;
  readonly mode: Mode;
  /** What fails on the host so that the run reaches the moment; null for nothing. */
  readonly fails: string | null;
  /** Where the fault strikes: at a gate of the host's programs, or at a `click`, while people decide. */
  readonly moment: string;
  /** What people decide at each stop, in this order. Then they press Stop here. */
  readonly decisions: readonly string[];
  /** For everything else that is random within the trial. */
  readonly random: () => number;
}

interface Path {
  readonly mode: Mode;
  readonly fails: string | null;
  readonly moments: readonly string[];
  readonly decisions: readonly string[];
}

const LAUNCH = ['placing', 'claiming', 'claimed', 'begun'];
const END = ['ending', 'proof'];
const around = (name: string) => [`before-${name}`, `in-${name}`, `after-${name}`];

function wholeSwitch(mode: Mode): Path {
  const steps = stepsOf(mode).flatMap(({ name }) => around(name));
  const commit = mode === 'code-only' ? [] : ['committed-restore'];
  return { mode, fails: null, decisions: [], moments: [...LAUNCH, ...steps, ...commit, ...END] };
}

const PUT_BACK = ['checkout', 'environment', 'static', 'start', 'answers'].map((name) => `put-back-${name}`);

/** Gates without a program in the step. */
const NOWHERE = new Set([
  'in-put-back-environment',
  'in-decide-recheck',
  'in-healthy-again',
  'in-put-back-answers',
]);

const PATHS: readonly Path[] = [
  wholeSwitch('full'),
  wholeSwitch('code-only'),
  wholeSwitch('database-only'),
  {
    mode: 'code-only',
    fails: 'stable',
    moments: ['put-back-stop', ...PUT_BACK].flatMap(around),
    decisions: [],
  },
  {
    mode: 'full',
    fails: 'static',
    moments: ['decide-recheck', 'put-back-stop', 'put-back-restore', ...PUT_BACK].flatMap(around),
    decisions: ['Go back'],
  },
  {
    mode: 'full',
    fails: 'environment',
    moments: ['put-back-environment', 'put-back-start'].flatMap(around),
    decisions: ['Go back'],
  },
  { mode: 'full', fails: 'commit', moments: ['decide-recheck'].flatMap(around), decisions: ['Retry'] },
  {
    mode: 'full',
    fails: 'stable',
    moments: ['put-back-keep', 'put-back-restore'].flatMap(around),
    decisions: ['Go back'],
  },
  { mode: 'full', fails: 'stable', moments: ['stop-again'].flatMap(around), decisions: ['Retry'] },
].map((path) => ({ ...path, moments: path.moments.filter((moment) => !NOWHERE.has(moment)) }) as Path);

const DECISIONS = ['Retry', 'Go back', 'Skip', 'Stop here', 'Take over by hand'];

/** Every moment of every step. */
export const MOMENTS: readonly (Path & { readonly moment: string })[] = PATHS.flatMap((path) =>
  path.moments.map((moment) => ({ ...path, moment })),
);

/** With the sweep, each moment comes once. Later ones are random. */
export function scheduleOf(seed: number, number: number, sweep: boolean): Schedule {
  const random = randomFor(seed, number);
  const swept = sweep ? MOMENTS[number] : undefined;
  if (swept !== undefined) {
    const family = pick(
      random,
      FAMILIES.filter(({ at }) => at === 'host'),
    );
    return { number, family, random, ...swept, decisions: [...swept.decisions, ...more(random)] };
  }
  const family = pick(random, FAMILIES);
  if (family.at === 'host') {
    const path = pick(random, MOMENTS);
    return { number, family, random, ...path, decisions: [...path.decisions, ...more(random)] };
  }
  const mode = pick<Mode>(random, ['full', 'code-only', 'database-only']);
  return { number, family, random, mode, fails: null, moment: family.at, decisions: more(random) };
}

function more(random: () => number): readonly string[] {
  return [pick(random, DECISIONS), pick(random, DECISIONS)];
}
