import { describe, expect, it } from 'vitest';
import {
  type CodeVerdict,
  digitsOf,
  type Enrolment,
  judgeCode,
  LOCK_MS,
  MOST_WRONG,
} from '../../../src/domain/approval/factor.ts';
import { enrolment } from '../../support/fakes/factors.ts';

const NOW = '2026-03-01T02:20:00.000Z';

const ago = (ms: number): string => new Date(Date.parse(NOW) - ms).toISOString();
const later = (ms: number): string => ago(-ms);

describe('a code', () => {
  it.each<[what: string, before: Partial<Enrolment>, step: number | null, verdict: Partial<CodeVerdict>]>([
    ['that is right counts', { lastStep: 6 }, 7, { kind: 'accepted' }],
    ['of the step that counted last is used', { lastStep: 7 }, 7, { kind: 'used' }],
    ['of an earlier step is used as well', { lastStep: 8 }, 7, { kind: 'used' }],
    ['that is wrong leaves four tries', {}, null, { kind: 'wrong', left: 4 }],
    [
      'that is wrong counts with the ones before',
      { wrongAt: [ago(1), ago(2)] },
      null,
      { kind: 'wrong', left: 2 },
    ],
    [
      'that is wrong does not count with those of long ago',
      { wrongAt: [ago(LOCK_MS), ago(LOCK_MS - 1)] },
      null,
      { kind: 'wrong', left: 3 },
    ],
    [
      'that is the fifth wrong one locks',
      { wrongAt: Array.from({ length: MOST_WRONG - 1 }, () => ago(1)) },
      null,
      { kind: 'locks', until: later(LOCK_MS) },
    ],
    [
      'that is right is not looked at while locked',
      { lockedUntil: later(1) },
      7,
      { kind: 'locked', until: later(1) },
    ],
    [
      'that is wrong is not counted while locked',
      { lockedUntil: later(1) },
      null,
      { kind: 'locked', until: later(1) },
    ],
    ['counts again when the lock is over', { lockedUntil: NOW }, 7, { kind: 'accepted' }],
    ['has five tries again when the lock is over', { lockedUntil: NOW }, null, { kind: 'wrong', left: 4 }],
  ])('%s', (_, before, step, verdict) => {
    expect(judgeCode(enrolment(before), step, NOW)).toMatchObject(verdict);
  });

  it('leaves its step, a higher number and no wrong ones behind', () => {
    const before = enrolment({ serial: 4, lastStep: 6, wrongAt: [ago(1)], lockedUntil: ago(1) });

    expect(judgeCode(before, 7, NOW)).toEqual({
      kind: 'accepted',
      next: { ...before, serial: 5, lastStep: 7, wrongAt: [], lockedUntil: null },
    });
  });

  it('is guessed five times in a quarter of an hour, whatever the pace', () => {
    for (const pace of [1, 1_000, 60_000, 170_000]) {
      let now = Date.parse(NOW);
      const end = now + 24 * 3_600_000;
      let held = enrolment();
      const judged: number[] = [];
      for (; now < end; now += pace) {
        const verdict = judgeCode(held, null, new Date(now).toISOString());
        if ('next' in verdict) {
          judged.push(now);
          held = verdict.next as Enrolment;
        }
        // Time flies while it is locked.
        if (verdict.kind === 'locks') now = Date.parse(verdict.until) - pace;
      }
      const most = Math.max(
        ...judged.map((at) => judged.filter((one) => one >= at && one < at + LOCK_MS).length),
      );
      expect(most).toBe(MOST_WRONG);
    }
  });
});

it.each([
  ['123456', '123456'],
  [' 123 456 ', '123456'],
  ['12345', null],
  ['1234567', null],
  ['12345a', null],
  ['١٢٣٤٥٦', null],
  ['', null],
])('reads the digits of %j as %j', (typed, digits) => {
  expect(digitsOf(typed)).toBe(digits);
});
