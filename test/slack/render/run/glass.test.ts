import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { card } from '../../../../src/slack/render/plan/card.ts';
import { glassSurfaces } from '../../../../src/slack/render/run/glass.ts';
import { glassView } from '../../../../src/slack/render/run/glass-view.ts';
import { broken, ended, plan, runOf, verified } from '../../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../../support/story/site.ts';
import { allText } from '../support.ts';

const WHERE = site({
  channel: 'C01OPS',
  approvers: [ALICE, BOB, 'S01ONCALL'],
  escalation: ['U05ERIN'],
  approval: { expiresMs: 900_000, quorum: 1, breakGlass: [CAROL] },
});
const OF = plan('full', {}, WHERE);
const WAITING: readonly RunEvent[] = [{ type: 'planned', plan: OF, expiresAt: T.expires }];
const BROKEN: readonly RunEvent[] = [...WAITING, broken(OF)];
const DONE: readonly RunEvent[] = [
  ...BROKEN,
  { type: 'switch-started', digest: OF.digest },
  ended('done', 'healthy', 0),
  verified,
];

const texts = (events: readonly RunEvent[]) =>
  glassSurfaces(runOf(events), WHERE).flatMap((one) =>
    one === null ? [] : [[one.key, one.only ?? one.channel, allText(one).join('\n')] as const],
  );

describe('what people read of a broken glass', () => {
  it('is a post that mentions all who could have approved, and a message to each', () => {
    const posts = texts(BROKEN);

    expect(posts.map(([key, where]) => [key, where])).toEqual([
      ['glass-1', 'C01OPS'],
      [`glass-1-${ALICE}`, ALICE],
      [`glass-1-${BOB}`, BOB],
    ]);
    expect(posts[0]?.[2]).toBe(`The glass of acme-kitchens-7 was broken (Acme Kitchens).
:rotating_light: <@${ALICE}> <@${BOB}> <!subteam^S01ONCALL> <@U05ERIN>
<@${CAROL}> broke the glass: acme-kitchens-7 on *Acme Kitchens* (production) goes ahead without the approval of a second person. <!date^1772331600^{date_short_pretty} {time}|2026-03-01 02:20 UTC>
Reason: nobody answers at night
One of you has to review it when the run has ended.
acme-kitchens-7`);
    expect(posts[2]?.[2]).toBe(`The glass of acme-kitchens-7 was broken (Acme Kitchens).
:rotating_light: <@${CAROL}> broke the glass: acme-kitchens-7 on *Acme Kitchens* (production) goes ahead without the approval of a second person. You could have approved it, or you are called when a run stops. Its messages are in <#C01OPS>.
Reason: nobody answers at night
acme-kitchens-7`);
  });

  it('is a review at the end, which names only those who may close it', () => {
    const [, , , review] = texts(DONE);

    expect(review?.[2]).toBe(`acme-kitchens-7 needs a review: its glass was broken (Acme Kitchens).
:mag: <@${BOB}> <!subteam^S01ONCALL>
<@${CAROL}> broke the glass of acme-kitchens-7 on *Acme Kitchens*. One of you has to look at what was done and why, and close this review with one line. Whoever broke the glass, or asked for the run, cannot.
Reason: nobody answers at night
Close the review …
acme-kitchens-7`);
    const closed = texts([...DONE, { type: 'review-closed', by: BOB, note: 'right, nobody was there' }]);
    expect(closed[3]?.[2]).toBe(`The review of acme-kitchens-7 is closed.
:white_check_mark: <@${BOB}> reviewed that the glass of acme-kitchens-7 on *Acme Kitchens* was broken, <!date^1772331300^{date_short_pretty} {time}|2026-03-01 02:15 UTC>.
Review: right, nobody was there
acme-kitchens-7`);
  });
});

describe('the card', () => {
  const shown = (events: readonly RunEvent[], where = WHERE) =>
    allText(card(runOf(events), where, OF)).join('\n');

  it('has the button only where somebody may break the glass, and below all others', () => {
    const lines = shown(WAITING).split('\n');

    expect(lines.indexOf('Break glass …')).toBeGreaterThan(lines.indexOf('Cancel'));
    expect(shown(WAITING, site())).not.toContain('Break glass');
  });

  it('says afterwards who broke it', () => {
    expect(shown(BROKEN)).toContain(
      `:rotating_light: <@${CAROL}> broke the glass: it went ahead without the missing approvals.`,
    );
  });
});

it('the view says what begins, what is lost, and what nobody has reviewed', () => {
  const view = glassView(runOf(WAITING), WHERE, {
    digest: OF.digest,
    channel: 'C01OPS',
    open: [runOf(DONE)],
  });

  const text = JSON.stringify(view.blocks);

  expect(text).toContain(
    '*Roll Acme Kitchens (production) back to v0.5.0 (acme-kitchens-7)* begins at once, without the approvals that it still lacks. Everything written to its database after',
  );
  expect(text).toContain(
    ':warning: The glass of this site was broken before, and nobody has reviewed that yet: acme-kitchens-7.',
  );
});
