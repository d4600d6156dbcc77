import { describe, expect, it } from 'vitest';
import { downtimeMs, downtimes } from '../../../src/domain/outcome/downtime.ts';
import { eventsTo, runOf, steps } from '../../support/story/run.ts';
import { decisionStory } from '../../support/story/stories.ts';

describe('the downtime', () => {
  const of = (...done: readonly (readonly [name: string, code: number | null])[]) =>
    downtimeMs(runOf([...eventsTo('switching'), ...steps(...done)]));

  it.each<[string, readonly (readonly [name: string, code: number | null])[], number | null]>([
    [
      'is from the first stop to the first healthy answer',
      [
        ['recheck', 0],
        ['stop', 0],
        ['start', 0],
        ['healthy', 0],
      ],
      3000,
    ],
    [
      'ends with the answer of what was put back',
      [
        ['stop', 0],
        ['healthy', 124],
        ['put-back-answers', 0],
      ],
      3000,
    ],
    [
      'is unknown while it is down',
      [
        ['stop', 0],
        ['start', 0],
      ],
      null,
    ],
    [
      'is unknown when no answer came',
      [
        ['stop', 0],
        ['healthy', 124],
      ],
      null,
    ],
    ['is nothing when it was never stopped', [['recheck', 10]], null],
    [
      'goes on while the site does not stay up',
      [
        ['stop', 0],
        ['start', 0],
        ['healthy', 0],
        ['stable', 1],
        ['put-back-stop', 0],
        ['put-back-answers', 0],
      ],
      6000,
    ],
    [
      'is over when it stays up',
      [
        ['stop', 0],
        ['healthy', 0],
        ['stable', 0],
      ],
      2000,
    ],
    [
      'leaves out the time in which the site answered before it was stopped once more',
      [
        ['stop', 0],
        ['healthy', 0],
        ['stable', 0],
        ['put-back-stop', 0],
        ['put-back-start', 0],
        ['put-back-answers', 0],
      ],
      5000,
    ],
    [
      'is unknown while the site is down once more',
      [
        ['stop', 0],
        ['healthy', 0],
        ['put-back-stop', 0],
      ],
      null,
    ],
  ])('%s', (_, done, ms) => {
    expect(of(...done)).toBe(ms);
  });

  it('has its parts with their times', () => {
    expect(downtimes(decisionStory().run)).toEqual([
      { from: '2026-03-01T02:20:02.000Z', until: '2026-03-01T02:21:06.000Z' },
      { from: '2026-03-01T02:21:51.000Z', until: '2026-03-01T02:21:57.000Z' },
    ]);
  });
});
