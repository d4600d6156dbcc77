import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import type { RunState } from '../../../../src/domain/run/run.ts';
import { card } from '../../../../src/slack/render/plan/card.ts';
import { applied, evidence, healthy, liveCommit, survey, target } from '../../../support/story/evidence.ts';
import { approval, ended, eventsTo, plan, runIn, runOf, started } from '../../../support/story/run.ts';
import { ALICE, BOB, CAROL, request, site, T } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

function shown(of: Plan, state: RunState = 'awaiting-approval', asked = request(), where = site()) {
  const run = of.approvalReasons.length > 0 ? runIn(state, of, asked) : waiting(of);
  return seen(card(run, where, of));
}

const waiting = (of: Plan) => runOf([{ type: 'planned', plan: of, expiresAt: T.expires }]);
const print = (of: Plan) => `~ acme-kitchens-7 · plan ${of.digest.slice(0, 12)}`;

const FULL_EVIDENCE = [
  '*Now*  v0.6.0 (66666666), live since 2026-03-01 02:00 UTC. Health: *503 unhealthy (not ok: db)*',
  '*Then*  v0.5.0 (55555555), ran here until 2026-03-01 02:00 UTC.',
  '*What will be lost*  Everything written to the database since *2026-03-01 01:40 UTC* (35 minutes): 2 rows (leads 2), edits not counted. Uploaded files stay.',
  '*Backup*  `acme-kitchens_db_20260301T014000Z.sql.gz`',
];
const FULL_WORK =
  'The site goes down. The bot backs up the database, overwrites it with the backup above, switches the code, starts the site and checks it. If a step fails before the database is replaced, the bot puts the previous code back and starts the site. If one fails later, it stops and asks you.';

