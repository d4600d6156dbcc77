import { describe, expect, test } from 'vitest';
import { ago, clockTime, dayTitle, formatDate } from '../../../../sandbox/slack/page/assets/dates.js';

const NOW = Date.parse('2026-03-01T02:20:00Z');
const london = { zone: 'Europe/London', hour12: true, now: NOW };
const newYork = { zone: 'America/New_York', hour12: true, now: NOW };
const date = (iso: string, format: string) => ({
  seconds: Date.parse(iso) / 1000,
  format,
  fallback: 'fallback',
});

describe('a date in a message', () => {
  test.each([
    ['{date_num}', '2026-03-01'],
    ['{date}', 'March 1, 2026'],
    ['{date_short}', 'Mar 1, 2026'],
    ['{date_long}', 'Sunday, March 1, 2026'],
    ['{date_short_pretty} {time}', 'today 1:40 AM'],
    ['{time_secs}', '1:40:00 AM'],
    ['{ago}', '40 minutes ago'],
    ['{nonsense}', 'fallback'],
    ['', 'fallback'],
  ])('as %s', (format, expected) => {
    expect(formatDate(date('2026-03-01T01:40:00Z', format), london)).toBe(expected);
  });

  test('reads in the zone of the person, also across midnight', () => {
    const early = date('2026-03-01T01:40:00Z', '{date_short_pretty} {time}');
    expect(formatDate(early, newYork)).toBe('today 8:40 PM');
    expect(formatDate(early, { ...newYork, now: NOW + 5 * 3_600_000 })).toBe('yesterday 8:40 PM');
    expect(formatDate(early, { ...london, hour12: false })).toBe('today 01:40');
  });

  test('of an account with an unknown zone is in UTC', () => {
    expect(clockTime(NOW, { ...london, zone: 'Mars/Olympus' })).toBe('2:20 AM');
  });

  test('that is no date shows its fallback', () => {
    expect(formatDate({ seconds: Number.NaN, format: '{time}', fallback: 'then' }, london)).toBe('then');
  });
});

test('headings of days', () => {
  expect(dayTitle(NOW, london)).toBe('Today');
  expect(dayTitle(NOW - 86_400_000, london)).toBe('Yesterday');
  expect(dayTitle(NOW - 5 * 86_400_000, london)).toBe('Tuesday, February 24');
});

test('how long ago', () => {
  expect([0, 60_000, 3_600_000, 86_400_000].map(ago)).toEqual([
    'just now',
    '1 minute ago',
    '1 hour ago',
    'yesterday',
  ]);
});
