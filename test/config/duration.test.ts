import { expect, test } from 'vitest';
import { parseDuration } from '../../src/config/values/duration.ts';

test.each<[string, number | null]>([
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['0s', 0],
  ['15', null],
  ['15 m', null],
  ['-1m', null],
  ['1.5h', null],
  ['1d', 86_400_000],
  ['1w', null],
  ['9999999s', null],
  ['', null],
])('the duration %j is %j milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
