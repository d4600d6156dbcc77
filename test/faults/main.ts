import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runAttack } from './attack.ts';
import { type Lab, openLab } from './lab.ts';
import { runRequests } from './requests.ts';
import { MOMENTS, type Schedule, scheduleOf } from './schedule.ts';
import { summary } from './summary.ts';
import { NobodyTookItUp, type Outcome, runTrial } from './trial.ts';

const { values } = parseArgs({
  options: {
    /** Random trials. */
    trials: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    /** Only this trial, as often as `times` says. */
    only: { type: 'string' },
    times: { type: 'string', default: '1' },
    /** Plays every moment of every step once, before the random trials. */
    sweep: { type: 'boolean', default: false },
    lanes: { type: 'string', default: '2' },
    /** Ends after so many minutes, even if trials are left. */
    minutes: { type: 'string', default: '90' },
    /** Only families with this in their name. */
    family: { type: 'string' },
    /** Ends at the first violation. */
    first: { type: 'boolean', default: false },
    /** The file for all outcomes. A later run continues with the trials that it lacks. */
    json: { type: 'string' },
  },
});

interface Kept {
  readonly seed: number;
  readonly sweep: boolean;
  readonly minutes: number;
  readonly outcomes: readonly Outcome[];
}

const seed = Number(values.seed);
const kept = keptOf(values.json);
const outcomes: Outcome[] = [...kept.outcomes];
const deadline = Date.now() + Number(values.minutes) * 60_000;

/** If asked to stop, each lane ends its trial and cleans up. */
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopping = true;
  });

function keptOf(file: string | undefined): Kept {
  const nothing = { seed, sweep: values.sweep, minutes: 0, outcomes: [] };
  if (file === undefined || !existsSync(file)) return nothing;
  const found = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  if (found.seed !== seed || found.sweep !== values.sweep)
    throw new Error(
      `${file} has trials of seed ${found.seed}${found.sweep ? ' with --sweep' : ''}: name another file`,
    );
  return found;
}

function keep(): void {
  if (values.json === undefined) return;
  const all: Kept = { seed, sweep: values.sweep, minutes: minutesSoFar(), outcomes };
  writeFileSync(`${values.json}.new`, JSON.stringify(all, null, 1));
  renameSync(`${values.json}.new`, values.json);
}

function minutesSoFar(): number {
  return kept.minutes + (Date.now() - began) / 60_000;
}

function isEnough(): boolean {
  return stopping || (values.first && outcomes.some(({ violations }) => violations.length > 0));
}

function* schedules(): Generator<Schedule> {
  if (values.only !== undefined) {
    for (let time = 0; time < Number(values.times) && !isEnough(); time += 1)
      yield scheduleOf(seed, Number(values.only), values.sweep);
    return;
  }
  const total = Number(values.trials) + (values.sweep ? MOMENTS.length : 0);
  const played = new Set(kept.outcomes.map(({ number }) => number));
  for (let number = 0; number < total && Date.now() < deadline && !isEnough(); number += 1) {
    if (played.has(number)) continue;
    const schedule = scheduleOf(seed, number, values.sweep);
    if (values.family === undefined || schedule.family.name.includes(values.family)) yield schedule;
  }
}

const queue = schedules();
const began = Date.now();

function trialOf(lab: Lab, schedule: Schedule): Promise<Outcome> {
  if (schedule.family.at === 'attack') return runAttack(lab, schedule);
  return schedule.family.at === 'request' ? runRequests(lab, schedule) : runTrial(lab, schedule);
}

async function lane(): Promise<void> {
  let lab: Lab | null = null;
  try {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      lab ??= await openLab();
      try {
        tell(await trialOf(lab, next.value));
      } catch (error) {
        // Later trials must not begin with leftovers of this one.
        tell(broken(next.value, error, lab.logs()));
        await lab.stop();
        lab = null;
      }
    }
  } finally {
    await lab?.stop();
  }
}

function broken({ number, family, mode, moment }: Schedule, error: unknown, logs: string): Outcome {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    number,
    family: family.name,
    mode,
    moment,
    end: 'the trial failed',
    counted: false,
    violations: [error instanceof NobodyTookItUp ? error.message : `the trial itself failed: ${why}`],
    endedAfter: 0,
    shownAfter: 0,
    took: 0,
    story: logs.split('\n').slice(-60),
  };
}

function tell(outcome: Outcome): void {
  outcomes.push(outcome);
  keep();
  const { number, family, mode, moment, end, counted, violations, took, endedAfter, shownAfter } = outcome;
  const word = violations.length > 0 ? 'VIOLATION' : counted ? 'good' : 'not counted';
  const times = `${took} ms, ended after ${endedAfter} ms, shown after ${shownAfter} ms`;
  console.log(`${number}: ${word}: ${family}, ${mode}, ${moment}: ${end} (${times})`);
  if (violations.length === 0) return;
  const sweep = values.sweep ? ' --sweep' : '';
  console.log(`  npm run test:faults -- --seed ${seed} --only ${number}${sweep}`);
  for (const line of [...violations, ...outcome.story]) console.log(`  ${line}`);
}

await Promise.all(Array.from({ length: Number(values.lanes) }, lane));
const bad = outcomes.filter(({ violations }) => violations.length > 0);
console.log(`\n${summary(outcomes)}\n`);
console.log(
  `${outcomes.length} trials in ${minutesSoFar().toFixed(1)} min, seed ${seed}: ${outcomes.filter(({ counted }) => counted).length} counted, ${bad.length} with violations`,
);
if (Date.now() >= deadline) console.log('Time ran out before every trial was played.');
// Ends explicitly: after some hundred processes, Node 20 was seen to spin for ever at its end.
process.exit(bad.length === 0 ? 0 : 1);
