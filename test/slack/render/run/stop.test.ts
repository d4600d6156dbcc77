import { describe, expect, it } from 'vitest';
import type { HostState } from '../../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import type { DecisionRequest } from '../../../../src/domain/run/run.ts';
import { offers } from '../../../../src/domain/stop/offers.ts';
import { preformatted } from '../../../../src/slack/render/blocks/blocks.ts';
import { call } from '../../../../src/slack/render/run/call.ts';
import {
  decisionRequest,
  denialOf,
  handOver,
  settledStop,
  stop,
} from '../../../../src/slack/render/run/stop.ts';
import { commitOf, healthy, LIVE } from '../../../support/story/evidence.ts';
import { ended, eventsTo, goodChecks, hostState, plan, runOf, steps } from '../../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, stakeholders, T } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

type Done = readonly (readonly [name: string, code: number | null])[];

const WHERE = site({ operators: [ALICE], escalation: [CAROL] });

const RESTORED: Done = [
  ['recheck', 0],
  ['stop', 0],
  ['safety-backup', 0],
  ['checkout', 0],
  ['restore', 0],
  ['environment', 0],
];

const PLACE =
  '*On the host*  `/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7/STATE` says how far it got. `safety.sql.gz` there is the database from before the switch.';

const runAfter = (done: Done, ...more: readonly RunEvent[]) =>
  runOf([...eventsTo('switching', plan()), ...steps(...done), ...more]);

const held = (step: string, code: number, found: HostState | null = hostState(), ...more: RunEvent[]) =>
  runAfter([...RESTORED, [step, code]], ended('hold', step, code, { found }), ...more);

