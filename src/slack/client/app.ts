import {
  App,
  type BlockAction,
  type ButtonAction,
  type CheckboxesAction,
  LogLevel,
  SocketModeReceiver,
} from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import { approveRun } from '../../app/decide/plan.ts';
import { answering, type Bot } from '../listeners/answer.ts';
import { beginRequest } from '../listeners/begin-request.ts';
import { CLICKS, clickText, type Intent, OLD_BUTTON, runClick } from '../listeners/click.ts';
import { runCommand } from '../listeners/command.ts';
import { listenToFollowUps } from '../listeners/follow-ups.ts';
import { readForm } from '../listeners/form.ts';
import { readLossView, showLoss } from '../listeners/loss.ts';
import { runTick } from '../listeners/manual-checks.ts';
import { FORM_CALLBACK } from '../render/answers/form.ts';
import { BOXES_ACTION } from '../render/end/manual-checks.ts';
import { LOSS_CALLBACK } from '../render/plan/loss-view.ts';
import { placeOf } from './channel.ts';
import { telling } from './tell-one.ts';

export interface SlackSettings {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly connection: { readonly appToken: string } | { readonly signingSecret: string };
}

/** Slack itself gives up on us after 3 s; a call that hangs longer than this is tried again by whoever needs it. */
const CALL_TIMEOUT_MS = 5_000;

/** Who the bot is in its workspace. */
export interface Identity {
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
export function createApp({ botToken, apiUrl, connection }: SlackSettings, me: Identity): App {
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

/** Every way in: ack first, then work, then an answer in words. */
export function listen(app: App, bot: Bot): void {
  app.command('/rollback', async ({ ack, command, respond }) => {
    await ack();
    await answering(
      bot,
      'command',
      async (text) => {
        await respond({ response_type: 'ephemeral', text });
      },
      () =>
        runCommand(bot, {
          text: command.text,
          user: command.user_id,
          place: placeOf(command.channel_id, command.channel_name),
          triggerId: command.trigger_id,
        }),
    );
  });
  for (const intent of Object.keys(CLICKS) as Intent[]) {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: intent },
      async ({ ack, body, action, respond }) => {
        await ack();
        await answering(
          bot,
          `click ${intent}`,
          async (text) => {
            await respond({ response_type: 'ephemeral', replace_original: false, text });
          },
          () => runClick(bot, intent, body.user.id, action.value),
        );
      },
    );
  }
  listenToBoxes(app, bot);
  listenToLoss(app, bot);
  listenToFollowUps(app, bot);
  app.view(FORM_CALLBACK, async ({ ack, view, body }) => {
    const answer = readForm(bot, view.state.values, view.private_metadata);
    if (answer.kind === 'errors') {
      await ack({ response_action: 'errors', errors: answer.errors });
      return;
    }
    await ack();
    const { site, place, wish } = answer;
    const user = body.user.id;
    await answering(bot, 'form', telling(bot.client, user, place.channel), () =>
      beginRequest(bot, site, wish, { user, place, requestKey: view.id }),
    );
  });
  app.error(async (error) => {
    bot.onError(error, 'bolt');
  });
}

function listenToLoss(app: App, bot: Bot): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: 'measure' },
    async ({ ack, body, action, respond }) => {
      await ack();
      await answering(
        bot,
        'click measure',
        async (text) => {
          await respond({ response_type: 'ephemeral', replace_original: false, text });
        },
        () =>
          showLoss(bot, {
            user: body.user.id,
            channel: body.channel?.id ?? '',
            triggerId: body.trigger_id,
            value: action.value,
          }),
      );
    },
  );
  app.view(LOSS_CALLBACK, async ({ ack, view, body }) => {
    await ack();
    const user = body.user.id;
    // Read before the work: what goes wrong in it has to be said as well.
    const pressed = readLossView(view.private_metadata);
    await answering(
      bot,
      'approve in the view',
      telling(bot.client, user, pressed?.channel ?? ''),
      async () => (pressed === null ? OLD_BUTTON : clickText(await approveRun(bot, { ...pressed, user }))),
    );
  });
}

function listenToBoxes(app: App, bot: Bot): void {
  app.action<BlockAction<CheckboxesAction>>(
    { type: 'block_actions', action_id: BOXES_ACTION },
    async ({ ack, body, action, respond }) => {
      await ack();
      await answering(
        bot,
        'click boxes',
        async (text) => {
          await respond({ response_type: 'ephemeral', replace_original: false, text });
        },
        () =>
          runTick(
            bot,
            body.user.id,
            action.block_id,
            action.selected_options.map((option) => option.value ?? ''),
          ),
      );
    },
  );
}