describe('the card', () => {
  it('answers which site, to what, what will be lost, who asks and what happens, for code and database', () => {
    const of = plan();

    expect(shown(of)).toEqual([
      '# Roll Acme Kitchens (production) back to v0.5.0?',
      `<@${ALICE}> asks to roll back *acme-kitchens* (production, acme-kitchens.example).`,
      ...FULL_EVIDENCE,
      `*If you press Approve*  ${FULL_WORK}`,
      `*A second person has to approve*  <@${BOB}>`,
      '*Why*  the database is overwritten (the database has website.0003_split_lead_name, which the target does not know). *Until*  2026-03-01 02:30 UTC.',
      '_ Reason (optional)',
      '[Approve] [Deny] [What is lost now] [Cancel]',
      print(of),
    ]);
  });

  it('says the same in one line to whoever only sees the notification', () => {
    expect(card(runIn('awaiting-approval'), site(), plan()).text).toBe(
      `Roll Acme Kitchens (production) back to v0.5.0? (acme-kitchens-7, requested by <@${ALICE}>)`,
    );
  });

  it('promises that nothing will be lost where only the code goes back', () => {
    const of = plan('code-only');

    expect(shown(of)).toEqual([
      '# Roll Acme Kitchens (production) back to v0.5.0?',
      `<@${ALICE}> asks to roll back *acme-kitchens* (production, acme-kitchens.example).`,
      '*Now*  v0.6.0 (66666666), live since 2026-03-01 02:00 UTC. Health: *503 unhealthy (not ok: db)*',
      '*Then*  v0.5.0 (55555555), ran here until 2026-03-01 02:00 UTC. Code only.',
      '*What will be lost*  Nothing. The database stays as it is, because the target knows every migration that has run.',
      '*If you press Start*  The site goes down. The bot switches the code, starts the site and checks it. If a step fails, the bot puts the previous code back and starts the site.',
      'No second person is needed, because the database stays as it is. *Until*  2026-03-01 02:30 UTC.',
      '[Start] [Cancel]',
      print(of),
    ]);
  });

  it('asks for Approve, and speaks of Approve, where the code never ran here', () => {
    const of = plan('code-only', { target: target({ liveUntil: null, source: 'branch' }) });
    const lines = shown(of);

    expect(lines).toContain('*Then*  v0.5.0 (55555555), never ran here. Code only.');
    expect(lines).toContain('*Why*  this version has never run here. *Until*  2026-03-01 02:30 UTC.');
    expect(lines).toContain('[Approve] [Deny] [Cancel]');
    expect(lines.join('\n')).toContain(
      '*If you press Approve*  The site goes down. The bot switches the code',
    );
    expect(lines.join('\n')).not.toContain('press Start');
  });

  it('asks a second person where the database keeps what the target does not know', () => {
    const unwanted = [applied('website.0004_index', T.upgraded)];
    const of = plan('code-only', { verdict: { kind: 'applied', unwanted }, staying: unwanted });

    expect(shown(of)).toContain(
      '*Why*  the database keeps website.0004_index, which this version does not know. *Until*  2026-03-01 02:30 UTC.',
    );
    expect(shown(of)).toContain('[Approve] [Deny] [Cancel]');
  });

  it('speaks of the database alone where the code stays', () => {
    const of = plan('database-only');

    expect(shown(of)).toEqual([
      '# Restore the database of Acme Kitchens (production)?',
      `<@${ALICE}> asks to restore the database of *acme-kitchens* (production, acme-kitchens.example).`,
      '*Now*  v0.6.0 (66666666), live since 2026-03-01 02:00 UTC. Health: *503 unhealthy (not ok: db)*',
      '*Code*  stays as it is',
      ...FULL_EVIDENCE.slice(2),
      '*If you press Approve*  The site goes down. The bot backs up the database, overwrites it with the backup above, starts the site and checks it. If a step fails before the database is replaced, the bot starts the site again. If one fails later, it stops and asks you.',
      `*A second person has to approve*  <@${BOB}>`,
      '*Why*  the database is overwritten. *Until*  2026-03-01 02:30 UTC.',
      '_ Reason (optional)',
      '[Approve] [Deny] [What is lost now] [Cancel]',
      print(of),
    ]);
  });

  it('says what somebody has begun by hand, and what is left to do', () => {
    const of = plan('full', {
      survey: survey({ live: target() }),
      leftBehind: [
        'the environment has sum-core 0.6.0, but the code pins 0.5.0',
        'the database has website.0003, which this code does not know',
      ],
    });

    expect(shown(of).slice(0, 7)).toEqual([
      '# Finish the rollback of Acme Kitchens (production) to v0.5.0?',
      `<@${ALICE}> asks to roll back *acme-kitchens* (production, acme-kitchens.example).`,
      '*Now*  v0.5.0 (55555555), checked out 2026-03-01 02:00 UTC. Health: *503 unhealthy (not ok: db)*',
      '*Then*  v0.5.0 (55555555), ran here until 2026-03-01 02:00 UTC.',
      "*Already started by hand*  The code is in place, but these don't match it yet:",
      '• the environment has sum-core 0.6.0, but the code pins 0.5.0',
      '• the database has website.0003, which this code does not know',
    ]);
    expect(shown(of)).toContain(
      '*If you press Approve*  The site goes down. The bot backs up the database, overwrites it with the backup above, switches to the environment that was built for its code, starts the site and checks it. If a step fails before the database is replaced, the bot puts the live environment back and starts the site. If one fails later, it stops and asks you.',
    );
  });

  it('names a site without tags by its sum-core version, and extensions that stay', () => {
    const live = { ...liveCommit, tags: [] };
    const of = plan('full', {
      survey: survey({ live }),
      target: target({ tags: [], source: 'reflog', pin: 'v0.5.3' }),
      database: { ...evidence().database, foreignExtensions: ['pg_trgm'] },
      warnings: [
        "The site's git origin does not answer, so the bot takes the target from what the host has.",
      ],
    });
    const lines = shown(of);

    expect(lines[0]).toBe('# Roll Acme Kitchens (production) back to v0.5.3?');
    expect(lines).toContain('*Then*  v0.5.3 (55555555), ran here until 2026-03-01 02:00 UTC.');
    expect(lines.filter((line) => line.startsWith(':warning:'))).toEqual([
      ":warning: The site's git origin does not answer, so the bot takes the target from what the host has.",
      ':warning: The database extension pg_trgm belongs to another role, so it stays as it is.',
    ]);
  });

  it('names several extensions that stay', () => {
    const of = plan('full', {
      database: { ...evidence().database, foreignExtensions: ['citext', 'pg_trgm'] },
    });

    expect(shown(of)).toContain(
      ':warning: The database extensions citext, pg_trgm belong to another role, so they stay as they are.',
    );
  });

  it('says why, in the words of the requester', () => {
    expect(shown(plan(), 'awaiting-approval', request({ reason: 'leads get lost' }))[2]).toBe(
      'Reason: leads get lost',
    );
  });

  it('says how the site is before, also when it is well or silent', () => {
    const of = plan();
    const now = (healthBefore: Plan['facts']['healthBefore']) =>
      shown({ ...of, facts: { ...of.facts, healthBefore } })[2];

    expect(now(healthy)).toContain('Health: *200 ok*');
    expect(now({ status: null, word: 'no answer within 10 s', failing: [] })).toContain(
      'Health: *no answer (no answer within 10 s)*',
    );
  });
});

