import { describe, expect, it } from 'vitest';
import type { KnownRun } from '../../src/domain/run/known-runs.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { historySheet, overviewSheet, siteSheet } from '../../src/report/history.ts';
import type { Sheet } from '../../src/report/sheet.ts';
import { plainVoice } from '../../src/report/voice.ts';
import { sheetText } from '../../src/slack/render/answers/sheet.ts';
import { slackVoice } from '../../src/slack/render/blocks/voice.ts';
import { eventsTo, plan, runIn, runOf, steps } from '../support/story/run.ts';
import { ALICE, request, site } from '../support/story/site.ts';
import { decisionStory, fullStory } from '../support/story/stories.ts';

const lines = (sheet: Sheet) =>
  sheetText(sheet, 'more')
    .replaceAll(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1')
    .split('\n');

const known = (...runs: readonly Run[]): readonly KnownRun[] => runs.map((run) => ({ kind: 'run', run }));

const DONE = `*acme-kitchens-7* (production), 2026-03-01 02:14 UTC: v0.6.0 (66666666) → v0.5.0 (55555555), code and database. It succeeded. The site was down for 13.0 s. Asked for by <@${ALICE}>.`;

describe('the history', () => {
  it('has a line for each run: when, from where to where, how it ended, who asked', () => {
    const runs = known(
      fullStory().run,
      decisionStory().run,
      runIn('refused'),
      runOf(eventsTo('denied', plan('database-only')), request({ version: null })),
    );
    const damaged: KnownRun = { kind: 'unreadable', id: 'acme-kitchens-1', why: 'its record is gone' };

    expect(
      lines(historySheet({ runs: [...runs, damaged], older: 3 }, 'acme-kitchens@production', slackVoice)),
    ).toEqual([
      '*Rollbacks of acme-kitchens@production, newest first*',
      `• ${DONE}`,
      `• *acme-kitchens-7* (production), 2026-03-01 02:14 UTC: v0.6.0 (66666666) → v0.5.0 (55555555), code and database. It was taken back: the site runs what it ran before. The site was down for 1 min 10 s. Asked for by <@${ALICE}>.`,
      `• *acme-kitchens-7* (production), 2026-03-01 02:15 UTC: to v0.5.0. It was refused. Asked for by <@${ALICE}>.`,
      `• *acme-kitchens-7* (production), 2026-03-01 02:15 UTC: v0.6.0 (66666666) with the database of 2026-03-01 01:40 UTC, database only. It was denied. Asked for by <@${ALICE}>.`,
      '• *acme-kitchens-1*: its record is gone',
      '• and 3 older: rollback-bot history acme-kitchens@production --limit 8',
    ]);
  });

  it('says when there is none', () => {
    expect(lines(historySheet({ runs: [], older: 0 }, null, slackVoice))).toEqual([
      '*Nobody has asked for a rollback yet.*',
    ]);
    expect(lines(historySheet({ runs: [], older: 0 }, 'acme-kitchens@production', plainVoice))).toEqual([
      '*Nobody has asked for a rollback of acme-kitchens@production yet.*',
    ]);
  });

  it('ends with where the rest is, when not everything fits into one answer', () => {
    const runs = known(...Array.from({ length: 40 }, () => fullStory().run));
    const shown = lines(historySheet({ runs, older: 0 }, null, slackVoice));

    expect(shown.at(-1)).toBe('… more');
    expect(shown.slice(1, -1).every((line) => line === `• ${DONE}`)).toBe(true);
    expect(shown.length).toBeGreaterThan(5);
  });
});

describe('how things stand', () => {
  const busy = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', null])]);
  const UNDER_WAY = `*acme-kitchens-7* (production), 2026-03-01 02:15 UTC: v0.6.0 (66666666) → v0.5.0 (55555555), code and database. It is switching on the host. Asked for by <@${ALICE}>.`;

  it('on all sites: what is under way first, and not twice', () => {
    expect(lines(overviewSheet(known(busy), { runs: known(busy), older: 0 }, slackVoice))).toEqual([
      '*Under way*',
      `• ${UNDER_WAY}`,
    ]);
    expect(lines(overviewSheet([], { runs: known(fullStory().run), older: 2 }, slackVoice))).toEqual([
      '*Nothing is under way.*',
      '*Ended recently*',
      `• ${DONE}`,
    ]);
    expect(lines(overviewSheet([], { runs: [], older: 0 }, slackVoice))).toEqual([
      '*Nobody has asked for a rollback yet.*',
    ]);
  });

  it('on one site: what was last seen to work, and what the last run has left open', () => {
    const { run } = fullStory();

    expect(lines(siteSheet(site(), { underWay: null, last: run, verified: run }, slackVoice))).toEqual([
      '*Acme Kitchens (production)*',
      '*Verified*  v0.5.0 (55555555) by acme-kitchens-7, 2026-03-01 02:20 UTC, health 200 ok. This does not cover deploys since then.',
      `*Last run*  ${DONE}`,
      '*Under way*  nothing',
      '*Open after acme-kitchens-7*',
      '• Log in to the admin: nobody has confirmed it yet.',
      '• Look at the homepage on your phone: nobody has confirmed it yet.',
      '• Open follow-ups: Root cause, Fix tested in staging, Release notes read, Re-upgrade planned.',
    ]);
  });

  it('on one site with a run under way: that run with its steps and who can do what', () => {
    const shown = lines(siteSheet(site(), { underWay: busy, last: null, verified: null }, slackVoice));

    expect(shown.slice(0, 5)).toEqual([
      '*Acme Kitchens (production)*',
      '*Verified*  nothing by the bot yet',
      '*Last run*  none',
      `*Under way*  ${UNDER_WAY}`,
      `*Asked*  for v0.5.0 on acme-kitchens@production by <@${ALICE}>, 2026-03-01 02:15 UTC`,
    ]);
    expect(shown).toEqual(
      expect.arrayContaining([
        '*Downtime*  since 2026-03-01 02:20 UTC, and still down',
        '• wait: the program on the host continues on its own, even without Slack, Redis and the bot',
        ':white_check_mark: check once more that everything is as approved, 1.0 s',
        ':arrow_forward: stop the site, since 2026-03-01 02:20 UTC',
        ':white_small_square: start the site',
      ]),
    );
  });
});
