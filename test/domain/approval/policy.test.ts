import { expect, it } from 'vitest';
import {
  type ApprovalPolicy,
  alwaysReason,
  decisionRules,
  planSubjects,
  quorumFor,
  quorumRules,
} from '../../../src/domain/approval/policy.ts';

const MAPPED: ApprovalPolicy = {
  quorum: 1,
  quorums: { full: 2, undo: 3, 'go-back': 2, retry: 1 },
  always: ['code-only', 'skip'],
};

it.each<[Parameters<typeof planSubjects>[0], boolean, ApprovalPolicy, number, string | null]>([
  ['full', false, { quorum: 2 }, 2, null],
  ['full', false, MAPPED, 2, null],
  ['full', true, MAPPED, 3, null],
  ['code-only', false, MAPPED, 1, 'this site always needs a second person for a rollback of the code alone'],
  ['code-only', true, MAPPED, 3, 'this site always needs a second person for a rollback of the code alone'],
  ['database-only', false, MAPPED, 1, null],
  ['database-only', false, { quorum: 1, always: true }, 1, 'this site always needs a second person'],
  ['full', true, { quorum: 4, quorums: { full: 2, undo: 1 } }, 2, null],
  ['full', true, { quorum: 1, always: ['undo'] }, 1, 'this site always needs a second person for an undo'],
])('a plan of %s (undo: %s) under %j needs %s, always: %s', (mode, isUndo, policy, quorum, always) => {
  const subjects = planSubjects(mode, isUndo);

  expect([quorumFor(policy, subjects), alwaysReason(policy, subjects)]).toEqual([quorum, always]);
});

it('the rules for decisions are those that the policy names, and absent if there are none', () => {
  expect(decisionRules(MAPPED)).toEqual({ quorums: { 'go-back': 2, retry: 1 }, always: ['skip'] });
  expect(decisionRules({ quorum: 2 })).toBeUndefined();
  expect(decisionRules({ quorum: 2, quorums: { full: 3 }, always: true })).toBeUndefined();
});

it('each number is one rule', () => {
  expect(quorumRules(MAPPED)).toEqual([
    { subject: null, quorum: 1 },
    { subject: 'full', quorum: 2 },
    { subject: 'undo', quorum: 3 },
    { subject: 'go-back', quorum: 2 },
    { subject: 'retry', quorum: 1 },
  ]);
});
