import { expect, it } from 'vitest';
import { summary } from '../../../../src/slack/render/end/summary.ts';
import { ended, eventsTo, plan, RUN_STATES, runIn, runOf, steps } from '../../../support/story/run.ts';
import { ALICE, BOB } from '../../../support/story/site.ts';
import { decisionStory, fullStory } from '../../../support/story/stories.ts';
import { seen } from '../support.ts';

it('of a full rollback: what, downtime, data, whether it helped, who, what is proven, what is open', () => {
  expect(seen(summary(fullStory().run))).toEqual([
    '# Summary of acme-kitchens-7',
    '*What*  v0.6.0 (66666666) → v0.5.0 (55555555): it succeeded.',
    '*Downtime*  13.0 s, starting 2026-03-01 02:20 UTC.',
    '*Data*  what was entered from 2026-03-01 01:40 UTC to 2026-03-01 02:20 UTC is no longer in the database. The safety backup on the host has it.',
    '*Did it help?*  So far, yes: health was 503 unhealthy and is now 200 ok; the journal had no errors in the hour before, and has none since.',
    `*Who*  Requested by <@${ALICE}>. Approved by <@${BOB}>.`,
    '*Checks*  Passed: code, homepage. Not checked: form.',
    '*Still open*',
    '• Log in to the admin: nobody has confirmed it yet.',
    '• Look at the homepage on your phone: nobody has confirmed it yet.',
    '• Open follow-ups: Root cause, Fix tested in staging, Release notes read, Re-upgrade planned.',
    '~ acme-kitchens-7 · the full story is in acme-kitchens-7.md',
  ]);
});

it('of one that was taken back: who decided what, and where the data is', () => {
  expect(seen(summary(decisionStory().run))).toEqual([
    '# Summary of acme-kitchens-7',
    '*What*  v0.6.0 (66666666) → v0.5.0 (55555555): it was taken back: the site runs what it ran before.',
    '*Downtime*  1 min 10 s in 2 parts, starting 2026-03-01 02:20 UTC.',
    '*Data*  the previous database is back. What was entered from 2026-03-01 02:21 UTC to 2026-03-01 02:21 UTC is kept on the host, in its own safety backup.',
    '*Did it help?*  No: health was 503 unhealthy and is now 200 ok; new since the switch: 4 x TypeError in website/views.py. That was before it was taken back.',
    `*Who*  Requested by <@${ALICE}>. Approved by <@${BOB}>.`,
    '*Decisions*',
    `• Retry of "restore the database from the backup", decided by <@${BOB}>`,
    `• Go back, decided by <@${ALICE}>, approved by <@${BOB}>`,
    '*Still open*',
    '• The site runs what it ran before, so whatever was wrong then still is.',
    '~ acme-kitchens-7 · the full story is in acme-kitchens-7.md',
  ]);
});

it('of a code-only rollback that was started by one person alone', () => {
  const done = steps(['stop', 0], ['start', 0], ['healthy', 0]);
  const run = runOf([
    ...eventsTo('switching', plan('code-only')),
    ...done,
    ended('done', 'healthy', 0),
    ...eventsTo('succeeded').slice(-1),
  ]);

  expect(seen(summary(run)).slice(3, 6)).toEqual([
    '*Data*  nothing that was entered was lost.',
    "*Did it help?*  So far, yes: health was 503 unhealthy and is now 200 ok; the bot can't read the journal.",
    `*Who*  Requested by <@${ALICE}>. Started by <@${ALICE}>.`,
  ]);
});

it('of one that people go on with by hand', () => {
  const lines = seen(
    summary(
      runOf([
        ...eventsTo('switching'),
        ...steps(['stop', 0], ['restore', 3]),
        ended('hold', 'restore', 3),
        { type: 'taken-over', by: BOB, commands: 'true' },
      ]),
    ),
  );

  expect(lines).toContain(
    '*What*  v0.6.0 (66666666) → v0.5.0 (55555555): it was closed; the rest is up to people.',
  );
  expect(lines).toContain(
    '*Downtime*  since 2026-03-01 02:20 UTC, with no healthy answer as far as the run knows.',
  );
  expect(lines).toContain(`• Take over by hand, decided by <@${BOB}>`);
});

it('of one that touched nothing', () => {
  const lines = seen(summary(runOf([...eventsTo('switching'), ended('untouched', 'lock', 11)])));

  expect(lines.slice(1, 4)).toEqual([
    '*What*  v0.6.0 (66666666) → v0.5.0 (55555555): it ended before anything was changed.',
    '*Downtime*  None: the site was not stopped.',
    '*Data*  nothing that was entered was lost.',
  ]);
});

it('is there after a switch has ended, and in no other state', () => {
  expect(RUN_STATES.filter((state) => summary(runIn(state)) !== null)).toEqual([
    'succeeded',
    'failed',
    'closed',
  ]);
});
