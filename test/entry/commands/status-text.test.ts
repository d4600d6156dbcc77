import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/domain/run/run.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { runFacts, terminalText } from '../../../src/entry/commands/status-text.ts';
import { historySheet } from '../../../src/report/history.ts';
import { runSheet } from '../../../src/report/run-sheet.ts';
import { plainVoice } from '../../../src/report/voice.ts';
import { decisionStory } from '../../support/story/stories.ts';
import { planOf, runOf, site, step } from '../fixtures.ts';

const runDetails = (run: Run, where: Site | undefined) => terminalText(runSheet(run, where, plainVoice));

const plan = planOf();
const planned = { type: 'planned', plan, expiresAt: '2026-01-12T12:15:00.000Z' } as const;
const approved = {
  type: 'approved',
  approval: {
    run: 'acme-kitchens-7',
    digest: plan.digest,
    approver: 'U02BOB',
    requester: 'U01ALICE',
    at: '2026-01-12T12:01:00.000Z',
    expiresAt: '2026-01-12T12:15:00.000Z',
    signature: 'f'.repeat(64),
  },
} as const;
const begun = [planned, approved, { type: 'switch-started', digest: plan.digest }] as const;
const FOLDER = '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7';

test('runs in one line each', () => {
  const runs = [runOf(), runOf(planned, { type: 'denied', by: 'U02BOB', digest: plan.digest })];
  const newest = { runs: runs.map((run) => ({ kind: 'run', run }) as const), older: 0 };

  expect(terminalText(historySheet(newest, null, plainVoice))).toBe(`Rollbacks, newest first
  acme-kitchens-7 (production), 2026-01-12 12:00 UTC: to v0.5.0. It is being planned. Asked for by U01ALICE.
  acme-kitchens-7 (production), 2026-01-12 12:00 UTC: v0.6.0 (aaaaaaaa) → v0.5.0 (cccccccc), code and database. It was denied. Asked for by U01ALICE.
`);
});

test('a run that waits for its approval: what is meant, and who can do what', () => {
  expect(runDetails(runOf(planned), site)).toBe(`acme-kitchens-7 is waiting for approval

Asked     for v0.5.0 on acme-kitchens@production by U01ALICE, 2026-01-12 12:00 UTC
Reason    checkout is broken
Before    v0.6.0 (aaaaaaaa)
Target    v0.5.0 (cccccccc)
Mode      code and database, because the database has website.0003_split, which the target does not know
Backup    acme-kitchens_db_20260112T100000Z.sql.gz, taken 2026-01-12 10:00 UTC

What you can do
  Approve or Deny on its card in Slack: U02BOB, S01ONCALL, until 2026-01-12 12:15 UTC
  cancel it before anything is changed: /rollback cancel acme-kitchens-7
`);
});

test('what those who decided said', () => {
  const yes = { ...approved, approval: { ...approved.approval, reason: 'no orders' } };
  const no = { type: 'denied', by: 'U02BOB', digest: plan.digest, reason: 'a sale\nis on' } as const;

  expect(runDetails(runOf(planned, yes), site)).toContain(
    '\nApproved  by U02BOB, 2026-01-12 12:01 UTC: no orders\n',
  );
  expect(runDetails(runOf(planned, no), site)).toContain('\nDecided   by U02BOB: a sale is on\n');
});

test('a switch under way: the steps behind it, the one now, and those to come', () => {
  const run = runOf(
    ...begun,
    ...step('recheck', '02:00', '02:01'),
    ...step('stop', '02:01', '02:03').slice(0, 1),
  );

  expect(runDetails(run, site)).toContain(`
Approved  by U02BOB, 2026-01-12 12:01 UTC
Downtime  since 2026-01-12 12:02 UTC, and still down

What you can do
  wait: the program on the host continues on its own, even without Slack, Redis and the bot
  how far it got: ssh -p 22 deploy@10.0.0.5 cat ${FOLDER}/STATE
  all its output: ssh -p 22 deploy@10.0.0.5 cat ${FOLDER}/log

Steps
  ok    check once more that everything is as approved, 1.0 s
  now   stop the site, since 2026-01-12 12:02 UTC
  -     back up the database as it is now
  -     check out the target code
`);
});

test('a run that needs a decision', () => {
  const run = runOf(...begun, ...step('restore', '02:00', '02:10', 3), {
    type: 'switch-ended',
    outcome: 'hold',
    step: 'restore',
    code: 3,
    logTail: '',
    found: null,
  });

  expect(runDetails(run, site)).toContain(`
Switch    stopped at "restore the database from the backup" (exit code 3)

What you can do
  decide on its newest message in Slack: Retry, Go back, Take over by hand, Stop here
  how far it got: ssh -p 22 deploy@10.0.0.5 cat ${FOLDER}/STATE
  all its output: ssh -p 22 deploy@10.0.0.5 cat ${FOLDER}/log

Steps
  FAIL  restore the database from the backup, 10.0 s, exit code 3
`);
  expect(runDetails(run, undefined)).not.toContain('ssh ');
});

test('a run that succeeded: downtime, health, checks, and nothing left to do', () => {
  const run = runOf(
    ...begun,
    ...step('stop', '02:00', '02:02'),
    ...step('healthy', '02:10', '02:14'),
    { type: 'switch-ended', outcome: 'done', step: 'healthy', code: 0, logTail: '', found: null },
    {
      type: 'verified',
      checks: [{ name: 'homepage', result: 'passed', detail: '200 text/html' }],
      health: { status: 200, word: 'ok', failing: [] },
    },
  );
  const text = runDetails(run, site);

  expect(text).toContain(`
Downtime  14.0 s, starting 2026-01-12 12:02 UTC
Data      nothing that was entered was lost.
Health    200 ok
Errors    in the hour before: unknown; since the switch: unknown
Helped?   So far, yes: health was 503 unhealthy and is now 200 ok; the bot can't read the journal.
Ended     2026-01-12 12:00 UTC · record 10 ${run.endEntry?.hash.slice(0, 12)}
`);
  expect(text).toContain(`
Checks
  passed       homepage: 200 text/html
`);
  expect(text).not.toContain('What you can do');
});

describe('a refusal', () => {
  test('is shown with what to do next, in its column', () => {
    const run = runOf({
      type: 'refused',
      refusal: { code: 'lock-held', sentence: 'The lock is held.', next: 'Wait.\nAsk who it is.' },
    });

    expect(runDetails(run, site)).toContain(`
Refused   The lock is held.
          Wait.
          Ask who it is.
`);
  });
});

test('a run with decisions: who decided, what is open, which attempts there were', () => {
  expect(runDetails(decisionStory().run, site)).toContain(`
Decisions
  Retry of "restore the database from the backup", decided by U02BOB
  Go back, decided by U01ALICE, approved by U02BOB

Open
  The site runs what it ran before, so whatever was wrong then still is.

Steps
`);
});

test('facts for other programs', () => {
  expect(runFacts(decisionStory().run)).toEqual({
    run: 'acme-kitchens-7',
    site: 'acme-kitchens@production',
    state: 'failed',
    mode: 'full',
    from: '6'.repeat(40),
    to: '5'.repeat(40),
    requester: 'U01ALICE',
    approvers: ['U02BOB'],
    glassBrokenBy: [],
    requestedAt: '2026-03-01T02:14:00.000Z',
    endedAt: '2026-03-01T02:21:57.000Z',
    downtimeMs: 70_000,
    open: ['The site runs what it ran before, so whatever was wrong then still is.'],
  });
});
