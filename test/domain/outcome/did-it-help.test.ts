import { describe, expect, it } from 'vitest';
import type { HealthReading } from '../../../src/domain/host/health.ts';
import type { ErrorCount } from '../../../src/domain/host/journal-errors.ts';
import { didItHelp } from '../../../src/domain/outcome/did-it-help.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { Check } from '../../../src/domain/run/event.ts';
import { healthy, unhealthy } from '../../support/story/evidence.ts';
import { eventsTo, goodChecks, plan, runIn, runOf } from '../../support/story/run.ts';

const TYPE: ErrorCount = { what: 'TypeError in website/views.py', count: 14 };

const OTHER: ErrorCount = { what: '500 GET /blog/', count: 2 };

const DEGRADED: HealthReading = { status: 200, word: 'degraded', failing: ['celery'] };

const SILENT: HealthReading = { status: null, word: 'no answer within 10 s', failing: [] };

function helped(
  [healthBefore, errorsBefore]: readonly [HealthReading, readonly ErrorCount[] | null],
  [health, errors]: readonly [HealthReading, readonly ErrorCount[] | null],
) {
  const made = plan();
  const of: Plan = { ...made, facts: { ...made.facts, healthBefore, errorsBefore } };
  return didItHelp(
    runOf([...eventsTo('verifying', of), { type: 'verified', checks: goodChecks, health, errors }]),
  );
}

describe('whether it helped', () => {
  it.each<[string, Parameters<typeof helped>]>([
    [
      'So far, yes: health was 503 unhealthy and is now 200 ok; errors in the hour before: 14 x TypeError in website/views.py, 2 x 500 GET /blog/; none of them since the switch.',
      [
        [unhealthy, [TYPE, OTHER]],
        [healthy, []],
      ],
    ],
    [
      "So far, yes: health was unanswered (no answer within 10 s) and is now 200 degraded; the bot can't read the journal.",
      [
        [SILENT, null],
        [DEGRADED, null],
      ],
    ],
    [
      'So far, yes: health was fine and still is; errors in the hour before: 14 x TypeError in website/views.py; none of them since the switch.',
      [
        [healthy, [TYPE]],
        [healthy, []],
      ],
    ],
    [
      "Can't tell: health was fine and still is; the journal had no errors in the hour before, and has none since.",
      [
        [healthy, []],
        [healthy, []],
      ],
    ],
    [
      'No: health was 503 unhealthy and is now 200 ok; the same error still occurs: 1 x TypeError in website/views.py.',
      [
        [unhealthy, [TYPE]],
        [healthy, [OTHER, { ...TYPE, count: 1 }]],
      ],
    ],
    [
      'No: health was fine and still is; new since the switch: 2 x 500 GET /blog/.',
      [
        [healthy, [TYPE]],
        [healthy, [OTHER]],
      ],
    ],
    [
      'No: health is still 503 unhealthy; the journal had no errors in the hour before, and has none since.',
      [
        [unhealthy, []],
        [unhealthy, []],
      ],
    ],
    [
      'No: health is 503 unhealthy; the journal had no errors in the hour before, and has none since.',
      [
        [healthy, []],
        [unhealthy, []],
      ],
    ],
  ])('%s', (sentence, [before, after]) => {
    expect(helped(before, after)).toBe(sentence);
  });

  it('is not said to be so where another check failed', () => {
    const failed: Check = { name: 'homepage', result: 'failed', detail: '500 text/html' };
    const run = runOf([
      ...eventsTo('verifying'),
      { type: 'verified', checks: [failed], health: healthy, errors: [] },
    ]);

    expect(didItHelp(run)).toBe(
      'Partly: health was 503 unhealthy and is now 200 ok; the journal had no errors in the hour before, and has none since.',
    );
  });

  it('is not said before the proof', () => {
    expect(didItHelp(runIn('verifying'))).toBeNull();
    expect(didItHelp(runIn('planning'))).toBeNull();
  });
});
