import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import type { ReadinessStore } from '../../../src/app/ports/readiness.ts';
import { bad, type Finding, good } from '../../../src/domain/readiness/findings.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import { type Site, siteKey } from '../../../src/domain/site/site.ts';
import { createEditPace } from '../../../src/slack/client/pace.ts';
import { slackPeople } from '../../../src/slack/client/people.ts';
import { reportReadiness } from '../../../src/slack/deliver/report-readiness.ts';
import { createDeliveries } from '../../../src/store/deliveries.ts';
import { createReadinessStore } from '../../../src/store/readiness.ts';
import { memoryFactors } from '../../support/fakes/factors.ts';
import { startPatientSlack } from '../../support/fakes/patient-slack.ts';
import { clock, useRedis } from '../../support/redis/redis-runs.ts';
import { site } from '../../support/story/site.ts';

const OPS = 'C01OPS';
const WHERE = site({
  channel: OPS,
  approvers: ['U01ALICE', 'S01ONCALL'],
  readiness: { backupMaxAgeMs: 1, prepare: true },
});
const KEY = siteKey(WHERE);

const empty = bad(
  'backup',
  refusal('backup-incomplete', 'The newest backup cannot be used.', 'Find out why.'),
);
const full = bad('disk', refusal('disk-space', 'The disk is full.', 'Free some space.'));
const fine: readonly Finding[] = [good('backup', 'there is one'), good('disk', 'there is room')];

const redis = useRedis();

describe('the report of a readiness check', () => {
  let slack: LocalSlack;
  let store: ReadinessStore;
  let night: number;

  beforeEach(async () => {
    slack = await startPatientSlack();
    for (const id of ['U01ALICE', 'U02BOB']) slack.addUser({ id });
    slack.addGroup({ id: 'S01ONCALL', members: ['U02BOB'] });
    slack.addChannel({ id: OPS, members: ['U01ALICE', 'U02BOB'] });
    store = createReadinessStore(redis.link, { prefix: redis.prefix });
    night = 0;
  });

  afterEach(async () => {
    await slack.close();
  });

  /** One bot process. */
  function bot(where: Site = WHERE, readiness: ReadinessStore = store) {
    const client = new WebClient(slack.botToken, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
    const deps = {
      client,
      people: slackPeople(client, 'T01LOCAL', () => undefined),
      inventory: { sites: [where], byKey: (key: string) => (key === KEY ? where : undefined) },
      readiness,
      factors: memoryFactors(),
      deliveries: createDeliveries(redis.link, { prefix: redis.prefix }),
      clock,
    };
    const pace = createEditPace();
    return () => reportReadiness(deps, KEY, pace);
  }

  /** Another check has found this. */
  async function looked(...findings: readonly Finding[]): Promise<void> {
    night += 1;
    await store.writeLook(KEY, { lookedAt: `2026-03-0${night}T03:30:00.000Z`, findings });
  }

  const posts = () => slack.messages(OPS).map((one) => plainText(one).split('\n')[1]);

  it('is empty for a good site, and remembers for `sites` who could approve', async () => {
    await looked(...fine);

    await bot()();

    expect(posts()).toEqual([]);
    expect((await store.report(KEY))?.approvers).toEqual([
      good('approvers', '2 people could approve a rollback'),
    ]);
  });

  it('is posted once, not every night, and again after the site was good', async () => {
    const report = bot();
    await looked(empty);
    await report();
    await report();
    await looked(empty);
    await report();
    expect(posts()).toEqual(['The newest backup cannot be used.']);

    await looked(empty, full);
    await report();
    expect(posts()).toEqual(['The newest backup cannot be used.', 'The disk is full.']);

    await looked(...fine);
    await report();
    await looked(empty);
    await report();
    expect(posts()).toEqual([
      'The newest backup cannot be used.',
      'The disk is full.',
      'The newest backup cannot be used.',
    ]);
    expect(slack.violations).toEqual([]);
  });

  it('is posted once by two bots at the same moment', async () => {
    await looked(empty);

    const answers = await Promise.all([bot()(), bot()()]);

    expect(posts()).toHaveLength(1);
    if (answers.some((one) => one !== undefined)) await bot()();
    expect(posts()).toHaveLength(1);
  });

  it('is not posted again if the bot died before it noted that people know', async () => {
    await looked(empty);
    const dying: ReadinessStore = {
      ...store,
      writeReport: async () => {
        throw new Error('killed');
      },
    };
    await expect(bot(WHERE, dying)()).rejects.toThrow('killed');

    await bot()();

    expect(posts()).toHaveLength(1);
    expect((await store.report(KEY))?.told).toEqual([{ subject: 'backup', code: 'backup-incomplete' }]);
  });

  it('waits for a channel without the bot, and is posted there once the bot is a member', async () => {
    slack.fail('chat.postMessage', { error: 'not_in_channel' });
    await looked(empty);
    const report = bot();

    await expect(report()).rejects.toThrow('not_in_channel');
    expect(await store.report(KEY)).toBeNull();
    await report();

    expect(posts()).toHaveLength(1);
  });

  it('comes later if Slack asks for patience', async () => {
    slack.fail('chat.postMessage', { rateLimitSeconds: 7 });
    await looked(empty);

    expect(await bot()()).toEqual({ again: 7_000 });

    await bot()();
    expect(posts()).toHaveLength(1);
  });

  it('goes to the default channel if the site has none, and is kept if there is none at all', async () => {
    const { channel: _, ...homeless } = WHERE;
    await looked(empty);

    await bot(homeless)();
    expect(posts()).toEqual([]);
    expect((await store.report(KEY))?.told).toEqual([]);

    await bot({ ...homeless, readiness: { backupMaxAgeMs: 1, prepare: true, channel: OPS } })();
    expect(posts()).toHaveLength(1);
  });

  it('says that nobody else could approve, with the people that Slack knows now', async () => {
    const alone = { ...WHERE, requesters: ['U01ALICE'], approvers: ['U01ALICE'] };
    await looked(...fine);

    await bot(alone)();

    expect(posts()).toEqual([
      "No requester could get a rollback approved: there aren't enough other approvers.",
    ]);
  });

  it('says if Slack does not tell who could approve', async () => {
    slack.fail('usergroups.users.list', { error: 'no_such_subteam' });
    await looked(...fine);

    await bot()();

    expect(posts()).toEqual(['Slack did not say who could approve a rollback.']);
  });
});
