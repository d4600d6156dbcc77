import { describe, expect, it } from 'vitest';
import { viewProblems } from '../../../../sandbox/slack/check-blocks.ts';
import { reasonOf } from '../../../../src/domain/approval/reason.ts';
import { whoHasToApprove } from '../../../../src/slack/render/blocks/approvers.ts';
import { checkingView, codeView, saidView } from '../../../../src/slack/render/factor/code-view.ts';
import { enrolProblemText, enrolView } from '../../../../src/slack/render/factor/enrol-view.ts';
import { noFactorText, refusedCode } from '../../../../src/slack/render/factor/words.ts';
import { lossView } from '../../../../src/slack/render/plan/loss-view.ts';
import { SECRET } from '../../../support/fakes/factors.ts';
import { linesOf } from '../../../support/hostile/lines.ts';
import { tryHostileTexts } from '../../../support/hostile/rounds.ts';
import { hostileRuns, siteOf } from '../../../support/hostile/runs.ts';
import { buildAsked, eventsTo, plan, runIn, runOf } from '../../../support/story/run.ts';
import { BOB, CAROL, request, site, T } from '../../../support/story/site.ts';

const METADATA = '{}';

describe('the view that asks for the code', () => {
  it.each([
    [
      'full',
      'The site goes down, and its database is overwritten with a backup.',
      'Everything written to its database after 2026-03-01 01:40 UTC will be lost.',
    ],
    ['code-only', 'The site goes down for a moment.', 'Its database stays as it is.'],
  ] as const)('says in three lines what is approved: %s', (mode, happens, lost) => {
    const run = runIn('awaiting-approval', { ...plan(mode), approvalReasons: ['it is wanted'] });
    const view = codeView(run, site(), { metadata: METADATA });

    expect(view.blocks[0]).toMatchObject({
      text: { text: `*Roll Acme Kitchens (production) back to v0.5.0*\n${happens}\n${lost}` },
    });
    expect(viewProblems(view)).toEqual([]);
  });

  it('says what building an unreviewed version means, for a dry run as well', () => {
    const lines = (dryRun: boolean) => {
      const run = runOf([buildAsked({ dryRun })], request({ dryRun }));
      return JSON.stringify(codeView(run, site(), { metadata: METADATA }).blocks[0]);
    };

    expect(lines(false)).toContain('for Acme Kitchens (production)*');
    expect(lines(false)).toContain('The site stays up. The plan then needs an approval of its own.');
    expect(lines(true)).toContain('The site stays up. It is a dry run: it ends with the plan.');
  });

  it('is one that Slack takes, whatever the site is called and somebody has typed', () => {
    for (const text of ['x'.repeat(10_000), '*a*\n<!channel>', '\u202e'])
      expect(
        viewProblems(
          codeView(runIn('awaiting-approval'), site({ name: text }), {
            metadata: METADATA,
            ...reasonOf(text),
          }),
        ),
      ).toEqual([]);
  });

  it('shows text of others in its place and nowhere else', async () => {
    const { texts, problems } = await tryHostileTexts((text) => {
      const where = siteOf(text);
      return hostileRuns(text).map((run, index) => [
        `view ${index}`,
        linesOf(codeView(run, where, { metadata: METADATA })),
      ]);
    });

    expect(problems).toEqual([]);
    expect(texts).toBeGreaterThanOrEqual(10_000);
  });
});

it('the other views are ones that Slack takes', () => {
  const secretView = enrolView(SECRET, METADATA);

  expect([checkingView(), saidView('a sentence'), secretView].flatMap(viewProblems)).toEqual([]);
  expect(JSON.stringify(secretView)).toContain('`JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP`');
});

it('what is lost now asks for the code where the site wants one', () => {
  const run = runOf([...eventsTo('awaiting-approval'), { type: 'measured', loss: [] }]);
  const fields = (where = site()) =>
    lossView(run, where, 'C01OPS').blocks.flatMap((block) =>
      block.type === 'input' ? [block.block_id] : [],
    );

  expect(fields()).toEqual(['reason']);
  expect(fields(site({ approval: { expiresMs: 1, quorum: 1, factor: 'totp' } }))).toEqual(['code', 'reason']);
});

it.each([
  [
    1,
    [BOB],
    [],
    `*A second person has to approve*  <@${BOB}> <@${CAROL}>\n:warning: <@${BOB}> has no second factor yet, and can't approve this until then.`,
  ],
  [
    2,
    [BOB, CAROL],
    [],
    `*2 of these people have to approve*  <@${BOB}> <@${CAROL}>\n:warning: <@${BOB}> <@${CAROL}> have no second factor yet, and can't approve this until then.`,
  ],
  [1, ['U09DAVE'], [], `*A second person has to approve*  <@${BOB}> <@${CAROL}>`],
])('the card with a quorum of %i names approvers without one: %j', (quorum, unenrolled, approvals, text) => {
  expect(whoHasToApprove(quorum, approvals, [BOB, CAROL], unenrolled)).toBe(text);
});

it('each answer to a code says what to do, in words that fit under a field and in a message', () => {
  const until = T.expires;
  const answers = [
    ...(['missing', 'damaged', 'no-digits', 'used'] as const).map((kind) => refusedCode({ kind })),
    refusedCode({ kind: 'wrong', left: 1 }),
    refusedCode({ kind: 'locks', until }),
    ...(['missing', 'damaged'] as const).map((kind) => noFactorText({ kind })),
    noFactorText({ kind: 'locked', until }),
    ...(['enrolled-already', 'not-invited', 'over', 'wrong-code'] as const).map(enrolProblemText),
  ];

  for (const answer of answers) expect(answer).toMatch(/ (?:Ask|Type|Tell|Wait|Check|If|Somebody else) /);
});
