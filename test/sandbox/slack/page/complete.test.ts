import { describe, expect, test } from 'vitest';
import { helpFor } from '../../../../sandbox/slack/page/assets/complete.js';

const sites = ['acme-kitchens', 'birch-bakery'];
const offers = (typed: string) => helpFor(typed, sites).suggestions.map(({ label }) => label);

describe('the composer helps', () => {
  test.each([
    ['hello', []],
    ['/', ['/rollback']],
    ['/roll', ['/rollback']],
    ['/deploy', []],
    ['/rollback ', ['acme-kitchens', 'birch-bakery', 'status', 'history', 'sites', 'cancel', 'help']],
    ['/rollback s', ['status', 'sites']],
    ['/rollback acme-kitchens ', []],
    ['/rollback acme-kitchens v0.5.0 --d', ['--database-only', '--dry-run']],
    ['/rollback acme-kitchens v0.5.0 --dry-run --d', ['--database-only']],
    ['/rollback status b', ['birch-bakery']],
    ['/rollback sites ', []],
    ['/rollback\nsecond line', []],
  ])('with %j', (typed, expected) => {
    expect(offers(typed)).toEqual(expected);
  });

  test('and keeps what stands before', () => {
    expect(helpFor('/rollback acme-kitchens --d', sites).suggestions[1]?.insert).toBe(
      '/rollback acme-kitchens --dry-run ',
    );
  });

  test('by Enter only with the name of the command: a site is never chosen by accident', () => {
    expect(helpFor('/roll', sites).sure).toBe(true);
    expect(helpFor('/rollback a', sites).sure).toBe(false);
  });

  test('with how it is used', () => {
    expect(helpFor('/rollback ', sites).hint).toContain('[site] [version]');
  });
});
