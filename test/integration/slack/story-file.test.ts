import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { siteKey } from '../../../src/domain/site/site.ts';
import { createEditPace } from '../../../src/slack/client/pace.ts';
import { showRun } from '../../../src/slack/deliver/deliver.ts';
import { createDeliveries } from '../../../src/store/deliveries.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { memoryFactors } from '../../support/fakes/factors.ts';
import { startPatientSlack } from '../../support/fakes/patient-slack.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { begun, clock, useRedis } from '../../support/redis/redis-runs.ts';
import { ALICE, BOB, site } from '../../support/story/site.ts';
import { fullStory } from '../../support/story/stories.ts';

const OPS = 'C01OPS';

const WHERE = site({ channel: OPS });

const redis = useRedis();

let slack: LocalSlack;

let store: RunStore;

let run: Run;

beforeEach(async () => {
  slack = await startPatientSlack();
  slack.addUser({ id: ALICE, realName: 'Alice *Adams*' });
  slack.addUser({ id: BOB, realName: 'Bob Brown' });
  slack.addChannel({ id: OPS, members: [ALICE, BOB] });
  store = createRunStore(redis.link, { clock, recordKeys, prefix: redis.prefix });
  run = await begun(store);
});

afterEach(async () => {
  await slack.close();
});

/** A bot that has just been started: it only knows what Redis has. */
function freshBot(): () => Promise<void> {
  const client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const deliveries = createDeliveries(redis.link, { prefix: redis.prefix });
  const inventory = {
    sites: [WHERE],
    byKey: (key: string) => (key === siteKey(WHERE) ? WHERE : undefined),
  };
  const pace = createEditPace();
  return async () => {
    await expect
      .poll(
        async () =>
          await showRun(
            { client, store, deliveries, inventory, factors: memoryFactors(), clock },
            run.id,
            pace,
          ),
        {
          interval: 100,
        },
      )
      .toBe(undefined);
  };
}

async function write(...events: readonly RunEvent[]): Promise<void> {
  const next = await store.append(run, ...events);
  if (next === null) throw new Error('someone else wrote');
  run = next;
}

const TOLD = fullStory().events.map(({ event }) => event);

const inThread = () => slack.messages(OPS).flatMap(({ ts }) => slack.thread(OPS, ts));

const files = () => inThread().flatMap((message) => message.files);

test('the file is posted once, in the thread, after the end; later the summary changes and the file does not', async () => {
  const first = freshBot();
  await write(...TOLD.slice(1, -3));
  await first();
  expect(files()).toEqual([]);

  await write(...TOLD.slice(-3, -1));
  await first();
  await freshBot()();
  await write({ type: 'ticked', box: 'login', by: ALICE, on: true });
  await freshBot()();

  expect(files().map(({ name }) => name)).toEqual([`${run.id}.md`]);
  const [summary] = inThread().filter((message) => plainText(message).startsWith(`Summary of ${run.id}`));
  expect(summary && plainText(summary)).toContain(
    'Look at the homepage on your phone: nobody has confirmed it yet.',
  );
  expect(summary && plainText(summary)).not.toContain('Log in to the admin');
  expect(slack.violations).toEqual([]);
});

test('people have names in it, never as markup, or an id if Slack does not tell the name', async () => {
  await write(...TOLD.slice(1));
  await freshBot()();

  const text = files()[0]?.content.toString() ?? '';
  expect(text).toMatch(new RegExp(`^\\| Asked for by \\| Alice \\\\\\*Adams\\\\\\* \\(${ALICE}\\), `, 'm'));
  expect(text).toContain(`| Decision | Approved by Bob Brown (${BOB}) |`);
  expect(text).toContain('| U03CAROL | confirmed "Send one contact form" |');
  expect(text).not.toContain('<@');
});

test('a file that Slack refused comes with the next call, and only once', async () => {
  await write(...TOLD.slice(1));
  slack.fail('files.completeUploadExternal', { times: 1, status: 500 });
  const show = freshBot();

  await show().catch(() => undefined);
  await show();
  await freshBot()();

  expect(files()).toHaveLength(1);
});
