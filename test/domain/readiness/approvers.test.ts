import { expect, it } from 'vitest';
import { type ActingPeople, approversFinding } from '../../../src/domain/readiness/approvers.ts';
import { ALICE, BOB, CAROL, site } from '../../support/story/site.ts';

const ADD =
  'Add someone to approvers of acme-kitchens in the configuration, or to a Slack group that it names.';

it.each<[string, ActingPeople | null, number, string, string]>([
  [
    'one who may ask and another who may approve',
    { requesters: [ALICE], approvers: [BOB] },
    1,
    'good',
    '1 person could approve a rollback',
  ],
  [
    'everybody may do both',
    { requesters: [ALICE, BOB], approvers: [ALICE, BOB] },
    1,
    'good',
    '2 people could approve a rollback',
  ],
  [
    'one is stuck and the others are not',
    { requesters: [ALICE, BOB], approvers: [BOB] },
    1,
    'good',
    '1 person could approve a rollback',
  ],
  [
    'nobody approves',
    { requesters: [ALICE], approvers: [] },
    1,
    'approvers-missing',
    `Nobody could approve a rollback: no approver is an active full member of Slack. ${ADD}`,
  ],
  [
    'nobody asks',
    { requesters: [], approvers: [BOB] },
    1,
    'approvers-missing',
    'Nobody could ask for a rollback: no requester is an active full member of Slack. Add someone to requesters of acme-kitchens in the configuration, or to a Slack group that it names.',
  ],
  [
    'the only one is both',
    { requesters: [ALICE], approvers: [ALICE] },
    1,
    'approvers-missing',
    `No requester could get a rollback approved: there aren't enough other approvers. ${ADD}`,
  ],
  [
    'fewer than the quorum',
    { requesters: [ALICE], approvers: [BOB] },
    2,
    'approvers-missing',
    `2 people have to approve a rollback, and only 1 could. ${ADD}`,
  ],
  [
    'the quorum, but one of them asks',
    { requesters: [BOB], approvers: [BOB, CAROL] },
    2,
    'approvers-missing',
    `No requester could get a rollback approved: there aren't enough other approvers. ${ADD}`,
  ],
  [
    'everybody has a second factor',
    { requesters: [ALICE], approvers: [BOB, CAROL], enrolled: [BOB, CAROL] },
    2,
    'good',
    '2 people could approve a rollback',
  ],
  [
    'too few have one',
    { requesters: [ALICE], approvers: [BOB, CAROL], enrolled: [CAROL] },
    2,
    'approvers-missing',
    'An approval of acme-kitchens needs a second factor, and 1 of 2 approvers have one. Where the bot runs, invite the others, for example: rollback-bot factor invite U02BOB',
  ],
  [
    'the only one who has one asks',
    { requesters: [BOB], approvers: [BOB, CAROL], enrolled: [BOB] },
    1,
    'approvers-missing',
    `No requester could get a rollback approved: there aren't enough other approvers. ${ADD}`,
  ],
  [
    'Slack does not say',
    null,
    1,
    'identity-unknown',
    'Slack did not say who could approve a rollback. Where the bot runs, see what Slack answers: rollback-bot doctor',
  ],
])('%s', (_, people, quorum, code, said) => {
  const found = approversFinding(site({ approval: { expiresMs: 900_000, quorum, factor: 'totp' } }), people);

  expect(
    found.kind === 'good' ? ['good', found.sentence] : [found.code, `${found.sentence} ${found.next}`],
  ).toEqual([code, said]);
});
