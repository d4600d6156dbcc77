import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';

export interface SlackSettings {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly connection: { readonly appToken: string } | { readonly signingSecret: string };
}

/** Slack itself waits 3 s for us. If a call hangs longer than this, whoever needs it tries again. */
const CALL_TIMEOUT_MS = 5_000;

/** The bot's own ids in its workspace. */
export interface BotIdentity {
  readonly botId: string;
  readonly botUserId: string;
}

/** Slow and failing calls end within seconds; the library's own retries would go on for half an hour. */
const CLIENT_OPTIONS: WebClientOptions = {
  timeout: CALL_TIMEOUT_MS,
  retryConfig: { retries: 1 },
  rejectRateLimitedCalls: true,
};

/**
 * Only for the WebSocket's address, which the library asks for after each disconnect. If it gave up, it would end the process,
 * and with it a worker that does not need Slack. So it asks until Slack answers.
 */
const SOCKET_OPTIONS: WebClientOptions = {
  timeout: CALL_TIMEOUT_MS,
  retryConfig: { forever: true, minTimeout: 1_000, maxTimeout: 30_000 },
};

/** For asking Slack before there is an app. */
export function createClient({ botToken, apiUrl }: Pick<SlackSettings, 'botToken' | 'apiUrl'>): WebClient {
  return new WebClient(botToken, { ...CLIENT_OPTIONS, slackApiUrl: apiUrl, logLevel: LogLevel.ERROR });
}

/** The Bolt app without listeners. It knows its ids, so it does not call Slack before it starts. */
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
