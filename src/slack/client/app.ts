import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';

export interface SlackSettings {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly connection: { readonly appToken: string } | { readonly signingSecret: string };
}

/** Slack itself gives up on us after 3 s; a call that hangs longer than this is tried again by whoever needs it. */
const CALL_TIMEOUT_MS = 5_000;

/** Who the bot is in its workspace. */
export interface BotIdentity {
  readonly botId: string;
  readonly botUserId: string;
}

/** Slow and failing calls end within seconds: nobody waits for half an hour. */
const CLIENT_OPTIONS: WebClientOptions = {
  timeout: CALL_TIMEOUT_MS,
  retryConfig: { retries: 1 },
  rejectRateLimitedCalls: true,
};

/**
 * For the address of the WebSocket alone, which the library asks for again after each break. When it gives up asking, it ends
 * the process, and a worker in it has nothing to do with Slack: so it asks until Slack answers.
 */
const SOCKET_OPTIONS: WebClientOptions = {
  timeout: CALL_TIMEOUT_MS,
  retryConfig: { forever: true, minTimeout: 1_000, maxTimeout: 30_000 },
};

/** For asking Slack before there is an app. */
export function createClient({ botToken, apiUrl }: Pick<SlackSettings, 'botToken' | 'apiUrl'>): WebClient {
  return new WebClient(botToken, { ...CLIENT_OPTIONS, slackApiUrl: apiUrl, logLevel: LogLevel.ERROR });
}

/** The Bolt app without any listener. Told who it is, it does not ask Slack before it is started. */
export function createApp({ botToken, apiUrl, connection }: SlackSettings, me: BotIdentity): App {
  return new App({
    token: botToken,
    ...me,
    ...('appToken' in connection
      ? { receiver: socketReceiver(connection.appToken, apiUrl) }
      : { signingSecret: connection.signingSecret }),
    logLevel: LogLevel.ERROR,
    clientOptions: { ...CLIENT_OPTIONS, slackApiUrl: apiUrl },
  });
}

function socketReceiver(appToken: string, slackApiUrl: string): SocketModeReceiver {
  const clientOptions = { ...SOCKET_OPTIONS, slackApiUrl };
  return new SocketModeReceiver({ appToken, logLevel: LogLevel.ERROR, installerOptions: { clientOptions } });
}
