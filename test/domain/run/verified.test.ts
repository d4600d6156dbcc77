import { expect, it } from 'vitest';
import { isVerified } from '../../../src/domain/run/verified.ts';
import { healthy } from '../../support/story/evidence.ts';
import { goodChecks, runIn } from '../../support/story/run.ts';

it('is a run that came to its end, was checked, and nothing of that failed', () => {
  const bad = { name: 'homepage', result: 'failed', detail: '500' } as const;
  const found = { health: healthy, errors: null, journalReadAt: null };

  expect(isVerified(runIn('succeeded'))).toBe(true);
  expect(isVerified(runIn('verifying'))).toBe(false);
  expect(isVerified({ state: 'succeeded', verification: { ...found, checks: [...goodChecks, bad] } })).toBe(
    false,
  );
  expect(isVerified({ state: 'succeeded', verification: { ...found, checks: [] } })).toBe(false);
  expect(isVerified({ state: 'succeeded', verification: null })).toBe(false);
});