describe('where a run has stopped', () => {
  it('says in one look who is asked, what state the site is in, what failed, and what can be done', () => {
    expect(seen(stop(held('static', 1), WHERE))).toEqual([
      '# Acme Kitchens needs a decision',
      `<@${ALICE}> <@${CAROL}>`,
      ':rotating_light: *Acme Kitchens is down.* It is on the target code, v0.5.0 (55555555), the target environment and the database from the backup acme-kitchens_db_20260301T014000Z.sql.gz.',
      'The step "collect static files" failed (exit code 1). Nothing more happens until someone decides.',
      '*The runbook*  A site without its static files runs, but looks broken.',
      PLACE,
      '[Go back] [Retry] [Skip] [Take over by hand] [Stop here] [I am on it]',
      '~ acme-kitchens-7',
    ]);
  });

  it.each<[string, Partial<HostState>, string]>([
    [
      'a site that answers with an error',
      { health: 503 },
      '*Acme Kitchens answers, but its health page says 503.* It is on the target code, v0.5.0 (55555555), the target environment and the database from the backup acme-kitchens_db_20260301T014000Z.sql.gz.',
    ],
    [
      'services that run and do not answer, on what was before',
      {
        code: LIVE,
        environment: 'before',
        database: 'before',
        units: [{ name: 'a.service', active: 'active' }],
      },
      '*Acme Kitchens is down: its services are running, but it does not answer.* It is on the previous code, v0.6.0 (66666666), the previous environment and the original database.',
    ],
    [
      'a host on which somebody else was at work',
      { code: commitOf('9'), environment: 'other', database: 'other' },
      '*Acme Kitchens is down.* It is on code from outside this run (99999999), an environment from outside this run and a database that is neither the original nor the restored one.',
    ],
    [
      'what cannot be told',
      { code: null, environment: 'missing', database: null, health: 200 },
      '*Acme Kitchens is up and reports healthy.* It is on unknown code, no environment at all and an unknown database.',
    ],
  ])('tells the truth about %s', (_, found, sentence) => {
    expect(seen(stop(held('static', 1, hostState(found)), WHERE))).toContain(`:rotating_light: ${sentence}`);
  });

  it('admits that nothing is known where the host did not say', () => {
    const run = runAfter(
      [
        ['recheck', 0],
        ['stop', null],
      ],
      ended('interrupted', 'stop', 1),
    );

    expect(seen(stop(run, WHERE)).slice(2, 4)).toEqual([
      ":rotating_light: *Can't tell whether Acme Kitchens is up.* The host did not say which code and data the site has.",
      'The program on the host was interrupted at "stop the site", because the host rebooted.',
    ]);
  });

  it('offers no way on where somebody else has changed the site', () => {
    const lines = seen(stop(held('static', 1, hostState({ database: 'other' })), WHERE));

    expect(lines).toContain('[Take over by hand] [Stop here] [I am on it]');
  });

  it('names the second failure as well, and offers only the way back', () => {
    const run = runAfter(
      [
        ['stop', 0],
        ['checkout', 1],
        ['put-back-checkout', 128],
      ],
      ended('hold', 'checkout', 1, { found: hostState({ database: 'before' }) }),
    );
    const lines = seen(stop(run, WHERE));

    expect(lines).toContain(
      'The step "check out the target code" failed (exit code 1), and then "put the previous code back" failed too. Nothing more happens until someone decides.',
    );
    expect(lines).toContain('[Go back] [Take over by hand] [Stop here] [I am on it]');
  });

  it('shows the proof that did not hold', () => {
    const run = runAfter([...RESTORED, ['start', 0]], ended('done', 'stable', 0), {
      type: 'verified',
      checks: [...goodChecks, { name: 'admin page', result: 'failed', detail: '500' }],
      health: healthy,
    });

    expect(seen(stop(run, WHERE))).toEqual(
      expect.arrayContaining([
        ':rotating_light: *Acme Kitchens was started and answers, but checks failed.* It is on the code, environment and data of the rollback.',
        "*Did it help?*  Partly: health was 503 unhealthy and is now 200 ok; the bot can't read the journal.",
        ':x: admin page: 500',
        '*The runbook*  If smoke tests still fail after a rollback, escalate: it may need a deeper look.',
      ]),
    );
  });

  it('says that a decision came to nothing, and why', () => {
    const first = held('static', 1);
    const [offer] = offers(first);
    if (!offer) throw new Error('nothing is offered');
    const run = runAfter(
      [...RESTORED, ['static', 1]],
      ended('hold', 'static', 1, { found: hostState() }),
      { ...begun(offer), approval: null },
      ended('untouched', 'lock', 11, { logTail: 'another deploy holds the lock', found: hostState() }),
    );

    expect(seen(stop(run, WHERE))).toContain('"Retry" was not started: another deploy holds the lock');
    expect(offers(run).map(({ decision }) => [decision.action, decision.step, decision.attempt])).toEqual([
      ['retry', 'static', 3],
      ['skip', 'static', 3],
      ['go-back', 'static', 3],
    ]);
  });

  it('asks a second person in a post of its own', () => {
    const run = held('healthy', 124, hostState({ units: [{ name: 'a.service', active: 'active' }] }));
    const back = offers(run).find(({ decision }) => decision.action === 'go-back');
    if (!back) throw new Error('going back is not offered');
    const asked = held('healthy', 124, hostState({ units: [{ name: 'a.service', active: 'active' }] }), {
      type: 'recovery-asked',
      recovery: back.decision,
      by: ALICE,
      digest: back.digest,
      expiresAt: T.expires,
    });

    const [waiting] = asked.history.requests;
    if (!waiting) throw new Error('nobody was asked');

    expect(seen(decisionRequest(asked, WHERE, waiting))).toEqual([
      '# Go back: Acme Kitchens?',
      `:raised_hand: <@${ALICE}> wants *Go back*. The bot puts back the code, environment and database from before the rollback, and starts the site. Anything entered since it was stopped is kept in a separate backup.`,
      `*A second person has to approve*  <@${BOB}>`,
      '*Why*  the site was started on the restored database, and anything entered since then would be lost. *Until*  2026-03-01 02:30 UTC.',
      '_ Reason (optional)',
      '[Approve] [Deny]',
      '~ acme-kitchens-7',
    ]);
    const words = (answer: DecisionRequest['answer']) =>
      seen(decisionRequest(asked, WHERE, { ...waiting, answer })).at(-2);
    expect(words({ kind: 'approved', by: BOB })).toBe(`:white_check_mark: Approved by <@${BOB}>.`);
    expect(words({ kind: 'denied', by: BOB })).toBe(`:no_entry: Denied by <@${BOB}>. Nothing was done.`);
    expect(words({ kind: 'over' })).toContain(':hourglass: No longer open');
    expect(words({ kind: 'denied', by: BOB, reason: 'not yet' })).toBe(`*Reason*  <@${BOB}>: not yet`);
    expect(words({ kind: 'approved', by: BOB, reason: 'go' })).toBe(`*Reason*  <@${BOB}>: go`);

    const told = (answer: DecisionRequest['answer']) => seen(denialOf({ ...waiting, answer }));
    expect(told({ kind: 'denied', by: BOB, reason: 'not yet' })).toEqual([
      `:no_entry: <@${ALICE}> *Go back* was denied by <@${BOB}>. Nothing was done.`,
      `*Reason*  <@${BOB}>: not yet`,
    ]);
    for (const quiet of [
      { kind: 'denied', by: BOB },
      { kind: 'approved', by: BOB, reason: 'go' },
      null,
    ] as const)
      expect(told(quiet)).toEqual([]);
  });

  it('says who is on it, and calls nobody any more', () => {
    const lines = seen(stop(held('static', 1, hostState(), { type: 'acknowledged', by: BOB }), WHERE));

    expect(lines).toContain(`:eyes: <@${BOB}> is on it.`);
    expect(lines).toContain('[Go back] [Retry] [Skip] [Take over by hand] [Stop here]');
  });

  it.each<[RunEvent, string, string]>([
    [
      { type: 'closed', by: BOB },
      '# Acme Kitchens: closed, the site stays as it is',
      `:black_square_for_stop: Closed by <@${BOB}>.`,
    ],
    [
      { type: 'taken-over', by: BOB, commands: 'ssh …' },
      '# Acme Kitchens: taken over by hand',
      `:hand: <@${BOB}> has taken over by hand. The commands are in the run's thread.`,
    ],
  ])('has no buttons after $type', (event, title, words) => {
    const lines = seen(stop(held('static', 1, hostState(), event), WHERE));

    expect(lines[0]).toBe(title);
    expect(lines.slice(-2)).toEqual([words, '~ acme-kitchens-7']);
  });

  it('asks whoever has it now for the last word to the stakeholders, and keeps who gave it', () => {
    const where = site({ stakeholders: stakeholders() });
    const closed = { type: 'closed', by: BOB } as const;

    expect(seen(stop(held('static', 1, hostState(), closed), where)).slice(-3)).toEqual([
      '*Stakeholders*  They are waiting to hear that the site is back. Press the button when it really is.',
      '[The site is back]',
      '~ acme-kitchens-7',
    ]);
    expect(
      seen(stop(held('static', 1, hostState(), closed, { type: 'back-said', by: ALICE }), where)).slice(-2),
    ).toEqual([`:speech_balloon: <@${ALICE}> told the stakeholders that it is back.`, '~ acme-kitchens-7']);
  });

  it('keeps what was decided', () => {
    const first = held('static', 1);
    const [offer] = offers(first);
    if (!offer) throw new Error('nothing is offered');
    const run = held('static', 1, hostState(), { ...begun(offer), approval: null });
    const [past] = run.history.stops;
    if (!past) throw new Error('nothing was settled');

    expect(seen(settledStop(run, WHERE, past))).toEqual([
      '# Acme Kitchens needed a decision',
      `"collect static files" failed. <@${BOB}> chose *Retry*.`,
      '~ acme-kitchens-7',
    ]);
  });

  it('hands the commands over as they are', () => {
    const commands = 'ssh -p 22 deploy@10.0.0.5\ncat <file> && echo "*done*"';

    expect(seen(handOver(commands))).toEqual(['*By hand from here*', JSON.stringify(preformatted(commands))]);
  });
});

