import { startConsumer } from '../queue/workers.ts';
import { createApp, listen } from '../slack/app.ts';
import type { Bot } from '../slack/bot.ts';
import { showRun } from '../slack/deliver.ts';
import { createPace } from '../slack/pace.ts';
import { slackPeople } from '../slack/people.ts';
import { createDeliveries } from '../store/deliveries.ts';
import { createReadinessStore } from '../store/readiness.ts';
import type { Part, Shared } from './processes.ts';
import { systemClock } from './setup.ts';
import { createSigner } from './signer.ts';
import { startReports } from './start-reports.ts';

/** The Slack side: takes commands and clicks, and shows runs. */
export async function startBot(shared: Shared): Promise<Part> {
  const { environment, configuration, store, wakeups, storeLink, workerLink, log, metrics } = shared;
  const { slack, approvalSecret } = environment;
  if (slack === null || approvalSecret === null) throw new Error('the bot needs Slack and APPROVAL_SECRET');
  const { connection } = slack;
  const app = createApp({
    botToken: slack.botToken.reveal(),
    apiUrl: slack.apiUrl,
    connection:
      connection.kind === 'socket'
        ? { appToken: connection.appToken.reveal() }
        : { signingSecret: connection.signingSecret.reveal() },
  });
  const me = await app.client.auth.test();
  const report = (error: unknown, doing: string) => log.error({ err: error, doing }, 'slack trouble');
  const readiness = createReadinessStore(storeLink);
  const bot: Bot = {
    client: app.client,
    readiness,
    name: me.user ?? 'rollback-bot',
    store,
    wakeups,
    inventory: configuration.inventory,
    people: slackPeople(app.client, me.team_id ?? '', (error) => report(error, 'people')),
    signer: createSigner(approvalSecret.reveal()),
    clock: systemClock,
    onError: report,
  };
  listen(app, bot);
  const { inventory } = configuration;
  const deliveries = createDeliveries(storeLink);
  const deliver = { client: app.client, store, inventory, deliveries };
  const pace = createPace();
  const consumer = startConsumer('show', (runId) => showRun(deliver, runId, pace), {
    link: workerLink,
    concurrency: 4,
    lockDurationMs: shared.pace.leaseMs,
    stalledIntervalMs: shared.pace.roundMs,
    onError: (error, runId) => {
      metrics.looks.inc({ queue: 'show', result: 'error' });
      log.warn({ err: error, runId }, 'slack does not show a run as it stands yet');
    },
  });
  const reports = startReports(shared, { ...bot, deliveries, readiness }, pace);
  if (connection.kind === 'http') await app.start(connection.port);
  else await app.start();
  log.info({ team: me.team, user: me.user, mode: connection.kind }, 'bot is listening');
  return {
    readiness: [
      { name: 'slack', check: async () => ((await app.client.auth.test()).ok ? null : 'auth.test fails') },
    ],
    stop: async () => {
      await app.stop();
      await Promise.all([consumer.close(), reports.close()]);
    },
  };
}
