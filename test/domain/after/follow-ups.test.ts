import { describe, expect, it } from 'vitest';
import {
  followUpsClosedAt,
  followUpsOf,
  openFollowUps,
  openWithOwners,
} from '../../../src/domain/after/follow-ups.ts';
import { nextReminderAt } from '../../../src/domain/after/reminders.ts';
import { isAllowed } from '../../../src/domain/lifecycle/allowed.ts';
import { applyEvent } from '../../../src/domain/lifecycle/fold.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { eventsTo, plan, RUN_STATES, runIn, runOf } from '../../support/story/run.ts';
import { ALICE, BOB } from '../../support/story/site.ts';

const HOUR = 3_600_000;

const DAY = 24 * HOUR;

const ALL = ['cause', 'fix', 'notes', 'upgrade'] as const;

/** Each event with its moment, after a run that succeeded at `endedAt`. */
function runWith(endedAt: string, ...later: readonly (readonly [at: string, event: RunEvent])[]): Run {
  return later.reduce(
    (run, [at, event]) => applyEvent(run, { seq: run.revision, at, hash: '', event }),
    runOf(eventsTo('succeeded'), undefined, endedAt),
  );
}

const act = (
  item: (typeof ALL)[number],
  what: 'take' | 'give-back' | 'done' | 'reopen',
  by = BOB,
): RunEvent => ({ type: 'follow-up', item, act: what, by });

const reminded = (number = 1): RunEvent => ({ type: 'reminded', number, owed: [] });

const MONDAY = '2026-03-02T10:00:00.000Z';

describe('which runs leave something to do', () => {
  it.each(RUN_STATES)('only those that succeeded: %s', (state) => {
    expect(followUpsOf(runIn(state)).length).toBe(state === 'succeeded' ? 4 : 0);
  });

  it.each([
    ['full', 4],
    ['code-only', 4],
    ['database-only', 0],
  ] as const)('only those that took the site to another code: %s', (mode, count) => {
    expect(followUpsOf(runIn('succeeded', plan(mode)))).toHaveLength(count);
  });
});

describe('a follow-up', () => {
  const one = (...events: readonly RunEvent[]) =>
    followUpsOf(runWith(MONDAY, ...events.map((event) => [MONDAY, event] as const))).find(
      ({ id }) => id === 'fix',
    );

  it('is taken, given back, done and open again, each by somebody at a moment', () => {
    const bob = { by: BOB, at: MONDAY };

    expect(one()).toMatchObject({ title: 'Fix tested in staging', owner: null, done: null });
    expect(one(act('fix', 'take'))).toMatchObject({ owner: bob, done: null });
    expect(one(act('fix', 'take'), act('fix', 'give-back', ALICE))).toMatchObject({ owner: null });
    expect(one(act('fix', 'take', ALICE), act('fix', 'done'))).toMatchObject({
      owner: { by: ALICE, at: MONDAY },
      done: bob,
    });
    expect(one(act('fix', 'done'), act('fix', 'reopen'))).toMatchObject({ done: null });
  });

  it('that is open is owed by whoever has it', () => {
    const run = runWith(MONDAY, [MONDAY, act('cause', 'take')], [MONDAY, act('fix', 'done')]);

    expect(openWithOwners(run)).toEqual([
      { item: 'cause', owner: BOB },
      { item: 'notes', owner: null },
      { item: 'upgrade', owner: null },
    ]);
  });
});

describe('follow-ups are closed', () => {
  const later = '2026-03-05T12:00:00.000Z';

  it('when the last is done', () => {
    const three = runWith(MONDAY, ...ALL.slice(1).map((id) => [MONDAY, act(id, 'done')] as const));
    const four = applyEvent(three, { seq: three.revision, at: later, hash: '', event: act('cause', 'done') });

    expect(followUpsClosedAt(three)).toBeNull();
    expect(openFollowUps(three).map(({ id }) => id)).toEqual(['cause']);
    expect(followUpsClosedAt(four)).toBe(later);
    expect(openFollowUps(four)).toEqual([]);
  });

  it('when a person says why, whatever is done', () => {
    const run = runWith(MONDAY, [later, { type: 'follow-ups-closed', by: BOB, reason: 'never again' }]);

    expect(followUpsClosedAt(run)).toBe(later);
    expect(openFollowUps(run)).toEqual([]);
    expect(nextReminderAt(run, DAY)).toBeNull();
  });

  it('never for a run that has none', () => {
    expect(followUpsClosedAt(runIn('failed'))).toBeNull();
    expect(followUpsClosedAt(runIn('succeeded', plan('database-only')))).toBeNull();
  });
});

