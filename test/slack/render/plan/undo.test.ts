import { describe, expect, it } from 'vitest';
import { fromTo } from '../../../../src/report/facts.ts';
import { surveyingText } from '../../../../src/slack/render/answers/surveying.ts';
import { slackVoice } from '../../../../src/slack/render/blocks/voice.ts';
import { ending } from '../../../../src/slack/render/end/ending.ts';
import { card } from '../../../../src/slack/render/plan/card.ts';
import { details } from '../../../../src/slack/render/plan/details.ts';
import { lossView } from '../../../../src/slack/render/plan/loss-view.ts';
import { progress } from '../../../../src/slack/render/run/progress.ts';
import { unhealthy } from '../../../support/story/evidence.ts';
import { ended, eventsTo, goodChecks, runIn, runOf, steps } from '../../../support/story/run.ts';
import { ALICE, BOB, request, site, T } from '../../../support/story/site.ts';
import { undoPlan } from '../../../support/story/undo.ts';
import { seen, seenAtEnd } from '../support.ts';

const WHERE = site();

const FULL = undoPlan();

const ASKED = request({ version: null, undo: 'acme-kitchens-6' });

const DONE = steps(['stop', 0], ['safety-backup', 0], ['restore', 0], ['start', 0], ['healthy', 0]);

const SUCCEEDED = [
  ...eventsTo('switching', FULL),
  ...DONE,
  ended('done', 'healthy', 0),
  { type: 'verified', checks: goodChecks.slice(0, 1), health: unhealthy } as const,
];

describe('an undo in Slack', () => {
  it('says on its card what was entered since and is lost, and what comes back', () => {
    expect(seen(card(runIn('awaiting-approval', FULL, ASKED), WHERE, FULL))).toEqual([
      '# Undo acme-kitchens-6: Acme Kitchens (production) back to v0.6.0?',
      `<@${ALICE}> asks to undo acme-kitchens-6 on *acme-kitchens* (production, acme-kitchens.example).`,
      '*Now*  v0.5.0 (55555555), live since 2026-03-01 02:05 UTC. Health: *503 unhealthy (not ok: db)*',
      '*Then*  v0.6.0 (66666666), ran here until 2026-03-01 02:05 UTC.',
      '*What will be lost*  Everything entered since the rollback, *2026-03-01 02:05 UTC* (10 minutes): 2 rows (leads 2), edits not counted. Uploaded files stay.',
      '*What comes back*  The database as it was just before acme-kitchens-6, from its safety backup: 73 rows (leadevents 70, leads 3), edits not counted.',
      '*If you press Approve*  The site goes down. The bot backs up the database, overwrites it with the safety backup above, switches the code, starts the site and checks it. If a step fails before the database is replaced, the bot puts the previous code back and starts the site. If one fails later, it stops and asks you.',
      `*A second person has to approve*  <@${BOB}>`,
      '*Why*  the database is overwritten (acme-kitchens-6 restored another one). *Until*  2026-03-01 02:30 UTC.',
      '_ Reason (optional)',
      '[Approve] [Deny] [What is lost now] [Cancel]',
      `~ acme-kitchens-7 · plan ${FULL.digest.slice(0, 12)}`,
    ]);
  });

  it('needs no second person where only the code goes back', () => {
    const of = undoPlan('code-only');
    const run = runOf([{ type: 'planned', plan: of, expiresAt: T.expires }], ASKED);

    expect(seen(card(run, WHERE, of))).toEqual([
      '# Undo acme-kitchens-6: Acme Kitchens (production) back to v0.6.0?',
      expect.any(String),
      expect.any(String),
      '*Then*  v0.6.0 (66666666), ran here until 2026-03-01 02:05 UTC. Code only.',
      '*What will be lost*  Nothing. The database stays as it is, because acme-kitchens-6 did not touch it.',
      expect.any(String),
      'No second person is needed, because the database stays as it is. *Until*  2026-03-01 02:30 UTC.',
      '[Start] [Cancel]',
      expect.any(String),
    ]);
  });

  it('names the database where only that goes back', () => {
    const of = undoPlan('database-only');

    expect(seen(card(runIn('awaiting-approval', of, ASKED), WHERE, of))[0]).toBe(
      '# Undo acme-kitchens-6: the database of Acme Kitchens (production) back to before it?',
    );
  });

  it('counts against what the run had left, in the thread and when it is asked for anew', () => {
    const counted = runOf(
      [
        { type: 'planned', plan: FULL, expiresAt: T.expires },
        { type: 'measure-asked', by: BOB },
        { type: 'measured', loss: FULL.facts.loss },
      ],
      ASKED,
    );

    expect(seen(details(FULL))).toContain('• website_lead: 14 rows now, 12 after acme-kitchens-6');
    expect(JSON.stringify(lossView(counted, WHERE, 'C01OPS'))).toContain(
      'leads: 14 rows now, 12 after acme-kitchens-6',
    );
    expect(seen(details(FULL))).toContain('*Environment, kept by acme-kitchens-6*');
  });

  it('says at its end what runs again, and how it is itself undone', () => {
    expect(seenAtEnd(ending(runOf(SUCCEEDED, ASKED), WHERE))).toEqual([
      '# Acme Kitchens is back',
      `<@${ALICE}> *Acme Kitchens* runs v0.6.0 (66666666) again, as before acme-kitchens-6, and answers: *503 unhealthy (not ok: db)*.`,
      'It was down for 5.0 s.',
      "The database is the backup of 2026-03-01 02:05 UTC. The previous one is kept on the host, as this run's safety backup.",
      '*Can be undone*  with `/rollback undo acme-kitchens-7`, until someone changes the site. For that, the host keeps the newest 3 safety backups and the newest 3 environments.',
      ':white_check_mark: code: commit 55555555, working tree clean',
      '~ acme-kitchens-7 · record',
    ]);
  });

  it('says how long one is kept that is the only one', () => {
    const where = site({ retention: { safetyBackups: 1, environments: 1 } });

    expect(seenAtEnd(ending(runOf(SUCCEEDED, ASKED), where))).toContain(
      '*Can be undone*  with `/rollback undo acme-kitchens-7`, until someone changes the site. For that, the host keeps the newest safety backup and the newest environment.',
    );
  });

  it.each([
    [
      'denied',
      `:no_entry: <@${ALICE}> the undo of acme-kitchens-6 on *Acme Kitchens* was denied by <@${BOB}>. Nothing was changed.`,
    ],
    ['failed', '# Acme Kitchens: the undo failed and was put back'],
  ] as const)('is called an undo where it was %s', (state, line) => {
    expect(seenAtEnd(ending(runIn(state, FULL, ASKED), WHERE))[0]).toBe(line);
  });

  it('is named in the list and in the first word to the requester', () => {
    expect(fromTo(runOf([], ASKED), slackVoice)).toBe('undo of acme-kitchens-6');
    expect(fromTo(runIn('succeeded', FULL, ASKED), slackVoice)).toBe(
      'undo of acme-kitchens-6, v0.5.0 (55555555) → v0.6.0 (66666666)',
    );
    expect(surveyingText(runOf([], ASKED), WHERE)).toBe(
      ':mag: acme-kitchens-7: planning the undo of acme-kitchens-6 on Acme Kitchens. Nothing changes yet. The plan will appear here in a moment.',
    );
    expect(seen(progress(runIn('switching', FULL, ASKED), WHERE))[0]).toBe(
      '*Undo acme-kitchens-6: Acme Kitchens (production) back to v0.6.0*',
    );
  });
});
