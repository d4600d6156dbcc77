import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import type { RunState } from '../../../../src/domain/run/run.ts';
import { progress } from '../../../../src/slack/render/run/progress.ts';
import {
  decided,
  ended,
  eventsTo,
  plan,
  RUN_STATES,
  runIn,
  runOf,
  steps,
} from '../../../support/story/run.ts';
import { ALICE, BOB, site } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const TITLE = '*Roll Acme Kitchens (production) back to v0.5.0*';
const PRINT = `~ acme-kitchens-7 · requested by <@${ALICE}>`;
const PLANNED = [
  'check once more that everything is as approved',
  'stop the site',
  'back up the database as it is now',
  'check out the target code',
  'restore the database from the backup',
  'switch to the prepared environment',
  'collect static files',
  'start the site',
  'wait for the first healthy answer',
  'watch that it stays up',
].map((title) => `:white_small_square: ${title}`);

const goesBack: readonly RunEvent[] = [
  ...eventsTo('needs-decision'),
  decided({ action: 'go-back', step: 'restore', attempt: 2 }),
];

const LINES: Readonly<Record<RunState, string>> = {
  planning: ':mag: Checking the host. Nothing has been changed.',
  'awaiting-build-approval':
    ':raised_hand: Waiting for a second person to approve building this version. Nothing of it has run.',
  'awaiting-approval': ':raised_hand: Waiting for a second person to approve. The site is untouched.',
  'awaiting-start': ':raised_hand: Waiting for someone to press Start. The site is untouched.',
  ready: ':hourglass_flowing_sand: Starting.',
  switching: ':gear: The switch is running on the host.',
  verifying: ':mag: The site is up again. The bot is checking that it really works.',
  'needs-decision': ':rotating_light: Stopped. Someone has to decide: see the newest message.',
  succeeded: ':white_check_mark: Done. The site is running and passed its checks.',
  failed: ':leftwards_arrow_with_hook: Failed and put back. The site runs its previous code.',
  cancelled: `:no_entry: Cancelled by <@${BOB}>. Nothing was changed.`,
  refused: ':no_entry: Not started: Files were changed. Nothing was changed.',
  denied: `:no_entry: Denied by <@${BOB}>. Nothing was changed.`,
  expired: ':hourglass: Expired. Nothing was changed.',
  'dry-run':
    ':page_facing_up: Dry run. The plan is below, and its exact program is in the thread. Nothing was changed.',
  closed: `:black_square_for_stop: Closed by <@${BOB}>. The site stays as it is.`,
};

