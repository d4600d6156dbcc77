import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import { glassText } from '../../../src/domain/approval/glass.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { createEditPace } from '../../../src/slack/client/pace.ts';
import { showRun } from '../../../src/slack/deliver/deliver.ts';
import { createDeliveries } from '../../../src/store/deliveries.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { memoryFactors } from '../../support/fakes/factors.ts';
import { recordKeys, signer } from '../../support/fakes/signer.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { storyRun, useRedis } from '../../support/redis/redis-runs.ts';
import { ended, plan, RUN_ID, verified } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';
import { type ListeningBot, startListening } from './listening-bot.ts';

const OPS = 'C01OPS';
const ERIN = 'U05ERIN';
const WHERE = site({
  channel: OPS,
  approvers: [ALICE, 'S01ONCALL'],
  escalation: [ERIN],
  approval: { expiresMs: 900_000, quorum: 1, breakGlass: [CAROL] },
});
const OF = plan('full', {}, WHERE);
const WAITING: readonly RunEvent[] = [{ type: 'planned', plan: OF, expiresAt: T.expires }];
const REASON = 'nobody answers at night';

const redis = useRedis();

let slack: LocalSlack;
let bot: ListeningBot;
let store: RunStore;
let broken: number;

beforeEach(async () => {
  slack = await startTeam();
  for (const id of [CAROL, ERIN]) {
    slack.addUser({ id });
    slack.invite(OPS, id);
  }
  broken = 0;
  const clock = clockAt(T.decided);
  store = createRunStore(redis.link, { clock, recordKeys, prefix: redis.prefix });
  bot = await startListening(slack, {
    store,
    inventory: inventory(WHERE),
    clock,
    glassBroken: () => {
      broken += 1;
    },
  });
  await storyRun(store, WAITING);
});

afterEach(async () => {
  await bot.stop();
  await slack.close();
});

async function shown(): Promise<void> {
  const deliveries = createDeliveries(redis.link, { prefix: redis.prefix });
  const deps = {
    client: bot.app.client,
    store,
    deliveries,
    inventory: inventory(WHERE),
    factors: memoryFactors(),
    clock: clockAt(T.decided),
  };
  const again = async () => (await showRun(deps, RUN_ID, createEditPace()))?.again ?? 0;
  // What is due later is none of this test's business: that no worker has come, for example.
  for (let ms = await again(); ms > 0 && ms < 10_000; ) ms = await again();
}

async function card() {
  await shown();
  return slack.waitForMessage((one) => one.channel === OPS && plainText(one).includes('*Why*'), { since: 0 });
}

async function viewOf(person: string, title: string) {
  return slack.waitForModal(person, ({ view }) => JSON.stringify(view).includes(title));
}

const run = async () => {
  const found = await store.read(RUN_ID);
  if (found === null) throw new Error('the run is gone');
  return found;
};

test('the typed site and a reason start the run, everybody hears of it, and somebody else closes the review', async () => {
  const carol = slack.as(CAROL);
  await carol.click(await card(), 'Break glass …');
  const view = await viewOf(CAROL, 'without the approvals that it still lacks');

  expect(
    await carol.submit(view, { 'Type acme-kitchens': 'acme', 'Why it cannot wait for an approver': 'now' }),
  ).toMatchObject({
    errors: {
      site: 'Type the name of the site exactly: acme-kitchens',
      reason: 'Say why in at least 3 words. Everybody reads it, and it stays in the record.',
    },
  });
  expect((await run()).state).toBe('awaiting-approval');

  const since = slack.mark();
  expect(
    await carol.submit(view, {
      'Type acme-kitchens': 'acme-kitchens',
      'Why it cannot wait for an approver': REASON,
    }),
  ).toMatchObject({ ok: true, errors: {} });
  const answer = await slack.waitForMessage((one) => plainText(one).includes('You broke the glass'), {
    since,
  });
  expect(answer.ephemeralFor).toBe(CAROL);

  const now = await run();
  const [glass] = now.glass.broken;
  expect(now.state).toBe('ready');
  expect(glass && signer.verify(glassText(glass), glass.signature)).toBe(true);
  expect(now.glass.toTell).toEqual([[ALICE, BOB, ERIN]]);
  expect(broken).toBe(1);

  await shown();
  const post = await slack.waitForMessage(
    (one) => one.channel === OPS && plainText(one).includes('broke the glass: acme-kitchens-7'),
    { since },
  );
  expect(plainText(post)).toContain(`<@${ALICE}> <!subteam^S01ONCALL> <@${ERIN}>`);
  expect(plainText(post)).toContain(`Reason: ${REASON}`);
  for (const person of [ALICE, BOB, ERIN])
    expect(
      slack
        .messages(slack.direct(person).id)
        .filter((one) => plainText(one).includes('You could have approved it')),
    ).toHaveLength(1);
  await shown();
  expect(slack.messages(slack.direct(BOB).id)).toHaveLength(1);

  await endRun();
  await shown();
  const review = await slack.waitForMessage(
    (one) => plainText(one).includes('close this review with one line'),
    {
      since,
    },
  );
  await carol.click(review, 'Close the review …');
  await carol.submit(await viewOf(CAROL, 'What you found'), { 'What you found': 'all is well' });
  await slack.waitForMessage((one) => plainText(one).includes('somebody else has to review it'), { since });
  expect((await run()).glass.review).toBeNull();

  const bob = slack.as(BOB);
  await bob.click(review, 'Close the review …');
  await bob.submit(await viewOf(BOB, 'What you found'), {
    'What you found': 'right, the on-call phone was dead',
  });
  await slack.waitForMessage((one) => plainText(one).includes('You closed the review of acme-kitchens-7'), {
    since,
  });
  expect((await run()).glass.review).toMatchObject({ by: BOB, note: 'right, the on-call phone was dead' });
  expect(bot.troubles).toEqual([]);
  expect(slack.violations).toEqual([]);
});

test('somebody who is not on the list is refused when the view comes back', async () => {
  const bob = slack.as(BOB);
  await bob.click(await card(), 'Break glass …');
  const since = slack.mark();
  await bob.submit(await viewOf(BOB, 'without the approvals that it still lacks'), {
    'Type acme-kitchens': 'acme-kitchens',
    'Why it cannot wait for an approver': REASON,
  });

  const answer = await slack.waitForMessage((one) => one.ephemeralFor === BOB, { since });
  expect(plainText(answer)).toContain('You may not break the glass of Acme Kitchens.');
  expect((await run()).glass.broken).toEqual([]);
  expect(broken).toBe(0);
});

async function endRun(): Promise<void> {
  const now = await run();
  const next = await store.append(
    now,
    { type: 'switch-started', digest: OF.digest },
    ended('done', 'healthy', 0),
    verified,
  );
  if (next === null) throw new Error('someone else wrote');
}