describe('the people on the card', () => {
  const two = site({ approvers: [ALICE, BOB, CAROL], approval: { expiresMs: 1, quorum: 2 } });
  const strict = plan('full', {}, two);

  it('are two where two have to approve', () => {
    expect(shown(strict, 'awaiting-approval', request(), two)).toContain(
      `*2 of these people have to approve*  <@${BOB}> <@${CAROL}>`,
    );
  });

  it('are those who are left after the first has approved', () => {
    const run = runOf([
      { type: 'planned', plan: strict, expiresAt: T.expires },
      { type: 'approved', approval: approval(strict) },
    ]);

    expect(seen(card(run, two, strict))).toContain(
      `Approved by <@${BOB}>. *1 more of these people has to approve*  <@${CAROL}>`,
    );
  });

  it('are told that more than one press is needed', () => {
    const first = runOf([
      { type: 'planned', plan: strict, expiresAt: T.expires },
      { type: 'approved', approval: approval(strict) },
    ]);

    expect(shown(strict, 'awaiting-approval', request(), two)).toContain(
      `*If 2 people approve*  ${FULL_WORK}`,
    );
    expect(seen(card(first, two, strict))).toContain(`*If one more person approves*  ${FULL_WORK}`);
  });

  it('are missed where the requester is the only approver', () => {
    expect(shown(plan(), 'awaiting-approval', request(), site({ approvers: [ALICE] }))).toContain(
      ':warning: Nobody else may approve this. Add someone to `approvers` of this site in the configuration.',
    );
  });

  it('can be a user group', () => {
    expect(shown(plan(), 'awaiting-approval', request(), site({ approvers: ['S01ONCALL'] }))).toContain(
      '*A second person has to approve*  <!subteam^S01ONCALL>',
    );
  });
});

