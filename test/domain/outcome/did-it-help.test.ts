import { describe, expect, it } from 'vitest';
import type { HealthReading } from '../../../src/domain/host/health.ts';
import type { ErrorCount } from '../../../src/domain/host/journal-errors.ts';
import { didItHelp } from '../../../src/domain/outcome/did-it-help.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { Check } from '../../../src/domain/run/event.ts';
import {
  eventsTo,
  goodChecks,
  healthy,
  plan,
  runIn,
  runOf,
  unhealthy,
} from '../../support/story/builders.ts';

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
      'So far, yes: health was 503 unhealthy and is 200 ok; errors in the hour before: 14 x TypeError in website/views.py, 2 x 500 GET /blog/; since the switch none of them.',
      [
        [unhealthy, [TYPE, OTHER]],
        [healthy, []],
      ],
    ],
    [
      'So far, yes: health was without an answer (no answer within 10 s) and is 200 degraded; the journal cannot be read.',
      [
        [SILENT, null],
        [DEGRADED, null],
      ],
    ],
    [
      'So far, yes: health was and is well; errors in the hour before: 14 x TypeError in website/views.py; since the switch none of them.',
      [
        [healthy, [TYPE]],
        [healthy, []],
      ],
    ],
    [
      'That cannot be told from here: health was and is well; no errors in the journal of the hour before, and none since.',
      [
        [healthy, []],
        [healthy, []],
      ],
    ],
    [
      'No: health was 503 unhealthy and is 200 ok; the same error still occurs: 1 x TypeError in website/views.py.',
      [
        [unhealthy, [TYPE]],
        [healthy, [OTHER, { ...TYPE, count: 1 }]],
      ],
    ],
    [
      'No: health was and is well; new since the switch: 2 x 500 GET /blog/.',
      [
        [healthy, [TYPE]],
        [healthy, [OTHER]],
      ],
    ],
    [
      'No: health is still 503 unhealthy; no errors in the journal of the hour before, and none since.',
      [
        [unhealthy, []],
        [unhealthy, []],
      ],
    ],
    [
      'No: health is 503 unhealthy; no errors in the journal of the hour before, and none since.',
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
      'In part: health was 503 unhealthy and is 200 ok; no errors in the journal of the hour before, and none since.',
    );
  });

  it('is not said before the proof', () => {
    expect(didItHelp(runIn('verifying'))).toBeNull();
    expect(didItHelp(runIn('planning'))).toBeNull();
  });
});
