import { expect, test } from 'vitest';
import { advanceRun } from '../../../src/app/advance-run.ts';
import { breakGlass } from '../../../src/app/decide/break-glass.ts';
import type { Click, ClickResult, DecisionDeps } from '../../../src/app/decide/decide.ts';
import { approveRun, cancelRun, denyRun, startRun } from '../../../src/app/decide/plan.ts';
import type { RunState } from '../../../src/domain/run/run.ts';
import { auditProblems } from '../../../src/entry/commands/audit-problems.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { pick } from '../../faults/chance.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { people } from '../../support/fakes/people.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { recordKeys, signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { newPrefix, storyRun, useRedis } from '../../support/redis/redis-runs.ts';
import { words } from '../../support/story/click-words.ts';
import { seeded } from '../../support/story/random.ts';
import { RUN_ID } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';
import { PLAN, READY, stage } from '../../support/story/stage.ts';

/** ROUNDS=1000 plays as many, in about two minutes. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 60);

const FIVE = [ALICE, BOB, CAROL, 'U04DAVE', 'U05EVE'];

const PRESSES = {
  approve: approveRun,
  deny: denyRun,
  start: startRun,
  cancel: cancelRun,
  glass: (deps: DecisionDeps, click: Click) =>
    breakGlass(deps, { ...click, site: 'acme-kitchens', reason: 'nobody answers at night' }),
} as const;

/** What the five press in a round. With everything at once, a Cancel nearly always comes first. */
const MOODS: readonly (readonly (keyof typeof PRESSES)[])[] = [
  ['approve'],
  ['approve', 'start'],
  ['approve', 'approve', 'approve', 'deny'],
  ['approve', 'approve', 'approve', 'cancel'],
  ['approve', 'deny', 'start', 'cancel'],
  ['approve', 'glass'],
  ['glass', 'deny', 'cancel', 'approve', 'glass'],
];

const redis = useRedis();

test(`${ROUNDS} rounds of 20 clicks by five people at once: one outcome each, everybody answered`, async () => {
  const ends = new Map<RunState, number>();
  for (let number = 0; number < ROUNDS; number += 1) {
    const end = await round(seeded(7_000_003 + number));
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  console.info(Object.fromEntries(ends));

  expect([...ends.keys()].toSorted()).toEqual(['cancelled', 'denied', 'expired', 'ready']);
});

async function round(random: () => number): Promise<RunState> {
  const clock = clockAt(T.decided);
  const store = createRunStore(redis.link, { clock, recordKeys, prefix: newPrefix() });
  await storyRun(store, READY.slice(0, 1));
  const approval = { expiresMs: 900_000, quorum: 1, breakGlass: FIVE.slice(0, 2) };
  const where = site({ approvers: FIVE, operators: FIVE.slice(3), approval });
  const host = scriptedHost();
  // A worker comes in between, and notices when the time is over. It does not begin the switch: its host keeps it waiting.
  const deps = { ...stage([], { host }).deps, store, clock, inventory: inventory(where), people: people() };
  const mood = pick(random, MOODS);
  const isLate = random() < 0.3;
  const clicks = Array.from({ length: 20 }, async (): Promise<ClickResult> => {
    const press = pick(random, mood);
    const user = pick(random, FIVE);
    await new Promise((resolve) => setTimeout(resolve, random() * 8));
    return PRESSES[press](deps, { run: RUN_ID, digest: PLAN.digest, user });
  });
  const expiry = isLate
    ? (async () => {
        clock.set(T.expires);
        const run = await store.read(RUN_ID);
        if (run?.state === 'awaiting-approval') await advanceRun(deps, RUN_ID);
      })()
    : null;
  const results = await Promise.all(clicks);
  await expiry;
  const events = await store.events(RUN_ID);
  const run = await store.read(RUN_ID);
  if (run === null) throw new Error('the run is gone');
  const decided = events.filter(({ event }) => OUTCOMES.includes(event.type));

  expect(results.map(words).every((sentence) => sentence.length > 20)).toBe(true);
  expect(decided).toHaveLength(run.state === 'awaiting-approval' ? 0 : 1 + (isTakenBack(events) ? 1 : 0));
  expect(results.filter(({ kind }) => kind === 'done')).toHaveLength(
    decided.filter(({ event }) => event.type !== 'expired').length,
  );
  expect(auditProblems(RUN_ID, events, { signer, keys: recordKeys })).toEqual([]);
  if (run.state !== 'awaiting-approval') return run.state;
  // Only people who may not decide have clicked in time.
  expect(results.every(({ kind }) => kind !== 'done')).toBe(true);
  return 'expired';
}

const OUTCOMES = ['approved', 'glass-broken', 'denied', 'cancelled', 'expired'];

/** Approved, or let go ahead without that, and cancelled before the switch began: two decisions, one after the other. */
function isTakenBack(events: readonly { readonly event: { readonly type: string } }[]): boolean {
  const types = events.map(({ event }) => event.type);
  return (types.includes('approved') || types.includes('glass-broken')) && types.includes('cancelled');
}