describe('the card after the decision', () => {
  it.each<[RunState, string]>([
    ['ready', `:white_check_mark: Approved by <@${BOB}>.`],
    ['switching', `:white_check_mark: Approved by <@${BOB}>.`],
    ['succeeded', `:white_check_mark: Approved by <@${BOB}>.`],
    ['denied', `:no_entry: Denied by <@${BOB}>. Nothing was changed.`],
    ['cancelled', `:no_entry: Cancelled by <@${BOB}>. Nothing was changed.`],
    ['expired', ':hourglass: Expired: nobody decided in time. Nothing was changed.'],
    ['dry-run', ':page_facing_up: This is a dry run. Nobody has to approve it, and nothing was changed.'],
  ])('has no buttons and says who decided what: %s', (state, line) => {
    const of = plan();
    const lines = shown(of, state);

    expect(lines.slice(-2)).toEqual([line, print(of)]);
    expect(lines.join('\n')).not.toMatch(/\[(?:Approve|Deny|Start|Cancel)\]|If you press/);
  });

  it('names who started a plan that needed no second person', () => {
    const of = plan('code-only');
    const run = runOf([{ type: 'planned', plan: of, expiresAt: T.expires }, started(of)]);

    const closed = runOf([
      ...eventsTo('switching', of),
      ended('hold', 'static', 1),
      { type: 'closed', by: BOB },
    ]);

    for (const one of [run, closed])
      expect(seen(card(one, site(), of))).toContain(`:white_check_mark: Started by <@${ALICE}>.`);
  });

  it('says that it was not started when the worker found the approval wanting', () => {
    const of = plan();
    const run = runOf([
      { type: 'planned', plan: of, expiresAt: T.expires },
      { type: 'approved', approval: approval(of) },
      { type: 'refused', refusal: { code: 'approval-forged', sentence: 'x', next: 'y' } },
    ]);

    expect(seen(card(run, site(), of))).toContain(':no_entry: Not started. Nothing was changed.');
  });

  it('says of a dry run that it is one, and what would happen', () => {
    const lines = shown(plan(), 'dry-run');

    expect(lines[0]).toBe('# Dry run: Roll Acme Kitchens (production) back to v0.5.0');
    expect(lines).toContain(`*What would happen*  ${FULL_WORK}`);
  });

  it.each([
    [true, '*Rehearsed*  :white_check_mark: v0.5.0 ran aside.'],
    [false, '*Rehearsed*  v0.5.0 ran aside.'],
  ])('says what came of a rehearsal (passed: %s)', (passed, line) => {
    const facts = { ...plan().facts, rehearsal: { passed, sentence: 'v0.5.0 ran aside.' } };

    expect(shown({ ...plan(), facts }, 'dry-run')).toContain(line);
  });

  it('counts the age of the backup from when the plan was made, for a dry run too', () => {
    const { facts, ...rest } = plan();
    const of = { ...rest, facts: { ...facts, measuredAt: T.upgraded } };

    expect(seen(card(runOf([{ type: 'dry-run-ended', plan: of }]), site(), of))).toContain(FULL_EVIDENCE[2]);
    expect(shown(of)).toContain(FULL_EVIDENCE[2]);
  });
});

describe('the buttons', () => {
  function buttons(of: Plan) {
    const { blocks } = card(waiting(of), site(), of);
    return blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
  }

  it('carry run and digest, and nothing else decides', () => {
    const of = plan();
    const value = JSON.stringify({ run: 'acme-kitchens-7', digest: of.digest });

    expect(buttons(of)).toMatchObject([
      { action_id: 'approve', style: 'primary', value },
      { action_id: 'deny', style: 'danger', value },
      { action_id: 'measure', value },
      { action_id: 'cancel', value },
    ]);
  });

  it('ask once more, with what is lost in the question', () => {
    expect(buttons(plan())[0]).toMatchObject({
      confirm: {
        title: { text: 'Approve this rollback?' },
        text: {
          text: 'Roll Acme Kitchens (production) back to v0.5.0. Everything written to its database after 2026-03-01 01:40 UTC will be lost.',
        },
        confirm: { text: 'Approve' },
        deny: { text: 'Back' },
      },
    });
    expect(buttons(plan('code-only'))[0]).toMatchObject({
      action_id: 'start',
      confirm: { text: { text: 'Acme Kitchens goes down for a moment.' }, confirm: { text: 'Start' } },
    });
    expect(buttons(plan('code-only', { target: target({ liveUntil: null }) }))[0]).toMatchObject({
      confirm: {
        text: { text: 'Roll Acme Kitchens (production) back to v0.5.0. Its database stays as it is.' },
      },
    });
  });
});
