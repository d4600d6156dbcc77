import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Stop } from '../../../src/domain/run/run.ts';
import { calledPeople, escalates, nextPageAt } from '../../../src/domain/stop/calls.ts';
import { eventsTo, runIn, runOf } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';

const FIVE = 5 * 60_000;
const STOPPED = eventsTo('needs-decision');
const page: RunEvent = { type: 'paged', webhook: 'none' };
const later = (minutes: number) => new Date(Date.parse(T.planned) + minutes * 60_000).toISOString();

it('calls first when people had their time, and then every time that it is over again', () => {
  expect(nextPageAt(runOf(STOPPED), FIVE)).toBe(later(5));
  const called: Stop = {
    since: T.planned,
    asked: null,
    calls: [{ at: later(5), webhook: 'none' }],
    acknowledgedBy: null,
  };
  expect(nextPageAt({ ...runOf(STOPPED), stop: called }, FIVE)).toBe(later(10));
});

it('calls nobody once somebody has answered, or where nobody has to decide', () => {
  expect(nextPageAt(runOf([...STOPPED, { type: 'acknowledged', by: BOB }]), FIVE)).toBeNull();
  expect(nextPageAt(runIn('switching'), FIVE)).toBeNull();
  expect(nextPageAt(runIn('closed'), FIVE)).toBeNull();
});

it('begins anew with every stop', () => {
  const again = runOf([
    ...STOPPED,
    page,
    { type: 'acknowledged', by: BOB },
    {
      type: 'recovery-begun',
      recovery: { action: 'retry', step: 'restore', attempt: 2 },
      by: BOB,
      digest: 'd',
      expiresAt: T.expires,
      approval: null,
    },
    { type: 'switch-ended', outcome: 'hold', step: 'restore', code: 3, logTail: '', found: null },
  ]);

  expect(again).toMatchObject({ state: 'needs-decision', stop: { calls: [], acknowledgedBy: null } });
  expect(nextPageAt(again, FIVE)).toBe(later(5));
});

it('calls the people of the run first, and from the second time on those who escalate', () => {
  const where = site({ operators: [ALICE, BOB], escalation: [CAROL, BOB] });

  expect([escalates(1), escalates(2)]).toEqual([false, true]);
  expect(calledPeople(runOf(STOPPED), where, 1)).toEqual([ALICE, BOB]);
  expect(calledPeople(runOf(STOPPED), where, 2)).toEqual([CAROL, BOB, ALICE]);
});
