import { describe, expect, it } from 'vitest';
import { buildDigest } from '../../../../src/domain/approval/build.ts';
import { refusal } from '../../../../src/domain/refusal.ts';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { buildCard } from '../../../../src/slack/render/plan/build-card.ts';
import { surfaces } from '../../../../src/slack/render/surfaces.ts';
import { review } from '../../../support/story/evidence.ts';
import {
  askedBuild,
  buildApproved,
  buildAsked,
  eventsTo,
  plan,
  runIn,
  runOf,
} from '../../../support/story/run.ts';
import { ALICE, BOB, CAROL, request, site } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const shown = (events: readonly RunEvent[], where = site(), asked = request()) =>
  seen(buildCard(runOf(events, asked), where));

const PRINT = `~ acme-kitchens-7 · build ${buildDigest(askedBuild()).slice(0, 12)}`;

const FACTS = [
  '*Commit*  777777777777: Make it faster.',
  '*Author*  Mallory Jones (so the commit says), 2026-02-28 17:00 UTC.',
  '*Branch*  feature/faster.',
  '*Why*  it never ran here, and the deployed branch main has never stood there.',
  '*Changes*  3 commits more and 1 fewer than v0.6.0 (66666666); 3 files changed: website/views.py.',
  '*Build*  not as the live version: requirements.txt, pyproject.toml changed.',
];

const WORK =
  "*If approved*  The bot builds this version beside the live one and loads it. So its code runs on the host as the site's user, and may read the site's settings and data. The site stays up.";

