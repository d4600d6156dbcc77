import { describe, expect, it } from 'vitest';
import {
  type ApprovalDecision,
  type ApprovalFacts,
  approvalText,
  decideApproval,
} from '../../../src/domain/approval/approval.ts';
import type { Identity } from '../../../src/domain/approval/identity.ts';
import type { ReasonCode } from '../../../src/domain/refusal.ts';
import { approval, plan } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, T } from '../../support/story/site.ts';

function identity(more: Partial<Identity> = {}): Identity {
  return {
    id: BOB,
    teamId: 'T01',
    name: 'bob',
    deleted: false,
    bot: false,
    guest: false,
    stranger: false,
    ...more,
  };
}

function facts(more: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return {
    identity: identity(),
    ourTeam: 'T01',
    requester: ALICE,
    approvers: new Set([ALICE, BOB]),
    expiresAt: T.expires,
    approvedBy: [],
    accounts: [],
    now: T.decided,
    clickedDigest: 'digest-1',
    currentDigest: 'digest-1',
    ...more,
  };
}

const codeOf = (decision: ApprovalDecision) =>
  decision.kind === 'refuse' ? decision.refusal.code : decision.kind;

describe('an approval', () => {
  it('is taken from an approver who is not the requester', () => {
    expect(decideApproval(facts())).toEqual({ kind: 'accept' });
  });

  it('is taken in the last moment', () => {
    expect(decideApproval(facts({ now: '2026-03-01T02:29:59.999Z' }))).toEqual({ kind: 'accept' });
  });

  it('is taken from a second approver after the first', () => {
    expect(decideApproval(facts({ approvedBy: [CAROL] }))).toEqual({ kind: 'accept' });
  });

  it('is not counted twice', () => {
    expect(decideApproval(facts({ approvedBy: [BOB] }))).toEqual({
      kind: 'already',
      sentence: 'You have already approved this plan.',
    });
  });

  it.each<[string, Partial<ApprovalFacts>, ReasonCode, string, string]>([
    [
      'Slack does not say who it is',
      { identity: null },
      'identity-unknown',
      'Slack did not say who you are.',
      'Try again in a minute.',
    ],
    [
      'the account has been deactivated',
      { identity: identity({ deleted: true }) },
      'identity-deleted',
      'This account has been deactivated.',
      'Ask a full member of this workspace who is on the list.',
    ],
    [
      'it is a bot',
      { identity: identity({ bot: true }) },
      'identity-bot',
      'A bot cannot ask for or decide on a rollback.',
      'Ask a full member of this workspace who is on the list.',
    ],
    [
      'it is a guest',
      { identity: identity({ guest: true }) },
      'identity-guest',
      'A guest account cannot ask for or decide on a rollback.',
      'Ask a full member of this workspace who is on the list.',
    ],
    [
      'it is a stranger',
      { identity: identity({ stranger: true }) },
      'identity-stranger',
      'An account of another workspace cannot ask for or decide on a rollback.',
      'Ask a full member of this workspace who is on the list.',
    ],
    [
      'it belongs to another workspace',
      { identity: identity({ teamId: 'T02' }) },
      'identity-stranger',
      'An account of another workspace cannot ask for or decide on a rollback.',
      'Ask a full member of this workspace who is on the list.',
    ],
    [
      'it is the requester, an approver or not',
      { identity: identity({ id: ALICE }) },
      'approver-is-requester',
      'You asked for this rollback, so you cannot approve it yourself.',
      'Another approver of this site has to press Approve.',
    ],
    [
      'Slack does not say who the approvers are',
      { approvers: null },
      'identity-unknown',
      'Slack did not say who the approvers are.',
      'Try again in a minute.',
    ],
    [
      'the person is not an approver',
      { identity: identity({ id: CAROL }) },
      'approver-not-allowed',
      'You are not an approver of this site.',
      'Someone on the list of approvers has to decide.',
    ],
    [
      'nobody is an approver',
      { approvers: new Set() },
      'approver-not-allowed',
      'You are not an approver of this site.',
      'Nobody is: add someone to `approvers` in the configuration.',
    ],
    [
      'the button belongs to another plan',
      { clickedDigest: 'digest-0' },
      'plan-changed',
      'This button belongs to a plan that has been replaced.',
      'Decide on the newest message of this run.',
    ],
    [
      'the time is over at this very instant',
      { now: T.expires },
      'approval-expired',
      'The time to approve this plan has run out.',
      'Type the command again to get a fresh plan.',
    ],
  ])('is refused when %s', (_, more, code, sentence, next) => {
    expect(decideApproval(facts(more))).toEqual({ kind: 'refuse', refusal: { code, sentence, next } });
  });

  /** Everything wrong at once: each answer comes before all that stand below it. */
  it('is refused for the person before the role, and for the role before the plan', () => {
    const wrong: [ReasonCode | 'already', Partial<ApprovalFacts>][] = [
      ['identity-unknown', { identity: null }],
      ['identity-deleted', { identity: identity({ id: ALICE, deleted: true, bot: true, guest: true }) }],
      ['identity-bot', { identity: identity({ id: ALICE, bot: true, guest: true, stranger: true }) }],
      ['identity-guest', { identity: identity({ id: ALICE, guest: true, stranger: true }) }],
      ['identity-stranger', { identity: identity({ id: ALICE, teamId: 'T02' }) }],
      ['approver-is-requester', { identity: identity({ id: ALICE }) }],
      ['identity-unknown', { approvers: null }],
      ['approver-not-allowed', { approvers: new Set([ALICE]) }],
      ['plan-changed', { approvers: new Set([BOB]), clickedDigest: 'digest-0' }],
      ['approval-expired', { approvers: new Set([BOB]), clickedDigest: 'digest-1' }],
      ['already', { approvers: new Set([BOB]), clickedDigest: 'digest-1', now: T.decided }],
    ];
    const all = facts({ approvers: null, clickedDigest: 'digest-0', now: T.expires, approvedBy: [BOB] });

    expect(wrong.map(([, more]) => codeOf(decideApproval({ ...all, ...more })))).toEqual(
      wrong.map(([code]) => code),
    );
  });
});

describe('the text that is signed', () => {
  it('changes with every field of the approval', () => {
    const { signature, ...given } = approval(plan());
    const texts = Object.keys(given).map((key) => approvalText({ ...given, [key]: 'other' }));

    expect(signature).toBe('signed');
    expect(new Set([approvalText(given), ...texts]).size).toBe(7);
    expect(
      new Set(['the shop is down', 'a trial'].map((reason) => approvalText({ ...given, reason }))).size,
    ).toBe(2);
  });

  it('is for an approval without a reason the one that older versions have signed', () => {
    const { signature: _signature, ...given } = approval(plan(), { digest: 'd'.repeat(64) });

    expect(approvalText(given)).toBe(
      `{"approver":"${BOB}","at":"${T.decided}","digest":"${'d'.repeat(64)}","expiresAt":"${T.expires}","requester":"${ALICE}","run":"acme-kitchens-7"}`,
    );
  });
});
