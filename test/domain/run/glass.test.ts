import { describe, expect, it } from 'vitest';
import { isReviewOpen, nextReviewReminderAt } from '../../../src/domain/after/review.ts';
import { isAllowed } from '../../../src/domain/lifecycle/allowed.ts';
import { type Decision, decisionDigest } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { glassFor } from '../../../src/domain/run/glass.ts';
import {
  broken,
  ended,
  eventsTo,
  plan,
  RUN_ID,
  RUN_STATES,
  runIn,
  runOf,
  verified,
} from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, T } from '../../support/story/site.ts';

const PLAN = plan();
const planned: RunEvent = { type: 'planned', plan: PLAN, expiresAt: T.expires };
const rest: readonly RunEvent[] = [
  { type: 'switch-started', digest: PLAN.digest },
  ended('done', 'healthy', 0),
  verified,
];
const closed: RunEvent = { type: 'review-closed', by: BOB, note: 'right, nobody was there' };
const told = (number: number): RunEvent => ({ type: 'glass-told', number, webhook: 'none' });
const reminded = (number: number): RunEvent => ({ type: 'review-reminded', number });

const done = runOf([planned, broken(PLAN), ...rest]);

describe('a broken glass', () => {
  it('lets a plan go ahead, and is kept', () => {
    const run = runOf([planned, broken(PLAN)]);

    expect(run).toMatchObject({ state: 'ready', waitingSince: T.planned });
    expect(glassFor(run, PLAN.digest)?.by).toBe(CAROL);
    expect(glassFor(run, 'f'.repeat(64))).toBeNull();
  });

  it('of another plan may not be written, nor a second one, nor in any other state', () => {
    expect(isAllowed(runOf([planned]), broken({ digest: 'f'.repeat(64) }))).toBe(false);
    expect(isAllowed(runOf([planned, broken(PLAN)]), broken(PLAN))).toBe(false);
    expect(RUN_STATES.filter((state) => isAllowed(runIn(state, PLAN), broken(PLAN)))).toEqual([
      'awaiting-approval',
    ]);
  });

  it('lets a decision begin that waits for a second person, with the event that begins it', () => {
    const recovery: Decision = { action: 'go-back', step: 'healthy', attempt: 2 };
    const digest = decisionDigest(RUN_ID, PLAN.digest, recovery);
    const stopped = [...eventsTo('switching', PLAN), ended('hold', 'healthy', 124)];
    const asked: RunEvent = { type: 'recovery-asked', recovery, by: ALICE, digest, expiresAt: T.expires };
    const begun: RunEvent = {
      type: 'recovery-begun',
      recovery,
      by: ALICE,
      digest,
      expiresAt: T.expires,
      approval: null,
    };

    expect(isAllowed(runOf(stopped), broken({ digest }))).toBe(false);
    expect(isAllowed(runOf([...stopped, asked]), broken(PLAN))).toBe(false);
    const run = runOf([...stopped, asked, broken({ digest }), begun]);
    expect(run).toMatchObject({
      state: 'switching',
      history: {
        requests: [{ digest, answer: { kind: 'glass', by: CAROL } }],
        stops: [{ by: ALICE, approvals: [], glassBy: CAROL }],
      },
    });
  });
});

describe('the review', () => {
  it('is open until somebody closes it, and only once the run has ended', () => {
    expect(
      [runOf([planned, broken(PLAN)]), done, runOf([planned, broken(PLAN), ...rest, closed])].map(
        isReviewOpen,
      ),
    ).toEqual([true, true, false]);
    expect(isAllowed(runOf([planned, broken(PLAN)]), closed)).toBe(false);
    expect(isAllowed(done, closed)).toBe(true);
    expect(isAllowed(runOf([planned, broken(PLAN), ...rest, closed]), closed)).toBe(false);
    expect(RUN_STATES.filter((state) => isAllowed(runIn(state, PLAN), closed))).toEqual([]);
  });

  it('is open also of a run that was cancelled before it began', () => {
    const run = runOf([planned, broken(PLAN), { type: 'cancelled', by: ALICE }]);

    expect([run.state, isReviewOpen(run), isAllowed(run, closed)]).toEqual(['cancelled', true, true]);
  });

  it('has reminders in their order, which end with it', () => {
    const day = 24 * 3_600_000;
    expect(nextReviewReminderAt(done, day)).toBe('2026-03-02T09:00:00.000Z');
    expect([1, 2].map((number) => isAllowed(done, reminded(number)))).toEqual([true, false]);
    const once = runOf([planned, broken(PLAN), ...rest, reminded(1)]);
    expect([1, 2].map((number) => isAllowed(once, reminded(number)))).toEqual([false, true]);
    expect(nextReviewReminderAt(runOf([planned, broken(PLAN), ...rest, closed]), day)).toBeNull();
    expect(nextReviewReminderAt(runOf([planned, broken(PLAN)]), day)).toBeNull();
    expect(nextReviewReminderAt(runIn('succeeded', PLAN), day)).toBeNull();
  });
});

it('the webhook hears of each broken glass once', () => {
  const run = runOf([planned, broken(PLAN)]);

  expect([1, 2].map((number) => isAllowed(run, told(number)))).toEqual([true, false]);
  expect(isAllowed(runOf([planned, broken(PLAN), told(1)]), told(2))).toBe(false);
  expect(isAllowed(runOf([planned]), told(1))).toBe(false);
});
