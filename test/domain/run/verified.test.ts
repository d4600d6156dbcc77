import { expect, it } from 'vitest';
import { isVerified } from '../../../src/domain/run/verified.ts';
import { goodChecks, runIn } from '../../support/story/builders.ts';

it('is a run that came to its end, was checked, and nothing of that failed', () => {
  const bad = { name: 'homepage', result: 'failed', detail: '500' } as const;

  expect(isVerified(runIn('succeeded'))).toBe(true);
  expect(isVerified(runIn('verifying'))).toBe(false);
  expect(isVerified({ state: 'succeeded', checks: [...goodChecks, bad] })).toBe(false);
  expect(isVerified({ state: 'succeeded', checks: [] })).toBe(false);
});