describe('the next reminder', () => {
  it.each<[string, string, number, string]>([
    ['in working hours at its time', '2026-03-02T10:00:00.000Z', 3 * DAY, '2026-03-05T10:00:00.000Z'],
    ['at night on the next morning', '2026-03-02T02:20:00.000Z', DAY, '2026-03-03T09:00:00.000Z'],
    ['in the evening on the next morning', '2026-03-02T16:00:00.000Z', DAY, '2026-03-04T09:00:00.000Z'],
    ['on a Friday evening on Monday', '2026-03-05T20:00:00.000Z', DAY, '2026-03-09T09:00:00.000Z'],
    ['on a Saturday morning on Monday', '2026-03-06T03:00:00.000Z', DAY, '2026-03-09T09:00:00.000Z'],
    ['on a Saturday at noon on Monday', '2026-03-06T12:00:00.000Z', DAY, '2026-03-09T09:00:00.000Z'],
    ['on a Sunday on Monday', '2026-03-05T12:00:00.000Z', 3 * DAY, '2026-03-09T09:00:00.000Z'],
    [
      'of less than a day at its time, also at night',
      '2026-03-07T20:00:00.000Z',
      6 * HOUR,
      '2026-03-08T02:00:00.000Z',
    ],
  ])('is %s', (_, endedAt, every, due) => {
    expect(nextReminderAt(runWith(endedAt), every)).toBe(due);
  });

  it('comes later each time while nobody does anything, at most eight times as late', () => {
    const hours = [1, 3, 7, 15, 23].map((hour) => new Date(Date.parse(MONDAY) + hour * HOUR).toISOString());
    const due = hours.map((_, index) =>
      nextReminderAt(
        runWith(MONDAY, ...hours.slice(0, index).map((at, earlier) => [at, reminded(earlier + 1)] as const)),
        HOUR,
      ),
    );

    expect(due).toEqual(hours);
  });

  it('is counted anew from what a person does', () => {
    const run = runWith(
      MONDAY,
      ['2026-03-02T11:00:00.000Z', reminded()],
      ['2026-03-02T12:00:00.000Z', act('cause', 'take')],
    );

    expect(nextReminderAt(run, HOUR)).toBe('2026-03-02T13:00:00.000Z');
  });

  it('does not come for a run that has no follow-ups', () => {
    expect(nextReminderAt(runIn('failed'), HOUR)).toBeNull();
  });
});

describe('of what comes late', () => {
  const closed: RunEvent = { type: 'follow-ups-closed', by: BOB, reason: 'never again' };
  const afterwards = (...events: readonly RunEvent[]) =>
    runWith(MONDAY, ...events.map((event) => [MONDAY, event] as const));

  it.each<[string, Run, RunEvent, boolean]>([
    ['a second reminder of the same time', afterwards(reminded()), reminded(), false],
    ['the next reminder', afterwards(reminded()), reminded(2), true],
    ['a reminder of what is closed', afterwards(closed), reminded(), false],
    ['a click on what is closed', afterwards(closed), act('cause', 'take'), false],
    ['closing once more', afterwards(closed), closed, false],
    [
      'a quarantine that was lifted',
      afterwards(closed, { type: 'quarantine-lifted' }),
      { type: 'quarantined', names: [] },
      false,
    ],
    [
      'lifting once more',
      afterwards(closed, { type: 'quarantine-lifted' }),
      { type: 'quarantine-lifted' },
      false,
    ],
    ['lifting what nobody wrote down', afterwards(closed), { type: 'quarantine-lifted' }, true],
  ])('%s', (_, run, event, stored) => {
    expect(isAllowed(run, event)).toBe(stored);
  });
});
