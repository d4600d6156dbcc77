import { describe, expect, it } from 'vitest';
import { timeline } from '../../../src/domain/outcome/timeline.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import { SEAL } from '../../support/fakes/signer.ts';
import { approval, ended, plan, started } from '../../support/story/run.ts';
import { ALICE, BOB, request, T } from '../../support/story/site.ts';
import { decisionStory, fullStory } from '../../support/story/stories.ts';

/** One line as people would read it: minutes and seconds, who, what, how long. */
function told(events: readonly StoredEvent[]): readonly string[] {
  return timeline(events).map(({ at, tookMs, who, what }) => {
    const person = typeof who === 'object' ? who.person : who;
    return `${at.slice(14, 19)} ${person}: ${what}${tookMs === null ? '' : ` (${tookMs / 1000} s)`}`;
  });
}

const PLAN = plan();
const DIGEST = PLAN.digest.slice(0, 12);
const PLANNED: RunEvent = { type: 'planned', plan: PLAN, expiresAt: T.expires };

/** What single events say, ten seconds apart. */
function saidOf(...events: readonly RunEvent[]): readonly string[] {
  return told(
    events.map(
      (event, seq): StoredEvent => ({
        seq,
        at: `2026-03-01T02:00:${seq + 1}0.000Z`,
        hash: '',
        seal: SEAL,
        event,
      }),
    ),
  );
}

