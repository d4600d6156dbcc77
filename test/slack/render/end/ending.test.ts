import { describe, expect, it } from 'vitest';
import { refusal } from '../../../../src/domain/refusal.ts';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { ending } from '../../../../src/slack/render/end/ending.ts';
import {
  approval,
  ended,
  eventsTo,
  plan,
  RUN_STATES,
  runIn,
  runOf,
  skippedProof,
  steps,
  verified,
} from '../../../support/story/run.ts';
import { ALICE, BOB, site, stakeholders, T } from '../../../support/story/site.ts';
import { seenAtEnd } from '../support.ts';

type Done = readonly (readonly [name: string, code: number | null])[];

const FULL = plan();
const WHERE = site();

function shownAfter(done: Done, end: RunEvent, of = FULL, ...more: RunEvent[]) {
  const run = runOf([...eventsTo('switching', of), ...steps(...done), end, ...more]);
  return seenAtEnd(ending(run, WHERE));
}

const UP_TO_RESTORE: Done = [
  ['recheck', 0],
  ['stop', 0],
  ['safety-backup', 0],
  ['checkout', 0],
  ['restore', 0],
];

describe('the end of a run that succeeded', () => {
  it('says what runs, how long it was down, which data it has, and what was checked', () => {
    const done: Done = [...UP_TO_RESTORE, ['start', 0], ['healthy', 0]];

    expect(shownAfter(done, ended('done', 'healthy', 0), FULL, verified)).toEqual([
      '# Acme Kitchens is back',
      `<@${ALICE}> *Acme Kitchens* runs v0.5.0 (55555555) and answers: *200 ok*.`,
      "*Did it help?*  So far, yes: health was 503 unhealthy and is now 200 ok; the bot can't read the journal.",
      'It was down for 6.0 s.',
      "The database is the backup of 2026-03-01 01:40 UTC. The previous one is kept on the host, as this run's safety backup.",
      '*Can be undone*  with `/rollback undo acme-kitchens-7`, until someone changes the site. For that, the host keeps the newest 3 safety backups and the newest 3 environments.',
      ':white_check_mark: code: commit 55555555, working tree clean',
      ':white_check_mark: homepage: 200 text/html',
      ':grey_question: form: send one entry yourself',
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('says that a Cancel came too late', () => {
    const cancelled: RunEvent = { type: 'cancel-asked', by: BOB };
    const run = runOf([...eventsTo('switching'), cancelled, ended('done', 'stable', 0), verified]);

    expect(seenAtEnd(ending(run, WHERE))).toContain(
      `:octagonal_sign: <@${BOB}> cancelled it too late: no step was left, so nothing was put back.`,
    );
  });

  it('does not say that the site is back where its proof did not hold, and asks who knows', () => {
    const done: Done = [...UP_TO_RESTORE, ['start', 0]];
    const run = runOf([
      ...eventsTo('switching', FULL),
      ...steps(...done),
      ended('done', 'stable', 0),
      ...skippedProof,
    ]);
    const where = site({ stakeholders: stakeholders() });

    expect(seenAtEnd(ending(run, where))).toEqual([
      '# Acme Kitchens: rolled back, but checks failed',
      `<@${ALICE}> *Acme Kitchens* runs v0.5.0 (55555555), but does *not* answer (connection refused).`,
      `:warning: <@${BOB}> marked it as done. The failed checks are below, and the bot can't confirm that the site works.`,
      "*Did it help?*  No: health is still unanswered (connection refused); the bot can't read the journal.",
      "The database is the backup of 2026-03-01 01:40 UTC. The previous one is kept on the host, as this run's safety backup.",
      '*Can be undone*  with `/rollback undo acme-kitchens-7`, until someone changes the site. For that, the host keeps the newest 3 safety backups and the newest 3 environments.',
      ':x: health: connection refused',
      '*Stakeholders*  They are waiting to hear that the site is back. Press the button when it really is.',
      '[The site is back]',
      '~ acme-kitchens-7 · record',
    ]);
    expect(ending(run, where)?.text).toBe(
      'Acme Kitchens: rolled back, but checks failed: acme-kitchens-7 was marked as done, although checks failed.',
    );
  });

  it('does not speak of the database where only the code went back', () => {
    const done: Done = [
      ['stop', 0],
      ['healthy', 0],
    ];

    expect(shownAfter(done, ended('done', 'healthy', 0), plan('code-only'), verified)).toEqual([
      '# Acme Kitchens is back',
      `<@${ALICE}> *Acme Kitchens* runs v0.5.0 (55555555) and answers: *200 ok*.`,
      "*Did it help?*  So far, yes: health was 503 unhealthy and is now 200 ok; the bot can't read the journal.",
      'It was down for 2.0 s.',
      '*Can be undone*  with `/rollback undo acme-kitchens-7`, until someone changes the site. For that, the host keeps the newest 3 environments.',
      ':white_check_mark: code: commit 55555555, working tree clean',
      ':white_check_mark: homepage: 200 text/html',
      ':grey_question: form: send one entry yourself',
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('does not speak of the code where only the database went back', () => {
    const done: Done = [
      ['stop', 0],
      ['restore', 0],
      ['healthy', 0],
    ];

    expect(shownAfter(done, ended('done', 'healthy', 0), plan('database-only'), verified)[1]).toBe(
      `<@${ALICE}> *Acme Kitchens* has the restored database and answers: *200 ok*.`,
    );
  });
});

describe('the end of a run that failed and changed nothing for good', () => {
  it('says which step failed, that all is as before, and how long it was down', () => {
    const done: Done = [
      ['recheck', 0],
      ['stop', 0],
      ['checkout', 0],
      ['static', 1],
      ['put-back-stop', 0],
      ['put-back-checkout', 0],
      ['put-back-start', 0],
      ['put-back-answers', 0],
    ];

    expect(shownAfter(done, ended('put-back', 'static', 1, { logTail: 'boom' }))).toEqual([
      '# Acme Kitchens: the rollback failed and was put back',
      `<@${ALICE}> the step "collect static files" failed (exit code 1).`,
      'The previous code and environment are back and the site answers as it did before. The database is unchanged.',
      'It was down for 7.0 s.',
      'The end of the log is in the thread.',
      '~ acme-kitchens-7 · record',
    ]);
  });

  it.each([124, 137])('calls exit code %i of a step what it is: too slow', (code) => {
    expect(
      shownAfter(
        [
          ['stop', 0],
          ['static', code],
        ],
        ended('put-back', 'static', code),
      )[1],
    ).toBe(`<@${ALICE}> the step "collect static files" failed (it took too long).`);
  });

  it.each([
    ['lock', 11, 'Someone is deploying or repairing this site right now (deploy.lock is held).'],
    ['recheck', 73, "The bot couldn't write anything on the host. Check whether its disk is full."],
    ['recheck', 10, 'Something on the host has changed since the plan was made.'],
    ['expired', 0, 'The plan expired before it could be started.'],
    ['claim', 0, 'The run directory on the host belongs to another plan.'],
    ['approval', 0, 'Its approval is not valid. Tell whoever runs the bot.'],
    ['host-key', 0, "The host's key is not the one in the plan."],
  ])('says why the site was never touched: %s', (step, code, why) => {
    expect(shownAfter([], ended('untouched', step, code))).toEqual([
      '# Acme Kitchens: nothing was changed',
      `<@${ALICE}> ${why} The site was not touched.`,
      'Type the command again to get a fresh plan.',
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('points to the log only where there is one', () => {
    expect(
      shownAfter([['recheck', 10]], ended('untouched', 'recheck', 10, { logTail: 'changed: the code' })),
    ).toContain('The end of the log is in the thread.');
    expect(shownAfter([], ended('untouched', 'expired', 0, { logTail: '\n' })).join()).not.toContain('log');
  });
});

describe('the end of a run that people or time ended', () => {
  it('tells the requester that it was denied', () => {
    expect(seenAtEnd(ending(runIn('denied'), WHERE))).toEqual([
      `:no_entry: <@${ALICE}> the rollback of *Acme Kitchens* was denied by <@${BOB}>. Nothing was changed.`,
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('tells the requester why it was denied', () => {
    const of = plan();
    const denied = { type: 'denied', by: BOB, digest: of.digest, reason: 'a *sale* is on' } as const;
    const run = runOf([...eventsTo('awaiting-approval', of), denied]);

    expect(seenAtEnd(ending(run, WHERE))).toEqual([
      `:no_entry: <@${ALICE}> the rollback of *Acme Kitchens* was denied by <@${BOB}>. Nothing was changed.`,
      `*Reason*  <@${BOB}>: a ∗sale∗ is on`,
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('tells the requester that nobody decided', () => {
    expect(seenAtEnd(ending(runIn('expired'), WHERE))).toEqual([
      `:hourglass: <@${ALICE}> the plan for *Acme Kitchens* expired, because nobody decided in time. Nothing was changed. Type the command again to get a fresh plan.`,
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('tells the requester why an approved plan was not started', () => {
    const run = runOf([
      { type: 'planned', plan: FULL, expiresAt: T.expires },
      { type: 'approved', approval: approval(FULL) },
      { type: 'refused', refusal: refusal('approval-expired', 'Too late.', 'Ask again.') },
    ]);

    expect(seenAtEnd(ending(run, WHERE))).toEqual([
      `:no_entry: <@${ALICE}> the rollback of *Acme Kitchens* was not started. Too late. Ask again.`,
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('is no post where nothing has ended, or where only the requester is told', () => {
    const silent = RUN_STATES.filter((state) => ending(runIn(state), WHERE) === null);

    expect(silent).toEqual([
      'planning',
      'awaiting-build-approval',
      'awaiting-approval',
      'awaiting-start',
      'ready',
      'switching',
      'verifying',
      'needs-decision',
      'cancelled',
      'refused',
      'dry-run',
      'closed',
    ]);
  });
});
