import { describe, expect, it, test } from 'vitest';
import { UNPLANNED_DEADLINES } from '../../../src/domain/plan/steps.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { overdue } from '../../../src/domain/run/overdue.ts';
import { plan, runOf, steps } from '../../support/story/run.ts';
import { SWITCHING } from '../../support/story/stage.ts';

const open = (name: string): readonly RunEvent[] => [
  ...steps(['recheck', 0], ['stop', 0]),
  { type: 'step', name, phase: 'start', code: null, hostTime: '2026-11-20T03:05:00.000Z' },
];

describe('overdue', () => {
  it.each<[string, readonly RunEvent[], number, string]>([
    ['between two steps', steps(['recheck', 0], ['stop', 0]), 150, 'begun its next step'],
    ['in a step of the plan', open('restore'), 1800, 'ended "restore the database from the backup"'],
    ['in a step that puts back', open('put-back-checkout'), 60, 'ended "put the previous code back"'],
    [
      'in one that takes as long as a step of the plan',
      open('put-back-restore'),
      1800,
      'ended "restore the database from the safety backup"',
    ],
    [
      'in the check before a decision is carried out',
      open('decide-recheck'),
      120,
      'ended "check that nobody has changed the site since it stopped"',
    ],
    ['in a step that this version does not know', open('polish'), 1800, 'ended "polish"'],
  ])('%s is half a minute after the deadline', (_, past, deadline, what) => {
    const run = runOf([...SWITCHING, ...past]);

    expect(overdue(run, deadline + 29)).toBeNull();
    expect(overdue(run, deadline + 30)).toBe(`its program should have ${what} 30 s ago; its disk may hang`);
  });
});

test('the deadlines of steps that are in no plan are those of the program', () => {
  const text = plan('full').program;
  const found = [
    ...text.matchAll(/take_step ([a-z-]+) (?:(\d+)|"\$\(deadline_of ([a-z-]+)\)")/g),
    ...text.matchAll(/["']([a-z-]+-again):(?:%s\\n' "|)(?:(\d+)|\$\(deadline_of ([a-z-]+)\))/g),
  ].map(([, name = '', seconds, like]) => [name, seconds === undefined ? like : Number(seconds)]);

  expect(Object.fromEntries(found)).toEqual(UNPLANNED_DEADLINES);
});