describe('a call for people who did not answer', () => {
  it('names the people, the state of the site and for how long it has been so', () => {
    const run = held('static', 1, hostState(), { type: 'paged', webhook: 'none' });
    const page = { at: '2026-03-01T02:25:00.000Z', webhook: 'none' } as const;
    const stopAt = { since: '2026-03-01T02:20:00.000Z', asked: null, calls: [page], acknowledgedBy: null };
    const called = { ...run, stop: stopAt };

    expect(seen(call(called, WHERE, 1))).toEqual([
      `:rotating_light: <@${ALICE}>`,
      '*Acme Kitchens is down.* It is on the target code, v0.5.0 (55555555), the target environment and the database from the backup acme-kitchens_db_20260301T014000Z.sql.gz.',
      'The run has been waiting for a decision for 5 minutes, and nobody has answered.',
      'Decide in the newest message of this run, or press *I am on it* there.',
      '~ acme-kitchens-7',
    ]);
    const failed = { at: '2026-03-01T02:30:00.000Z', webhook: { error: 'it answered 500' } };
    expect(seen(call({ ...called, stop: { ...stopAt, calls: [page, failed] } }, WHERE, 2))).toEqual(
      expect.arrayContaining([
        `:rotating_light: <@${CAROL}> <@${ALICE}>`,
        'The run has been waiting for a decision for 10 minutes, and nobody has answered.',
        ':warning: The paging webhook did not take this call: it answered 500',
      ]),
    );
  });

  it('says who is on it instead of calling for somebody', () => {
    const events = [
      { type: 'paged', webhook: 'none' },
      { type: 'acknowledged', by: BOB },
    ] as const;
    const message = call(held('static', 1, hostState(), ...events), WHERE, 1);

    expect(seen(message).slice(2)).toEqual([
      'Decide in the newest message of this run.',
      `:eyes: <@${BOB}> is on it.`,
      '~ acme-kitchens-7',
    ]);
    expect(message?.text).toBe(
      `Acme Kitchens is waiting for a decision, and <@${BOB}> is on it (acme-kitchens-7).`,
    );
  });
});

function begun({ decision, digest }: ReturnType<typeof offers>[number]) {
  return { type: 'recovery-begun', recovery: decision, by: BOB, digest, expiresAt: T.expires } as const;
}
