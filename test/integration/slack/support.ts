import { App, LogLevel } from '@slack/bolt';
import type { LocalSlack } from '../../../sandbox/slack/local-slack.ts';

export const appOptions = (slack: LocalSlack) => ({
  token: slack.botToken,
  logLevel: LogLevel.ERROR,
  deferInitialization: true,
  clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
});

/** A quiet Bolt app that uses the local Slack over a socket. */
export const socketApp = (slack: LocalSlack): Promise<App> =>
  ready(new App({ ...appOptions(slack), appToken: slack.appToken, socketMode: true }));

/** A quiet Bolt app that accepts signed requests. */
export const httpApp = (slack: LocalSlack): Promise<App> =>
  ready(new App({ ...appOptions(slack), signingSecret: slack.signingSecret }));

/** Waits for the app's own auth.test. Otherwise it would still be on its way when a short test ends. */
export const ready = async (app: App): Promise<App> => {
  await app.init();
  return app;
};

/** Starts an HTTP app on a free port, and returns its request URL. */
export const startOnFreePort = async (app: App): Promise<string> => {
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the app has no port');
  return `http://127.0.0.1:${address.port}/slack/events`;
};

export const plain = (text: string): { readonly type: 'plain_text'; readonly text: string } => ({
  type: 'plain_text',
  text,
});

/** A button with its label in lower case as action_id. */
export const button = (label: string, more: object = {}) => ({
  type: 'button' as const,
  text: plain(label),
  action_id: label.toLowerCase(),
  ...more,
});
