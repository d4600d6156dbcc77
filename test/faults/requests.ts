import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type Run } from '../../src/domain/run/run.ts';
import { auditProblems } from '../../src/entry/commands/audit-problems.ts';
import { pick } from './chance.ts';
import { activeRuns, folded } from './invariants.ts';
import { ALICE, BOB, type Lab, OPS } from './lab.ts';
import type { Schedule } from './schedule.ts';
import type { Outcome } from './trial.ts';

const COMMANDS = [
  '/rollback acme-kitchens v0.5.0',
  '/rollback acme-kitchens v0.5.0 --code-only',
  '/rollback acme-kitchens v0.5.0 --dry-run',
];
const END_MS = 60_000;

/**
 * Several people ask for one site at once, and a process dies during the preflight. The real preflight does not accept the
 * stand-in host, so every request ends with an answer: busy, or the reason of a refusal. Nothing on the host may change.
 */
export async function runRequests(lab: Lab, schedule: Schedule): Promise<Outcome> {
  const { random, number, family, mode } = schedule;
  const began = Date.now();
  await lab.heal();
  lab.host.reset();
  const since = lab.slack.mark();
  const before = new Set(await lab.store.recent(1_000));
  const typed = Array.from({ length: 6 }, () =>
    lab.slack.as(pick(random, [ALICE, BOB])).command(OPS, pick(random, COMMANDS)),
  );
  await sleep(random() * 500);
  const half = pick(random, ['worker', 'worker', 'bot', null] as const);
  const victims = lab.children.filter((child) => child.half === half);
  await Promise.all(victims.map((child) => child.end('SIGKILL')));
  const struckAt = Date.now();
  await Promise.all(typed);
  await lab.heal();
  const deadline = Date.now() + END_MS;
  const answers = () => answersSince(lab, since);
  // A command is acknowledged before it is carried out. The bot that took it may have died in between.
  const patience = half === 'bot' ? Date.now() + 3_000 : deadline;
  while (answers() < typed.length && Date.now() < patience) await sleep(50);
  while ((await lab.store.active()).length > 0 && Date.now() < deadline) await sleep(50);
  const ids = (await lab.store.recent(1_000)).filter((id) => !before.has(id));
  const runs = await Promise.all(
    ids.map(async (id) => ({
      id,
      events: await lab.store.events(id),
      run: folded(id, await lab.store.events(id)),
    })),
  );
  const endedAfter = Date.now() - struckAt;
  const found = runs.flatMap(({ id, events, run }) => [
    ...auditProblems(id, events, lab.auditKeys).map((problem) => `I2: audit: ${problem}`),
    ...(isTerminal(run.state) ? [] : [`I2: ${id} has not ended, it is ${run.state}`]),
  ]);
  for (const one of runs)
    for (const other of runs)
      if (one.id < other.id && overlap(one.run, other.run))
        found.push(`I8: ${one.id} and ${other.id} had the site at once`);
  // The bot that took a command may have died with it. Then the person types it again.
  const wanted = half === 'bot' ? ids.length : typed.length;
  while (answers() < wanted && Date.now() < deadline) await sleep(50);
  if (answers() < wanted) found.push(`I2: ${wanted} requests got ${answers()} answers`);
  if (lab.host.effects().length > 0) found.push('I3: a request changed the host');
  found.push(...(await activeRuns(lab)));
  return {
    number,
    family: family.name,
    mode,
    moment: 'request',
    end: [...new Set(runs.map(({ run }) => run.state))].join(' and '),
    counted: runs.length > 0,
    violations: found,
    endedAfter,
    shownAfter: Date.now() - struckAt,
    took: Date.now() - began,
    story:
      found.length === 0
        ? []
        : [lab.slack.describe().slice(-6_000), JSON.stringify(runs.map(({ run }) => run))],
  };
}

function answersSince(lab: Lab, since: number): number {
  return lab.slack
    .transcript()
    .slice(since)
    .filter(({ type }) => type === 'ephemeral').length;
}

function overlap(one: Pick<Run, 'requestedAt' | 'end'>, other: Pick<Run, 'requestedAt' | 'end'>): boolean {
  const begunBeforeEnd = (a: typeof one, b: typeof one) => b.end === null || a.requestedAt < b.end.at;
  return begunBeforeEnd(one, other) && begunBeforeEnd(other, one);
}
