import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { LocalSlack } from '../../../sandbox/slack/local-slack.ts';
import { createFactorSeals } from '../../../src/entry/parts/factor-seals.ts';
import { type Bot, createBudgets } from '../../../src/slack/answering/answer.ts';
import { createApp, createClient } from '../../../src/slack/client/app.ts';
import { slackPeople } from '../../../src/slack/client/people.ts';
import { listen } from '../../../src/slack/listeners/listen.ts';
import { totp } from '../../../src/totp/totp.ts';
import { memoryFactors } from '../../support/fakes/factors.ts';
import { signer } from '../../support/fakes/signer.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';

/** Where Node's own fetch, which Slack's client uses, says what it sends. */
const REQUESTS = 'undici:request:create';

const requestStarted = z.object({ request: z.object({ origin: z.string(), path: z.string() }) });

/** The bot's listeners on a real connection to the local Slack. */
export interface ListeningBot {
  readonly app: App;
  /** What went wrong after an acknowledgement. */
  readonly troubles: unknown[];
  /** Methods of Slack's Web API that the bot has called since it is connected, in their order. */
  readonly calls: string[];
  /** Ends the connection. */
  stop(): Promise<void>;
}

export async function startListening(
  slack: LocalSlack,
  parts: Pick<Bot, 'store' | 'inventory' | 'clock'> & Partial<Bot>,
): Promise<ListeningBot> {
  const { botToken, apiUrl, appToken } = slack;
  const me = await createClient({ botToken, apiUrl }).auth.test();
  const app = createApp(
    { botToken, apiUrl, connection: { appToken } },
    { botId: me.bot_id ?? '', botUserId: me.user_id ?? '' },
  );
  const troubles: unknown[] = [];
  const calls: string[] = [];
  const seen = (message: unknown) => {
    const { request } = requestStarted.parse(message);
    if (request.origin === slack.origin && request.path.startsWith('/api/'))
      calls.push(request.path.slice(5));
  };
  listen(app, {
    client: app.client,
    readiness: { look: async () => null, report: async () => null },
    name: 'rollback-bot',
    budgets: createBudgets(parts.clock),
    wakeups: wakeups(),
    people: slackPeople(app.client, me.team_id ?? '', (error) => troubles.push(error)),
    signer,
    factors: memoryFactors(),
    seals: createFactorSeals({ secret: 'a secret of the tests, of 32 bytes', alsoAccepted: [] }),
    totp,
    audit: () => undefined,
    onError: (error) => {
      troubles.push(error);
    },
    glassBroken: () => {},
    ...parts,
  });
  await app.start();
  subscribe(REQUESTS, seen);
  return {
    app,
    troubles,
    calls,
    stop: async () => {
      unsubscribe(REQUESTS, seen);
      await app.stop();
    },
  };
}
