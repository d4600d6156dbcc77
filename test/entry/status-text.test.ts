import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/event.ts';
import { runDetails, runLine } from '../../src/entry/status-text.ts';
import { planOf, runOf, site, step } from './fixtures.ts';

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
const ask = 'asked for by U01ALICE 2026-01-12 12:00 UTC';
const FOLDER = '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7';

test('one run in one line', () => {
  expect(runLine(runOf())).toBe(`acme-kitchens-7  planning  acme-kitchens@production to v0.5.0, ${ask}`);
  expect(runLine(runOf(planned, { type: 'denied', by: 'U02BOB', digest: plan.digest }))).toBe(
    `acme-kitchens-7  denied  acme-kitchens@production to v0.5.0 (cccccccc), ${ask}, ended 2026-01-12 12:00 UTC`,
  );
});

test('a run that waits for its approval: what is meant, and who can do what', () => {
  expect(
    runDetails(runOf(planned), site),
  ).toBe(`acme-kitchens-7  awaiting-approval  acme-kitchens@production to v0.5.0 (cccccccc), ${ask}

Reason    checkout is broken
Before    v0.6.0 (aaaaaaaa)
Target    v0.5.0 (cccccccc)
Mode      full: the database has website.0003_split, which the target does not know
Backup    acme-kitchens_db_20260112T100000Z.sql.gz, taken 2026-01-12 10:00 UTC

What people can do
  Approve or Deny on its card in Slack: U02BOB, S01ONCALL, until 2026-01-12 12:15 UTC
  end it before anything is changed: /rollback cancel acme-kitchens-7
`);
});

test('a switch under way: the steps behind it, the one now, and those to come', () => {
  const run = runOf(
    ...begun,
    ...step('recheck', '02:00', '02:01'),
    ...step('stop', '02:01', '02:03').slice(0, 1),
  );

  expect(runDetails(run, site)).toContain(`
Approved  by U02BOB 2026-01-12 12:01 UTC

Steps
  ok    check once more that everything is as approved, 1.0 s
  now   stop the site, since 2026-01-12 12:02 UTC
  -     back up the database as it is now
  -     check out the target code
`);
  expect(runDetails(run, site)).toContain(`
What people can do
  wait: the program on the host goes on by itself, also without Slack, Redis and the bot
  how far it came: ssh -p 22 deploy@10.0.0.5 cat ${FOLDER}/STATE
  all its output: ssh -p 22 deploy@10.0.0.5 cat ${FOLDER}/log
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
Switch    hold, at "restore the database from the backup", exit code 3

Steps
  FAIL  restore the database from the backup, 10.0 s, exit code 3

What people can do
  decide on its newest message in Slack: Retry, Go back, Take over by hand, Stop here`);
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
Downtime  14.0 s
Health    200 ok
`);
  expect(text).toContain(`
Checks
  passed      homepage: 200 text/html
`);
  expect(text).not.toContain('What people can do');
});

test.each<[RunEvent, string]>([
  [
    { type: 'records-written', commit: 'c'.repeat(40), branch: 'rollback-bot/records', pullRequest: null },
    'Records   commit ccccccc on rollback-bot/records\n',
  ],
  [{ type: 'records-pending', why: 'the push was refused' }, 'Records   pending: the push was refused\n'],
  [
    { type: 'records-shown', row: null, entry: 'x' },
    "Records   the texts are in the run's thread in Slack\n",
  ],
])('the records of a run: %j', (event, row) => {
  const done = {
    type: 'switch-ended',
    outcome: 'put-back',
    step: 'x',
    code: 1,
    logTail: '',
    found: null,
  } as const;

  expect(runDetails(runOf(...begun, done, event), site)).toContain(row);
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
