import { describe, expect, it } from 'vitest';
import { viewProblems } from '../../../../sandbox/slack/check-blocks.ts';
import type { OpenFollowUp } from '../../../../src/domain/checklist/follow-up-items.ts';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { closeView, followUps, reminder } from '../../../../src/slack/render/end/follow-ups.ts';
import { surfaces } from '../../../../src/slack/render/surfaces.ts';
import { eventsTo, plan, RUN_STATES, runIn, runOf } from '../../../support/story/run.ts';
import { ALICE, BOB, CAROL, site } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const act = (
  item: 'cause' | 'fix' | 'notes' | 'upgrade',
  what: 'take' | 'give-back' | 'done' | 'reopen',
  by = BOB,
): RunEvent => ({ type: 'follow-up', item, act: what, by });

const PLACED: RunEvent = { type: 'quarantined', names: ['v0.6.0'] };

const WHEN = '2026-03-01 02:15 UTC';

const afterwards = (...events: readonly RunEvent[]) => runOf([...eventsTo('succeeded'), ...events]);

const shown = (...events: readonly RunEvent[]) => seen(followUps(afterwards(...events), site()));

describe('the list of follow-ups', () => {
  it('says what has to happen before the upgrade is tried again, and what is quarantined until then', () => {
    expect(shown(PLACED)).toEqual([
      '*Before anyone tries v0.6.0 on Acme Kitchens again*',
      'Until then, v0.6.0 is quarantined for this site. Deploy scripts that ask are told. Press Take for what you will do, and Done when it is done.',
      '*1. Root cause*',
      'Read the logs of the failed upgrade. What made it fail? If the process had a part in it, update the runbooks.',
      '_Nobody has it._',
      '[Take 1] [Done 1]',
      '*2. Fix tested in staging*',
      'If the code needs a fix, make a new release. Test it in staging or dev, not in production.',
      '_Nobody has it._',
      '[Take 2] [Done 2]',
      '*3. Release notes read*',
      'Which breaking changes and migrations does the next version have?',
      '_Nobody has it._',
      '[Take 3] [Done 3]',
      '*4. Re-upgrade planned*',
      'Schedule a maintenance window, and follow the upgrade runbook with what you learned.',
      '_Nobody has it._',
      '[Take 4] [Done 4]',
      '[Close all …]',
      '~ acme-kitchens-7',
    ]);
    expect(shown()[1]).toContain('Deploy scripts will see that in a moment.');
  });

  it('shows whose each is and what is done, with the buttons that are left', () => {
    const lines = shown(PLACED, act('cause', 'take'), act('fix', 'done', CAROL));

    expect(lines.slice(4, 9)).toEqual([
      `<@${BOB}> took it, ${WHEN}.`,
      '[Give back 1] [Done 1]',
      ':white_check_mark: *2. Fix tested in staging*',
      `Done by <@${CAROL}>, ${WHEN}.`,
      '[Not done 2]',
    ]);
  });

  it('asks before the last one is done, because it closes the list', () => {
    const three = afterwards(...(['cause', 'fix', 'notes'] as const).map((id) => act(id, 'done')));
    const asks = (run: typeof three) =>
      JSON.stringify(followUps(run, site())?.blocks).match(/"confirm":/g) ?? [];

    // One dialog, whose own button is named by the same word.
    expect(asks(three)).toHaveLength(2);
    expect(JSON.stringify(followUps(three, site()))).toContain('and v0.6.0 may be deployed again');
    expect(asks(afterwards(act('cause', 'done')))).toHaveLength(0);
  });

  it('says that nothing is quarantined where nobody knows what ran before', () => {
    const of = { ...plan(), facts: { ...plan().facts, leaves: [] } };

    expect(seen(followUps(runIn('succeeded', of), site())).slice(0, 2)).toEqual([
      '*Before anyone tries the upgrade on Acme Kitchens again*',
      'Nothing is quarantined, because the previous version is unknown. Press Take for what you will do, and Done when it is done.',
    ]);
  });

  it('is closed when all are done, without buttons', () => {
    const done = (['cause', 'fix', 'notes', 'upgrade'] as const).map((id) => act(id, 'done'));

    expect(shown(...done)).toEqual([
      `:white_check_mark: All follow-ups are done, ${WHEN}.`,
      "This run's quarantine of v0.6.0 is being lifted.",
      `• Root cause: <@${BOB}>, ${WHEN}`,
      `• Fix tested in staging: <@${BOB}>, ${WHEN}`,
      `• Release notes read: <@${BOB}>, ${WHEN}`,
      `• Re-upgrade planned: <@${BOB}>, ${WHEN}`,
      '~ acme-kitchens-7',
    ]);
    expect(shown(...done, { type: 'quarantine-lifted' })[1]).toBe(
      "This run's quarantine of v0.6.0 is lifted.",
    );
  });

  it('that a person closed says who, why and what was not done; the reason is not read as markup', () => {
    const why = '<!channel> *v0.6.1* replaces it';

    expect(
      shown(act('cause', 'done'), act('fix', 'take'), { type: 'follow-ups-closed', by: ALICE, reason: why }),
    ).toEqual([
      `:page_facing_up: <@${ALICE}> closed the follow-ups, ${WHEN}.`,
      "This run's quarantine of v0.6.0 is being lifted.",
      `Why: ${why}`,
      `• Root cause: <@${BOB}>, ${WHEN}`,
      `• Fix tested in staging: not done, <@${BOB}> had taken it`,
      '• Release notes read: not done',
      '• Re-upgrade planned: not done',
      '~ acme-kitchens-7',
    ]);
    const blocks = followUps(
      afterwards({ type: 'follow-ups-closed', by: ALICE, reason: why }),
      site(),
    )?.blocks;
    expect(blocks?.[1]).toMatchObject({ text: { type: 'plain_text' } });
  });

  it.each(RUN_STATES.filter((state) => state !== 'succeeded'))('is not there while a run is %s', (state) => {
    expect(followUps(runIn(state), site())).toBeNull();
  });

  it('is not there after a restore of the database alone', () => {
    expect(followUps(runIn('succeeded', plan('database-only')), site())).toBeNull();
  });
});