describe('the timeline', () => {
  it('of a full rollback: who, what, when, how long, and the steps by the host’s clock', () => {
    expect(told(fullStory().events)).toEqual([
      `14:00 ${ALICE}: asked to roll back to v0.5.0: the contact form is down`,
      '14:02 bot: checked the host: rights, units, lock, code (2 s)',
      '14:04 bot: checked which migrations have run (56 s)',
      `15:00 bot: made plan ${DIGEST}: code and database to v0.5.0 (55555555) (60 s)`,
      `20:00 ${BOB}: approved plan ${DIGEST} (300 s)`,
      '20:01 bot: started the switch on the host',
      '20:01 host: check once more that everything is as approved (1 s)',
      '20:02 host: stop the site (2 s)',
      '20:04 host: back up the database as it is now (1 s)',
      '20:05 host: check out the target code (1 s)',
      '20:06 host: restore the database from the backup (3 s)',
      '20:09 host: switch to the prepared environment (1 s)',
      '20:10 host: collect static files (2 s)',
      '20:12 host: start the site (1 s)',
      '20:13 host: wait for the first healthy answer (2 s)',
      '20:15 host: watch that it stays up (10 s)',
      '20:25 host: all steps are done (24 s)',
      '20:31 bot: checked the site: 2 of 3 checks passed; not checked: form; health 200 ok (6 s)',
      '22:00 U03CAROL: confirmed "Send one contact form"',
    ]);
  });

  it('of decisions: a step that failed, calls, who decided after how long, and the attempts that followed', () => {
    expect(told(decisionStory().events).slice(10)).toEqual([
      '20:06 host: restore the database from the backup: failed (exit code 3) (3 s)',
      '20:09 host: stopped: "restore the database from the backup" failed (exit code 3) (8 s)',
      '20:20 bot: called people in Slack',
      `20:30 ${BOB}: is on it (21 s)`,
      `21:00 ${BOB}: decided: Retry of "restore the database from the backup" (51 s)`,
      '21:01 host: restore the database from the backup (3 s)',
      '21:04 host: start the site (1 s)',
      '21:05 host: wait for the first healthy answer (1 s)',
      '21:06 host: all steps are done (6 s)',
      '21:10 bot: checked the site: 0 of 1 checks passed; failed: homepage; health 200 ok (4 s)',
      `21:30 ${ALICE}: asked for Go back; a second person has to approve`,
      `21:50 ${BOB}: approved Go back (20 s)`,
      '21:51 host: stop what was started (1 s)',
      '21:52 host: keep a copy of the database as it is now (1 s)',
      '21:53 host: restore the database from the safety backup (2 s)',
      '21:55 host: start the site as it was (1 s)',
      '21:56 host: wait until it answers (1 s)',
      '21:57 host: went back to the previous state (7 s)',
    ]);
  });

  it.each<[string, readonly RunEvent[], string]>([
    [
      'a request with all that can be asked for',
      [
        {
          type: 'requested',
          request: request({ mode: 'full', backup: 'a.sql.gz', dryRun: true, reason: 'a trial' }),
        },
      ],
      `${ALICE}: asked to roll back to v0.5.0, code and database, from a.sql.gz, as a dry run: a trial`,
    ],
    [
      'a request for the database alone',
      [{ type: 'requested', request: request({ version: null, mode: 'database-only' }) }],
      `${ALICE}: asked to restore the database`,
    ],
    [
      'a refusal',
      [{ type: 'refused', refusal: refusal('lock-held', 'The lock is held.', 'Wait.') }],
      'bot: refused: The lock is held.',
    ],
    ['Start', [PLANNED, started(PLAN)], `${ALICE}: started plan ${DIGEST} (10 s)`],
    [
      'Deny',
      [PLANNED, { type: 'denied', by: BOB, digest: PLAN.digest }],
      `${BOB}: denied plan ${DIGEST} (10 s)`,
    ],
    [
      'Approve with a reason',
      [PLANNED, { type: 'approved', approval: approval(PLAN, { reason: 'no orders' }) }],
      `${BOB}: approved plan ${DIGEST}: no orders (10 s)`,
    ],
    [
      'Deny with a reason',
      [PLANNED, { type: 'denied', by: BOB, digest: PLAN.digest, reason: 'a sale is on' }],
      `${BOB}: denied plan ${DIGEST}: a sale is on (10 s)`,
    ],
    [
      'Deny at a stop with a reason',
      [{ type: 'recovery-dropped', by: BOB, reason: 'not yet' }],
      `${BOB}: denied that: not yet`,
    ],
    ['nobody', [PLANNED, { type: 'expired' }], 'bot: let the plan expire: nobody decided in time (10 s)'],
    ['Cancel before', [{ type: 'cancelled', by: BOB }], `${BOB}: cancelled it before anything was changed`],
    [
      'Cancel after',
      [{ type: 'cancel-asked', by: BOB }],
      `${BOB}: cancelled it: no step starts after the current one`,
    ],
    [
      'a measurement',
      [
        { type: 'measure-asked', by: BOB },
        { type: 'measured', loss: null },
      ],
      'bot: could not count the rows again (10 s)',
    ],
    [
      'a connection that was lost while the switch ran',
      [
        { type: 'switch-started', digest: PLAN.digest },
        { type: 'looked', what: 'the host does not answer' },
      ],
      'bot: the host does not answer',
    ],
    [
      'a step whose end nobody saw',
      [{ type: 'step', name: 'restore', phase: 'start', code: null, hostTime: '2026-03-01T02:00:07.000Z' }],
      'host: restore the database from the backup: its end is unknown',
    ],
    [
      'put back',
      [ended('put-back', 'static', 124)],
      'host: put the previous state back: "collect static files" failed (it took too long)',
    ],
    [
      'cancelled and put back',
      [ended('put-back', 'checkout', 130)],
      'host: put the previous state back: cancelled before "check out the target code"',
    ],
    ['untouched', [ended('untouched', 'lock', 11)], 'host: ended with nothing changed'],
    [
      'interrupted',
      [ended('interrupted', 'restore', 1)],
      'host: was interrupted at "restore the database from the backup"',
    ],
    [
      'a call that the webhook refused',
      [{ type: 'paged', webhook: { error: '500' } }],
      'bot: called people in Slack; the webhook failed: 500',
    ],
    [
      'a call with the webhook',
      [{ type: 'paged', webhook: 'sent' }],
      'bot: called people in Slack and through the webhook',
    ],
    ['a second person’s no', [{ type: 'recovery-dropped', by: BOB }], `${BOB}: denied that`],
    [
      'no second person',
      [{ type: 'recovery-dropped', by: null }],
      'bot: dropped that: nobody approved it in time',
    ],
    ['taking over', [{ type: 'taken-over', by: BOB, commands: 'true' }], `${BOB}: took over by hand`],
    ['Stop here', [{ type: 'closed', by: BOB }], `${BOB}: closed the run; the site stays as it is`],
    [
      'a tick that was taken back',
      [{ type: 'ticked', box: 'login', by: BOB, on: false }],
      `${BOB}: took back the confirmation of "Log in to the admin"`,
    ],
    [
      'a follow-up that somebody took',
      [{ type: 'follow-up', item: 'cause', act: 'take', by: BOB }],
      `${BOB}: took "Root cause"`,
    ],
    [
      'a reminder',
      [
        {
          type: 'reminded',
          number: 1,
          owed: [
            { item: 'cause', owner: BOB },
            { item: 'fix', owner: null },
          ],
        },
      ],
      'bot: reminded people of Root cause, Fix tested in staging',
    ],
    [
      'follow-ups that were closed',
      [{ type: 'follow-ups-closed', by: BOB, reason: 'v0.6.1 replaces it' }],
      `${BOB}: closed the follow-ups: v0.6.1 replaces it`,
    ],
    [
      'the quarantine',
      [{ type: 'quarantined', names: ['6'.repeat(40), 'v0.6.0'] }],
      'bot: placed the quarantine of v0.6.0 on the host',
    ],
    [
      'a dry run',
      [{ type: 'dry-run-ended', plan: PLAN }],
      `bot: made plan ${DIGEST}: code and database to v0.5.0 (55555555); a dry run ends here`,
    ],
    [
      'approval of a plan',
      [{ type: 'approved', approval: approval(PLAN) }],
      `${BOB}: approved plan ${DIGEST}`,
    ],
  ])('says of %s', (_, events, line) => {
    expect(
      saidOf(...events)
        .at(-1)
        ?.slice(6),
    ).toBe(line);
  });

  it('says what became of a status page that did not take a word, and who told the stakeholders at the end', () => {
    const told = (result: 'taken' | 'delayed' | 'refused', problem: string | null): RunEvent => ({
      type: 'status-told',
      word: 'end',
      result,
      problem,
    });

    expect(
      saidOf(
        told('delayed', 'it answered 503'),
        told('refused', 'it answered 404'),
        told('taken', null),
        { type: 'word-given', kind: 'still-working' },
        { type: 'back-said', by: BOB },
      ),
    ).toEqual([
      '00:10 bot: could not update the status page (it answered 503); will try again',
      '00:20 bot: could not update the status page (it answered 404)',
      `00:50 ${BOB}: told the stakeholders that the site is back`,
    ]);
  });

  it('leaves out what matters to workers alone', () => {
    expect(saidOf({ type: 'picked-up', worker: 'w', epoch: 1 }, { type: 'marked' })).toEqual([]);
  });
});
