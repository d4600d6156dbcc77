import { expect, test } from 'vitest';
import { createClock } from '../../../sandbox/slack/clock.ts';
import { TRIGGER_LIFETIME_MS } from '../../../sandbox/slack/limits.ts';
import { createTriggers } from '../../../sandbox/slack/triggers.ts';

test('a trigger lives for three seconds', () => {
  let now = Date.now();
  const triggers = createTriggers({ ...createClock(), now: () => now }, TRIGGER_LIFETIME_MS);
  const [soon, late] = [triggers.issue('U01ALICE'), triggers.issue('U01ALICE')];

  now += 3000;
  expect(triggers.exchange(soon)).toBe('U01ALICE');
  now += 1;
  expect(() => triggers.exchange(late)).toThrow('expired_trigger_id');
});
