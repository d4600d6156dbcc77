import { expect, test } from 'vitest';
import { type Approval, approvalText, startText } from '../../../src/domain/approval/approval.ts';
import type { BrokenGlass } from '../../../src/domain/approval/glass.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import { auditProblems } from '../../../src/entry/commands/audit-problems.ts';
import { createSigner } from '../../../src/entry/parts/signer.ts';
import { recordKeys, signer } from '../../support/fakes/signer.ts';
import { commit } from '../../support/story/evidence.ts';
import { broken, buildApproved, buildAsked } from '../../support/story/run.ts';
import { codeOnlyPlan, planOf, recordOf } from '../fixtures.ts';

const RUN = 'acme-kitchens-7';
const KEYS = { signer, keys: recordKeys };
const plan = planOf();
const planned: RunEvent = { type: 'planned', plan, expiresAt: '2026-01-12T12:15:00.000Z' };

function approved(changed: Partial<Approval> = {}): RunEvent {
  const unsigned = {
    run: RUN,
    digest: plan.digest,
    approver: 'U02BOB',
    requester: 'U01ALICE',
    at: '2026-01-12T12:01:00.000Z',
    expiresAt: '2026-01-12T12:15:00.000Z',
    ...changed,
  };
  return { type: 'approved', approval: { signature: signer.sign(approvalText(unsigned)), ...unsigned } };
}

const problems = (...events: readonly RunEvent[]) => auditProblems(RUN, recordOf(...events), KEYS);

test('a record that holds', () => {
  expect(problems(planned, approved(), { type: 'switch-started', digest: plan.digest })).toEqual([]);
});

test.each([
  [{ run: 'birch-bakery-1' }, 'is an approval of birch-bakery-1'],
  [{ signature: '0'.repeat(64) }, 'by U02BOB has no valid signature by this APPROVAL_SECRET'],
  [{ digest: 'e'.repeat(64) }, 'by U02BOB is about another plan'],
  [{ approver: 'U01ALICE' }, 'by U01ALICE is not by a second person'],
  [{ at: '2026-01-12T12:16:00.000Z' }, 'by U02BOB came too late'],
])('an approval that does not hold: %o', (changed, problem) => {
  expect(problems(planned, approved(changed))).toEqual([`entry 2 (approved) ${problem}`]);
});

test.each<[string, RunEvent, readonly string[]]>([
  ['that holds', buildApproved(), []],
  [
    'for another commit',
    buildApproved(buildAsked({ target: commit() })),
    ['entry 2 (approved) by U02BOB is about another plan'],
  ],
  [
    'by the requester',
    buildApproved(buildAsked(), { approver: 'U01ALICE' }),
    ['entry 2 (approved) by U01ALICE is not by a second person'],
  ],
  ['of the plan', approved(), ['entry 2 (approved) by U02BOB is about another plan']],
])('an approval of a build %s', (_, answer, problem) => {
  expect(problems(buildAsked(), answer)).toEqual(problem);
});

test.each<[Partial<BrokenGlass>, readonly string[]]>([
  [{}, []],
  [{ signature: '0'.repeat(64) }, ['by U03CAROL has no valid signature by this APPROVAL_SECRET']],
  [{ run: 'birch-bakery-1' }, ['is about birch-bakery-1']],
  [{ at: '2026-01-12T12:16:00.000Z' }, ['by U03CAROL came too late']],
])('a broken glass with %o', (changed, expected) => {
  const [at, expiresAt] = ['2026-01-12T12:01:00.000Z', '2026-01-12T12:15:00.000Z'];

  expect(problems(planned, broken(plan, { at, expiresAt, ...changed }))).toEqual(
    expected.map((problem) => `entry 2 (glass-broken) ${problem}`),
  );
});

test('another secret verifies nothing', () => {
  const other = createSigner({ secret: 'another secret of thirty-two bytes', alsoAccepted: [] });

  expect(auditProblems(RUN, recordOf(planned, approved()), { ...KEYS, signer: other })).toEqual([
    'entry 2 (approved) by U02BOB has no valid signature by this APPROVAL_SECRET',
  ]);
});

test('a plan or a program that was exchanged', () => {
  const other: RunEvent = { ...planned, plan: { ...plan, binding: codeOnlyPlan().binding } };
  const longer: RunEvent = { ...planned, plan: { ...plan, program: `${plan.program}\nrm -r /` } };

  expect(problems(other)).toEqual(["entry 1 (planned) holds a plan that doesn't match its digest"]);
  expect(problems(longer)).toEqual(["entry 1 (planned) holds a program that doesn't match its plan"]);
});

test.each([
  [{}, []],
  [{ by: 'U03CAROL' }, ['entry 2 (started) by U03CAROL has no valid signature by this APPROVAL_SECRET']],
  [
    { signature: undefined as unknown as string },
    ['entry 2 (started) by U01ALICE has no valid signature by this APPROVAL_SECRET'],
  ],
  [{ digest: 'e'.repeat(64) }, ['entry 2 (started) is about another plan than the last one before it']],
])('the start of a plan that needs no second person: %o', (changed, expected) => {
  const of = codeOnlyPlan();
  const [digest, by, expiresAt] = [of.digest, 'U01ALICE', '2026-01-12T12:15:00.000Z'];
  const signature = signer.sign(startText({ run: RUN, digest, by, expiresAt }));

  expect(
    problems(
      { type: 'planned', plan: of, expiresAt },
      { type: 'started', by, digest, signature, ...changed },
    ),
  ).toEqual(expected);
});

test('a start of another plan than the approved one', () => {
  expect(problems(planned, approved(), { type: 'switch-started', digest: 'e'.repeat(64) })).toEqual([
    'entry 3 (switch-started) is about another plan than the last one before it',
  ]);
});

test('an entry that was changed, and one that could not have followed', () => {
  const [first, ...rest] = recordOf(planned);
  const changed: StoredEvent[] = first ? [{ ...first, at: '2026-01-13T00:00:00.000Z' }, ...rest] : [];

  expect(auditProblems(RUN, changed, KEYS)).toEqual([
    "entry 0 (requested) doesn't match its seal: it or the one before it was changed",
  ]);
  expect(problems({ type: 'switch-started', digest: plan.digest })[0]).toMatch(
    /^run acme-kitchens-7: switch-started is not allowed/,
  );
});
