import type { SlackAccess } from '../../config/environment.ts';
import { type Bot, createBudgets } from '../../slack/answering/answer.ts';
import type { SlackSettings } from '../../slack/client/app.ts';
import { enterWorkspace, openConnection, SlackTrouble } from '../../slack/client/connect.ts';
import { watchInFlight } from '../../slack/client/in-flight.ts';
import { createEditPace } from '../../slack/client/pace.ts';
import { slackPeople } from '../../slack/client/people.ts';
import { showRun } from '../../slack/deliver/deliver.ts';
import { listen } from '../../slack/listeners/listen.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { createFactors } from '../../store/factors.ts';
import { createReadinessStore } from '../../store/readiness.ts';
import { totp } from '../../totp/totp.ts';
import { createFactorSeals } from '../parts/factor-seals.ts';
import { secretsOf, systemClock } from '../parts/setup.ts';
import { createSigner } from '../parts/signer.ts';
import { waitUnlessStopping } from '../parts/stopping.ts';
import type { ProcessPart, Shared } from './shared.ts';
import { startReports } from './start-reports.ts';
import { takeJobs } from './take-jobs.ts';

const FIRST_PAUSE_MS = 1_000;

const LONGEST_PAUSE_MS = 30_000;

/** An acknowledged command is done and answered in two calls to Slack, and each of them ends within 5 s. */
const IN_HAND_MS = 10_000;

/**
 * The bot: takes commands and clicks, and shows runs. If Slack is unavailable at the start, or refuses a token, the bot asks
 * again until Slack lets it in; a worker in the same process must not suffer from that.
 */
export function startBot(shared: Shared): ProcessPart {
  const stopping = new AbortController();
  let listening: Listening | null = null;
  let trouble = 'not connected yet';
  const connecting = (async () => {
    for (
      let pause = FIRST_PAUSE_MS;
      !stopping.signal.aborted;
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
    ) {
      try {
        listening = await connect(shared);
        return;
      } catch (error) {
        if (!(error instanceof SlackTrouble)) throw error;
        trouble = error.message;
        shared.log.error({ err: error.cause, againInMs: pause }, trouble);
        await waitUnlessStopping(pause, stopping.signal);
      }
    }
  })();
  // Any other error is a defect, and must not look like waiting for Slack.
  connecting.catch((error: unknown) => {
    shared.log.fatal({ err: error }, 'the bot cannot start');
    process.exit(1);
  });
  return {
    readiness: [{ name: 'slack', check: async () => (listening === null ? trouble : listening.check()) }],
    stop: async () => {
      stopping.abort();
      // Do not wait for a connection that is still being opened: Slack may be unavailable for hours.
      await listening?.stop();
    },
  };
}

interface Listening {
  /** null: Slack answers; otherwise what is wrong. */
  readonly check: () => Promise<string | null>;
  readonly stop: () => Promise<void>;
}

async function connect(shared: Shared): Promise<Listening> {
  const { environment, configuration, store, wakeups, storeLink, log, metrics } = shared;
  const { slack } = environment;
  if (slack === null) throw new Error('the bot needs Slack');
  const { connection } = slack;
  const { app, name, team, teamId } = await enterWorkspace(settingsOf(slack));
  const report = (error: unknown, doing: string) => log.error({ err: error, doing }, 'slack trouble');
  const bot: Bot = {
    client: app.client,
    readiness: createReadinessStore(storeLink),
    name,
    budgets: createBudgets(systemClock),
    store,
    wakeups,
    inventory: configuration.inventory,
    people: slackPeople(app.client, teamId, (error) => report(error, 'people')),
    signer: createSigner(secretsOf(shared)),
    factors: createFactors(storeLink, createFactorSeals(secretsOf(shared))),
    seals: createFactorSeals(secretsOf(shared)),
    totp,
    clock: systemClock,
    onError: report,
    glassBroken: () => metrics.glassBroken.inc(),
    audit: (facts, what) => log.warn({ audit: 'second factor', ...facts }, what),
  };
  const inHand = watchInFlight(app);
  listen(app, bot);
  await openConnection(app, connection.kind === 'http' ? connection.port : null);
  const showing = startShowing(shared, bot);
  log.info({ team, user: name, mode: connection.kind }, 'bot is listening');
  return {
    check: async () => ((await app.client.auth.test()).ok ? null : 'auth.test fails'),
    stop: async () => {
      await app.stop();
      await inHand.done(IN_HAND_MS);
      await showing.close();
    },
  };
}

function settingsOf({ botToken, apiUrl, connection }: SlackAccess): SlackSettings {
  return {
    botToken: botToken.reveal(),
    apiUrl,
    connection:
      connection.kind === 'socket'
        ? { appToken: connection.appToken.reveal() }
        : { signingSecret: connection.signingSecret.reveal() },
  };
}

/** What the bot says without being asked: runs as they stand, and what a readiness check has found. */
function startShowing(shared: Shared, bot: Bot): { readonly close: () => Promise<void> } {
  const { configuration, store, storeLink, log } = shared;
  const deliveries = createDeliveries(storeLink);
  const { inventory } = configuration;
  const { client, factors } = bot;
  const deliver = { client, factors, store, inventory, deliveries, clock: systemClock };
  const pace = createEditPace();
  const consumer = takeJobs(shared, 'show', {
    handler: (runId) => showRun(deliver, runId, pace),
    concurrency: 4,
    failed: (err, runId) => log.warn({ err, runId }, 'slack does not show the present state of a run yet'),
  });
  const reports = startReports(
    shared,
    { ...bot, deliveries, readiness: createReadinessStore(storeLink) },
    pace,
  );
  return { close: async () => void (await Promise.all([consumer.close(), reports.close()])) };
}
