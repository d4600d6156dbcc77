import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalSlack, plainText, startLocalSlack } from '../../../sandbox/slack/local-slack.ts';
import type { Deliveries, Delivery } from '../../../src/app/ports.ts';
import type { Run } from '../../../src/domain/run.ts';
import { siteKey } from '../../../src/domain/site.ts';
import { showRun } from '../../../src/slack/deliver.ts';
import { request, runIn, runOf, site } from '../../support/builders.ts';

const OPS = 'C01OPS';
const STATUS = 'C02STATUS';
const WHERE = site({ channel: OPS, stakeholders: { channel: STATUS } });

/** What Redis keeps, for one process. */
function keptInMemory(): Deliveries {
  const posted: Record<string, Delivery> = {};
  const claimed = new Set<string>();
  return {
    read: async () => ({ ...posted }),
    write: async (_run, surface, delivery) => {
      posted[surface] = delivery;
    },
    claim: async (_run, surface) => {
      if (claimed.has(surface)) return false;
      claimed.add(surface);
      return true;
    },
    unclaim: async (_run, surface) => {
      claimed.delete(surface);
    },
  };
}

describe('showing a run', () => {
  let slack: LocalSlack;
  let run: Run;
  let show: () => Promise<{ again: number } | undefined>;

  beforeEach(async () => {
    slack = await startLocalSlack();
    for (const id of ['U01ALICE', 'U02BOB', 'U03CAROL']) slack.addUser({ id });
    slack.addChannel({ id: OPS, members: ['U01ALICE', 'U02BOB'] });
    slack.addChannel({ id: STATUS, members: ['U01ALICE'] });
    const client = new WebClient(slack.botToken, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
    const deliveries = keptInMemory();
    const lastEdit = new Map<string, number>();
    const store = { read: async () => run } as never;
    const inventory = {
      sites: [WHERE],
      byKey: (key: string) => (key === siteKey(WHERE) ? WHERE : undefined),
    };
    show = () => showRun({ client, store, deliveries, inventory }, run.id, lastEdit);
  });

  afterEach(async () => {
    await slack.close();
  });

  const posts = () => slack.messages(OPS).map((message) => plainText(message).split('\n')[0]);

  it('posts each message once, however often it is asked', async () => {
    run = runIn('awaiting-approval');
    await show();
    await show();

    expect(posts()).toEqual([
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      'Roll Acme Kitchens (production) back to v0.5.0?',
    ]);
    expect(slack.violations).toEqual([]);
  });

  it('posts each message once when two processes show the same run at the same moment', async () => {
    run = runIn('awaiting-approval');

    const said = await Promise.all([show(), show()]);

    expect(posts()).toHaveLength(2);
    expect(said.some((one) => one?.again !== undefined)).toBe(true);
    await show();
    expect(posts()).toHaveLength(2);
  });

  it('edits at most once a second, and says when to look again', async () => {
    run = runIn('awaiting-approval');
    await show();
    run = runIn('ready');
    await show();
    run = runIn('switching');

    const { again } = (await show()) ?? { again: 0 };

    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThanOrEqual(1_000);
  });

  it('posts a message anew that somebody has deleted', async () => {
    run = runIn('awaiting-approval');
    await show();
    const [, card] = slack.messages(OPS);
    slack.deleteMessage(OPS, card?.ts ?? '');
    run = runIn('denied');

    await show();

    expect(
      slack.messages(OPS).filter((message) => plainText(message).includes('Denied by')).length,
    ).toBeGreaterThanOrEqual(1);
  });

  it('is told that Slack is busy, and loses nothing', async () => {
    run = runIn('awaiting-approval');
    slack.fail('chat.postMessage', { times: 1, rateLimitSeconds: 1 });
    await expect(show()).rejects.toThrow('does not show acme-kitchens');

    await show();

    expect(posts()).toContain('Roll Acme Kitchens (production) back to v0.5.0?');
  });

  it('shows the card although Slack does not take another message', async () => {
    run = runIn('awaiting-approval');
    slack.fail('chat.postEphemeral', { times: 1, status: 500 });

    await expect(show()).rejects.toThrow('does not show acme-kitchens');

    expect(posts()).toContain('Roll Acme Kitchens (production) back to v0.5.0?');
  });

  it('tells a requester directly who typed the command where the bot is not', async () => {
    slack.addChannel({ id: 'C07ELSEWHERE', members: ['U01ALICE'], bot: false });
    run = runOf([], request({ channel: 'C07ELSEWHERE' }));

    await show();

    const told = slack.messages(slack.direct('U01ALICE').id).map(plainText);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('looking at Acme Kitchens');
  });
});