describe('the card before the plan', () => {
  it('says which version, whose, where from, what it changes, and who has to approve', () => {
    expect(shown([buildAsked()])).toEqual([
      '# Build 777777777777 for Acme Kitchens (production)?',
      `<@${ALICE}> asks to roll back *acme-kitchens* (production, acme-kitchens.example) to \`v0.5.0\`, a version that nobody has reviewed.`,
      ...FACTS,
      `${WORK} The plan then needs an approval of its own.`,
      `*A second person has to approve*  <@${BOB}>`,
      '*Until*  2026-03-01 02:30 UTC.',
      '_ Reason (optional)',
      '[Approve] [Deny] [Cancel]',
      PRINT,
    ]);
  });

  it('is the same for a dry run, which ends with the plan', () => {
    const lines = shown(
      [buildAsked({ dryRun: true })],
      site(),
      request({ dryRun: true, reason: 'to see it' }),
    );

    expect(lines.slice(1, 3)).toEqual([
      `<@${ALICE}> asks to see the plan of a rollback of *acme-kitchens* (production, acme-kitchens.example) to \`v0.5.0\`, a version that nobody has reviewed.`,
      'Reason: to see it',
    ]);
    expect(lines).toContain(`${WORK} It is a dry run: it ends with the plan.`);
  });

  it.each<[string, Parameters<typeof review>[0], string]>([
    ['no branch', { branches: [] }, '*Branch*  on no branch of its origin.'],
    [
      'many branches',
      { branches: ['a', 'b', 'c', 'd', 'e'], moreBranches: 7 },
      '*Branch*  a, b, c, d and 8 more.',
    ],
    [
      'no deployed branch',
      { deployedBranch: null },
      '*Why*  it never ran here, and the host does not say which branch the site is deployed from.',
    ],
    [
      'an author without a name',
      { author: '' },
      '*Author*  unknown (so the commit says), 2026-02-28 17:00 UTC.',
    ],
    [
      'a single commit with more files than have room',
      {
        difference: {
          ahead: 1,
          behind: 0,
          files: 9,
          named: ['a', 'b', 'c', 'd', 'e'],
          buildFiles: ['setup.py'],
        },
      },
      '*Changes*  1 commit more and 0 fewer than v0.6.0 (66666666); 9 files changed: a, b, c, d and 4 more.',
    ],
    [
      'the same build',
      { difference: { ahead: 1, behind: 0, files: 1, named: ['a'], buildFiles: [] } },
      '*Build*  as the live version: no file changed that says what is installed.',
    ],
    [
      'a difference that git does not say',
      { difference: { ahead: null, behind: null, files: null, named: [], buildFiles: [] } },
      '*Changes*  unknown how far it is from v0.6.0 (66666666); files unknown.',
    ],
    [
      'a build that git does not say',
      { difference: { ahead: null, behind: null, files: null, named: [], buildFiles: [] } },
      '*Build*  unknown whether it is built as the live version is.',
    ],
  ])('says so for %s', (_, more, line) => {
    expect(shown([buildAsked({ review: review(more) })])).toContain(line);
  });

  it('calls it by its commit, and says who chose the names that it has', () => {
    const named = { ...askedBuild().target, tags: ['v0.5.0'], pin: 'v0.5.0' };
    const lines = shown([buildAsked({ target: named })]);

    expect(lines[0]).toBe('# Build 777777777777 for Acme Kitchens (production)?');
    expect(lines).toContain('*Claims*  to be v0.5.0; whoever pushed it chose that.');
    expect(shown([buildAsked({ target: { ...named, pin: 'v0.6.0' } })])).toContain(
      '*Claims*  to be v0.5.0, v0.6.0; whoever pushed it chose that.',
    );
  });

  it('counts the people who are still needed', () => {
    const of = buildAsked({ quorum: 2 });

    expect(shown([of, buildApproved(of)], site({ approvers: [ALICE, BOB, CAROL] }))).toContain(
      `Approved by <@${BOB}>. *1 more of these people has to approve*  <@${CAROL}>`,
    );
  });

  it('says if nobody else may approve', () => {
    expect(shown([buildAsked()], site({ approvers: [ALICE] }))).toContain(
      ':warning: Nobody else may approve this. Add someone to `approvers` of this site in the configuration.',
    );
  });

  const digest = buildDigest(askedBuild());
  it.each<[string, readonly RunEvent[], string]>([
    [
      'approved',
      [buildApproved()],
      `:white_check_mark: Building approved by <@${BOB}>. The bot is making the plan.`,
    ],
    [
      'planned',
      [buildApproved(), ...eventsTo('awaiting-approval')],
      `:white_check_mark: Building approved by <@${BOB}>.`,
    ],
    [
      'a dry run',
      [buildApproved(), { type: 'dry-run-ended', plan: plan() }],
      `:white_check_mark: Building approved by <@${BOB}>.`,
    ],
    [
      'refused',
      [
        buildApproved(),
        { type: 'refused', refusal: refusal('disk-space', 'The disk is full.', 'Free some.') },
      ],
      `:white_check_mark: Building approved by <@${BOB}>. The bot then refused: The disk is full. Nothing was changed.`,
    ],
    [
      'cancelled later',
      [buildApproved(), { type: 'cancelled', by: ALICE }],
      `:white_check_mark: Building approved by <@${BOB}>. Then <@${ALICE}> cancelled it. Nothing was changed.`,
    ],
    ['denied', [{ type: 'denied', by: BOB, digest }], `:no_entry: Denied by <@${BOB}>. Nothing was built.`],
    [
      'cancelled',
      [{ type: 'cancelled', by: ALICE }],
      `:no_entry: Cancelled by <@${ALICE}>. Nothing was built.`,
    ],
    ['expired', [{ type: 'expired' }], ':hourglass: Expired: nobody decided in time. Nothing was built.'],
  ])('says how it ended: %s', (_, events, line) => {
    const lines = shown([buildAsked(), ...events]);

    expect(lines).toContain(line);
    expect(lines.join()).not.toContain('[');
  });

  it('is not there for a run that asks nothing of the kind', () => {
    expect(buildCard(runIn('awaiting-approval'), site())).toBeNull();
  });
});

describe('what Slack shows of a run that waits for it', () => {
  const keys = (events: readonly RunEvent[]) => surfaces(runOf(events), site()).map(({ key }) => key);
  const digest = buildDigest(askedBuild());

  it.each<[string, readonly RunEvent[], readonly string[]]>([
    ['waiting', [], ['build']],
    ['denied', [{ type: 'denied', by: BOB, digest }], ['build', 'ending']],
    ['expired', [{ type: 'expired' }], ['build', 'ending']],
    ['cancelled', [{ type: 'cancelled', by: ALICE }], ['cancelled', 'build']],
    [
      'planned',
      [buildApproved(), ...eventsTo('awaiting-approval')],
      ['build', 'progress', 'details', 'card'],
    ],
  ])('%s', (_, events, expected) => {
    expect(keys([buildAsked(), ...events])).toEqual(expected);
  });

  it('tells the requester if nobody decided', () => {
    const all = surfaces(runOf([buildAsked(), { type: 'expired' }]), site());

    expect(seen(all.find(({ key }) => key === 'ending') ?? null)[0]).toBe(
      `:hourglass: <@${ALICE}> the request for *Acme Kitchens* expired, because nobody decided in time. Nothing was changed. Type the command again to get a fresh plan.`,
    );
  });
});
