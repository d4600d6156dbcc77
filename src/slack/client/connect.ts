import type { App } from '@slack/bolt';
import { createApp, createClient, type SlackSettings } from './app.ts';
import { slackError } from './slack-error.ts';

/** A workspace that accepted the bot's token. */
export interface Workspace {
  readonly app: App;
  /** The bot's name in Slack. */
  readonly name: string;
  readonly teamId: string;
  readonly team: string | undefined;
}

/** Asks Slack who the bot is. Errors: throws `SlackTrouble`. */
export async function enterWorkspace(settings: SlackSettings): Promise<Workspace> {
  const me = await createClient(settings)
    .auth.test()
    .catch((error: unknown) => {
      throw new SlackTrouble(error, 'SLACK_BOT_TOKEN', 'copy it again from "OAuth & Permissions" of the app');
    });
  const app = createApp(settings, { botId: me.bot_id ?? '', botUserId: me.user_id ?? '' });
  return { app, name: me.user ?? 'rollback-bot', teamId: me.team_id ?? '', team: me.team };
}

/**
 * Opens the connection for commands and clicks: Socket Mode, or a port. Errors: throws `SlackTrouble`, or the system's error if
 * it cannot listen on the port.
 */
export async function openConnection(app: App, port: number | null): Promise<void> {
  try {
    if (port === null) await app.start();
    else await app.start(port);
  } catch (error) {
    // A port problem is not Slack's, and waiting does not help.
    if (port !== null) throw error;
    throw new SlackTrouble(
      error,
      'SLACK_APP_TOKEN',
      'make one with connections:write under "Basic Information"',
    );
  }
}

/** Slack's errors for a token that it does not accept. */
const REFUSED: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'missing_scope',
]);

/** Why the bot cannot work in Slack, and what to do about it. */
export class SlackTrouble extends Error {
  constructor(cause: unknown, token: string, cure: string) {
    const said = slackError(cause);
    super(
      said !== null && REFUSED.has(said)
        ? `Slack refuses ${token} (${said}): ${cure}`
        : `Can't reach Slack (${said ?? (cause instanceof Error ? cause.message : String(cause))})`,
      { cause },
    );
  }
}
