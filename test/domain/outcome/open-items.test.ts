import { expect, it } from 'vitest';
import { openItems } from '../../../src/domain/outcome/open-items.ts';
import type { Check, RunEvent } from '../../../src/domain/run/event.ts';
import { healthy } from '../../support/story/evidence.ts';
import { ended, eventsTo, plan, RUN_STATES, runIn, runOf } from '../../support/story/run.ts';
import { ALICE, BOB } from '../../support/story/site.ts';
import { decisionStory, fullStory } from '../../support/story/stories.ts';

it('are the boxes that nobody has ticked, once each', () => {
  expect(openItems(fullStory().run)).toEqual([
    'Log in to the admin: nobody has confirmed it yet.',
    'Look at the homepage on your phone: nobody has confirmed it yet.',
    'Open follow-ups: Root cause, Fix tested in staging, Release notes read, Re-upgrade planned.',
  ]);
});

it('are there only after a switch that has ended', () => {
  expect(RUN_STATES.filter((state) => openItems(runIn(state)).length > 0)).toEqual([
    'succeeded',
    'failed',
    'closed',
  ]);
});

it('are what was wrong before, where the rollback came to nothing', () => {
  const line = 'The site runs what it ran before, so whatever was wrong then still is.';

  expect(openItems(runIn('failed'))).toEqual([line]);
  expect(openItems(decisionStory().run)).toEqual([line]);
});

it.each<[string, RunEvent, string]>([
  [
    'Stop here',
    { type: 'closed', by: BOB },
    'Someone closed the run before it was done. Check by hand what state the site is in.',
  ],
  [
    'Take over by hand',
    { type: 'taken-over', by: BOB, commands: 'true' },
    'Finish the rest by hand, with the commands in the thread. Say there how it ended.',
  ],
])('are for people after %s', (_, event, line) => {
  expect(openItems(runOf([...eventsTo('needs-decision'), event]))).toEqual([line]);
});

it('are what the proof could not see or a person waved through, lost rights, and warnings', () => {
  const of = plan('full', {
    lostBeside: ['publication bi: table website_lead'],
    warnings: ['v0.5.0 never ran here.'],
  });
  const checks: readonly Check[] = [
    { name: 'homepage', result: 'failed', detail: '500' },
    { name: 'journal', result: 'not-checked', detail: 'no right to it' },
    { name: 'admin login', result: 'passed', detail: 'in and out' },
    { name: 'form', result: 'passed', detail: 'one entry' },
  ];
  const skip = { action: 'skip', step: 'proof', attempt: 2 } as const;
  const run = runOf([
    ...eventsTo('verifying', of),
    { type: 'verified', checks, health: healthy },
    { type: 'recovery-begun', recovery: skip, by: ALICE, digest: '', expiresAt: '', approval: null },
  ]);

  expect(openItems(run)).toEqual([
    'homepage failed: 500.',
    'journal was not checked: no right to it.',
    'Look at the homepage on your phone: nobody has confirmed it yet.',
    'Open follow-ups: Root cause, Fix tested in staging, Release notes read, Re-upgrade planned.',
    'The restore took this, and no backup brings it back: publication bi: table website_lead.',
    'v0.5.0 never ran here.',
  ]);
});

it('names a step that was left out', () => {
  const skip = { action: 'skip', step: 'static', attempt: 2 } as const;
  const run = runOf([
    ...eventsTo('switching'),
    ended('hold', 'static', 1),
    { type: 'recovery-begun', recovery: skip, by: ALICE, digest: '', expiresAt: '', approval: null },
    ended('done', 'stable', 0),
    { type: 'verified', checks: [], health: healthy },
  ]);

  expect(openItems(run)[0]).toBe('The step "collect static files" was skipped.');
});