describe('the progress message', () => {
  it.each(RUN_STATES)('says in one line where a run is: %s', (state) => {
    const lines = seen(progress(runIn(state), site()));

    expect(lines[1]).toBe(LINES[state]);
    expect(lines.at(-1)).toBe(PRINT);
  });

  it.each([
    ['awaiting-approval', 'is waiting for approval'],
    ['switching', 'is switching on the host'],
    ['needs-decision', 'needs a decision'],
    ['failed', 'failed and was put back: the site runs what it ran before'],
  ] as const)(
    'names the plan and where it is, in words, to whoever only sees the notification: %s',
    (state, words) => {
      expect(progress(runIn(state), site()).text).toBe(
        `Roll Acme Kitchens (production) back to v0.5.0: ${words}`,
      );
    },
  );

  it('says in a notification as well what goes back', () => {
    expect(progress(runIn('awaiting-approval', plan('database-only')), site()).text).toBe(
      'Restore the database of Acme Kitchens (production): is waiting for approval',
    );
  });

  it('names the site alone while there is no plan', () => {
    expect(seen(progress(runIn('planning'), site()))[0]).toBe('*Rollback of Acme Kitchens (production)*');
  });

  it('lists all steps from the beginning of the switch on', () => {
    expect(seen(progress(runIn('switching'), site()))).toEqual([TITLE, LINES.switching, ...PLANNED, PRINT]);
  });

  it.each<[string, readonly RunEvent[], string]>([
    [
      'the switch',
      [...eventsTo('switching'), { type: 'cancel-asked', by: BOB }],
      `:gear: The switch is running on the host. <@${BOB}> has cancelled it. The current step is the last one.`,
    ],
    [
      'Go back',
      [...goesBack, { type: 'picked-up', worker: 'worker-1', epoch: 1 }, { type: 'cancel-asked', by: BOB }],
      `:gear: The switch is running on the host. <@${BOB}> has cancelled it. If the database is not being replaced yet, it stays as it is.`,
    ],
    [
      'the last step',
      [...eventsTo('switching'), { type: 'cancel-asked', by: BOB }, ended('done', 'stable', 0)],
      `:mag: The site is up again. The bot is checking that it really works. <@${BOB}> has cancelled it, but no step was left.`,
    ],
  ])('says what a Cancel during %s does', (_, events, line) => {
    expect(seen(progress(runOf(events), site()))[1]).toBe(line);
  });

  it('does not say that something runs that no worker has begun', () => {
    expect(seen(progress(runOf(goesBack), site()))[1]).toBe(
      ':gear: Decided. A worker starts it within seconds.',
    );
  });

  it('lists no steps before', () => {
    expect(seen(progress(runIn('ready'), site()))).toEqual([TITLE, LINES.ready, PRINT]);
  });

  it('ticks off what is done and marks what is being done', () => {
    const run = runOf([
      ...eventsTo('switching'),
      ...steps(['recheck', 0], ['stop', 0], ['safety-backup', null]),
    ]);

    expect(seen(progress(run, site()))).toEqual([
      TITLE,
      LINES.switching,
      ':white_check_mark: check once more that everything is as approved · 1.0 s',
      ':white_check_mark: stop the site · 1.0 s',
      ':arrow_forward: *back up the database as it is now*',
      ...PLANNED.slice(3),
      PRINT,
    ]);
  });

  it('shows what failed and what was put back, and not what never came', () => {
    const run = runOf([
      ...eventsTo('switching'),
      ...steps(['stop', 0], ['checkout', 128], ['put-back-stop', 0], ['put-back-start', 0]),
      ended('put-back', 'checkout', 128),
    ]);

    expect(seen(progress(run, site()))).toEqual([
      TITLE,
      LINES.failed,
      ':white_check_mark: stop the site · 1.0 s',
      ':x: *check out the target code* · 1.0 s, exit code 128',
      ':white_check_mark: stop what was started · 1.0 s',
      ':white_check_mark: start the site as it was · 1.0 s',
      PRINT,
    ]);
  });

  it('says that nothing was changed when the host said no', () => {
    const run = runOf([...eventsTo('switching'), ended('untouched', 'lock', 11)]);

    expect(seen(progress(run, site()))[1]).toBe(':no_entry: Ended before anything was changed.');
  });

  it('says that the program goes on while the host does not answer, until it answers', () => {
    const note: RunEvent = { type: 'looked', what: 'the host does not answer (no route to host)' };
    const silent = runOf([...eventsTo('switching'), note]);
    const again = runOf([...eventsTo('switching'), note, ...steps(['recheck', null])]);

    expect(seen(progress(silent, site()))[1]).toBe(
      ':gear: The switch is running on the host. Note: the host does not answer (no route to host).',
    );
    expect(seen(progress(again, site()))[1]).toBe(LINES.switching);
  });

  it('says minutes and seconds', () => {
    const [begun, end] = steps(['restore', 0]);
    const late = end?.type === 'step' ? { ...end, hostTime: '2026-03-01T02:23:09.000Z' } : undefined;
    const run = runOf([...eventsTo('switching'), ...(begun && late ? [begun, late] : [])]);

    expect(seen(progress(run, site()))).toContain(
      ':white_check_mark: restore the database from the backup · 3 min 8 s',
    );
  });
});
