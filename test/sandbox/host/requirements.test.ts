import { expect, it } from 'vitest';
import { matches, newest, parseRequirements } from '../../../sandbox/host/python/requirements.ts';

const [only] = parseRequirements('Sum-Core[forms]>=0.5,<0.6  # the pin\n\n');

it('reads the name as that of a directory and leaves extras and comments out', () => {
  expect(only).toMatchObject({
    name: 'sum_core',
    conditions: [
      { operator: '>=', version: '0.5' },
      { operator: '<', version: '0.6' },
    ],
  });
});

it.each([
  ['0.4.9', false],
  ['0.5.0', true],
  ['0.5.10', true],
  ['0.6.0', false],
])('%s fits: %s', (version, fits) => {
  expect(only && matches(only, version)).toBe(fits);
});

it('takes the newest by number, not by letter', () => {
  expect(newest(['0.9.0', '0.10.0', '0.2.0'])).toBe('0.10.0');
});
