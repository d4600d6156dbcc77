import { describe, expect, it } from 'vitest';
import { approvalText, startText } from '../../../src/domain/approval/approval.ts';
import {
  glassProblems,
  glassText,
  type ReviewFacts,
  reviewRefusal,
} from '../../../src/domain/approval/glass.ts';
import { ALICE, BOB, CAROL } from '../../support/story/site.ts';

const SITE = 'Type the name of the site exactly: acme-kitchens';
const WHY = 'Say why in at least 3 words. Everybody reads it, and it stays in the record.';

it.each([
  ['acme-kitchens', 'nobody answers tonight', {}],
  ['acme-kitchens', '誰も承認できないので待てない', {}],
  ['Acme-Kitchens', 'nobody answers tonight', { site: SITE }],
  ['acme-kitchens ', 'nobody answers tonight', { site: SITE }],
  ['acme-kitchens@production', 'nobody answers tonight', { site: SITE }],
  ['', '', { site: SITE, reason: WHY }],
  ['acme-kitchens', 'urgent', { reason: WHY }],
  ['acme-kitchens', 'very urgent', { reason: WHY }],
  ['acme-kitchens', '... !!! ??? ---', { reason: WHY }],
  ['acme-kitchens', '   ', { reason: WHY }],
])('%j with %j', (site, reason, expected) => {
  expect(glassProblems({ site, reason }, 'acme-kitchens')).toEqual(expected);
});

it('the signed text is no approval and no start of the same plan', () => {
  const [run, digest, at, expiresAt] = ['acme-kitchens-7', 'd'.repeat(64), '2026', '2027'];
  const text = glassText({ run, digest, by: BOB, reason: 'nobody is there', at, expiresAt });

  expect(text).toBe(
    `{"at":"2026","by":"U02BOB","deed":"break-glass","digest":"${digest}","expiresAt":"2027","reason":"nobody is there","run":"acme-kitchens-7"}`,
  );
  expect([
    startText({ run, digest, by: BOB, expiresAt }),
    approvalText({ run, digest, approver: BOB, requester: ALICE, at, expiresAt }),
  ]).not.toContain(text);
});

describe('the review', () => {
  const facts = (more: Partial<ReviewFacts>): ReviewFacts => ({
    reviewer: BOB,
    requester: ALICE,
    breakers: [CAROL],
    approvers: new Set([ALICE, BOB, CAROL]),
    accounts: [],
    ...more,
  });
  const NEXT = 'Another approver of this site has to close the review.';

  it.each<[string, Partial<ReviewFacts>, string | null]>([
    ['an approver who had no part', {}, null],
    [
      'whoever broke the glass',
      { reviewer: CAROL },
      `You broke the glass, so somebody else has to review it. ${NEXT}`,
    ],
    [
      'whoever asked',
      { reviewer: ALICE },
      `You asked for this run, so somebody else has to review it. ${NEXT}`,
    ],
    [
      'another account of whoever broke it',
      { accounts: [[CAROL, BOB]] },
      `You broke the glass, so somebody else has to review it. ${NEXT}`,
    ],
    [
      'another account of whoever asked',
      { accounts: [[BOB, ALICE]] },
      `You asked for this run, so somebody else has to review it. ${NEXT}`,
    ],
    [
      'one of two who broke it',
      { breakers: [CAROL, BOB] },
      `You broke the glass, so somebody else has to review it. ${NEXT}`,
    ],
    ['somebody on no list', { reviewer: 'U05EVE' }, `You are not an approver of this site. ${NEXT}`],
    [
      'anybody while Slack is silent',
      { approvers: null },
      'Slack did not say who the approvers are. Try again in a minute.',
    ],
    [
      'anybody while people are unknown',
      { accounts: null },
      'Slack did not say who the approvers are. Try again in a minute.',
    ],
  ])('by %s', (_, more, expected) => {
    const no = reviewRefusal(facts(more));

    expect(no && `${no.sentence} ${no.next}`).toBe(expected);
  });
});
