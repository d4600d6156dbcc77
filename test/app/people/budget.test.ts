import { describe, expect, it } from 'vitest';
import { BUDGET, createBudget, type Verdict } from '../../../src/app/people/budget.ts';

const RULES = { burst: 3, perMinute: 6, people: 2 };

/** What each act gets, at these seconds. */
function verdicts(seconds: readonly number[], rules = RULES): readonly Verdict[] {
  let now = 0;
  const budget = createBudget(() => now * 1_000, rules);
  return seconds.map((second) => {
    now = second;
    return budget.spend('U01ALICE');
  });
}

describe('a budget of three at once and six a minute', () => {
  it.each<[string, readonly number[], readonly Verdict[]]>([
    ['three at once', [0, 0, 0], ['go', 'go', 'go']],
    ['a fourth is too much, and said once', [0, 0, 0, 0, 0, 0], ['go', 'go', 'go', 'say-so', 'drop', 'drop']],
    [
      'one every ten seconds for ever',
      [0, 10, 20, 30, 40, 50, 60],
      ['go', 'go', 'go', 'go', 'go', 'go', 'go'],
    ],
    [
      'one more after ten seconds, and none before',
      [0, 0, 0, 9, 10, 10],
      ['go', 'go', 'go', 'say-so', 'go', 'drop'],
    ],
    [
      'never more than three at once, however long the pause',
      [0, 3_600, 3_600, 3_600, 3_600],
      ['go', 'go', 'go', 'go', 'say-so'],
    ],
    [
      'said again a minute later',
      [0, 0, 0, 0, 59, 59, 59, 59, 60, 60, 60],
      ['go', 'go', 'go', 'say-so', 'go', 'go', 'go', 'drop', 'say-so', 'drop', 'drop'],
    ],
    [
      'a clock that goes back takes nothing away',
      [100, 100, 50, 60, 70, 80],
      ['go', 'go', 'go', 'go', 'go', 'go'],
    ],
    [
      'nor does it keep the bot from saying so',
      [100, 100, 100, 100, 50, 50],
      ['go', 'go', 'go', 'say-so', 'say-so', 'drop'],
    ],
  ])('%s', (_, seconds, expected) => {
    expect(verdicts(seconds)).toEqual(expected);
  });
});

it('has room for a person who ticks every check and every follow-up, one a second', () => {
  const clicks = verdicts(
    Array.from({ length: 14 }, (_, second) => second),
    BUDGET,
  );

  expect(new Set(clicks)).toEqual(new Set(['go']));
});

it('lets ten through at once and twenty a minute, whatever a person does', () => {
  const flood = verdicts(
    Array.from({ length: 6_000 }, (_, n) => n / 100),
    BUDGET,
  );

  expect(flood.filter((one) => one === 'go').length).toBe(10 + 19);
  expect(flood.filter((one) => one === 'say-so').length).toBe(1);
});

it('of one person is nothing to another', () => {
  const budget = createBudget(() => 0, RULES);
  for (let n = 0; n < 100; n += 1) budget.spend('U09FLOOD');

  expect(budget.spend('U02BOB')).toBe('go');
});

it('remembers so many people and no more: whoever was silent for the longest time begins anew', () => {
  const budget = createBudget(() => 0, RULES);
  const spendAll = (person: string) => [1, 2, 3, 4].map(() => budget.spend(person)).at(-1);

  expect(['U01', 'U02'].map(spendAll)).toEqual(['say-so', 'say-so']);
  expect(budget.spend('U01')).toBe('drop');
  expect(budget.spend('U03')).toBe('go');
  expect(budget.spend('U01')).toBe('drop');
  expect(budget.spend('U02')).toBe('go');
});