describe('a reminder', () => {
  const owed: readonly OpenFollowUp[] = [
    { item: 'cause', owner: BOB },
    { item: 'upgrade', owner: null },
  ];
  const run = afterwards({ type: 'reminded', number: 1, owed }, act('upgrade', 'done', CAROL), {
    type: 'reminded',
    number: 2,
    owed: owed.slice(0, 1),
  });

  it('calls whoever has something, and for the rest whoever asked; it stays as it was', () => {
    expect(seen(reminder(run, site(), 1))).toEqual([
      `:hourglass: <@${BOB}> <@${ALICE}> *Acme Kitchens* was rolled back 0 seconds ago, and this is still open:`,
      `• Root cause: <@${BOB}>`,
      '• Re-upgrade planned: nobody has it',
      'Until this is done, v0.6.0 stays quarantined for this site.',
      'Press Take or Done in the list above.',
      '~ acme-kitchens-7',
    ]);
    expect(reminder(run, site(), 3)).toBeNull();
  });

  it('is a post of its own in the thread each time', () => {
    const posts = surfaces(run, site({ channel: 'C01OPS' })).filter(({ key }) =>
      /^(?:follow|remind)/.test(key),
    );

    expect(posts.map(({ key, thread, channel }) => [key, thread, channel])).toEqual([
      ['follow-ups', 'progress', 'C01OPS'],
      ['reminder-1', 'progress', 'C01OPS'],
      ['reminder-2', 'progress', 'C01OPS'],
    ]);
  });
});

it('the view that asks why is one that Slack takes', () => {
  expect(viewProblems(closeView('acme-kitchens-7', 'C01OPS'))).toEqual([]);
});
