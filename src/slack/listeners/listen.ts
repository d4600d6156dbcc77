import type { App, BlockAction, ButtonAction, CheckboxesAction } from '@slack/bolt';
import { answering, type Bot } from '../answering/answer.ts';
import { telling } from '../answering/telling.ts';
import { typedReason } from '../answering/typed.ts';
import { placeOf } from '../client/channel.ts';
import { FORM_CALLBACK } from '../render/answers/form.ts';
import { MANUAL_CHECKS_ACTION } from '../render/end/manual-checks.ts';
import { listenToApprovals, press } from './approve.ts';
import { beginRequest } from './begin-request.ts';
import { CLICKS, type Intent } from './click.ts';
import { answerCommand } from './command.ts';
import { listenToEnrolment } from './factor.ts';
import { listenToFollowUps } from './follow-ups.ts';
import { readForm } from './form.ts';
import { listenToGlass } from './glass.ts';
import { showLoss } from './loss.ts';
import { confirmClicked } from './manual-checks.ts';

/** Registers every listener. Each acknowledges first, then works, then answers in words. */
export function listen(app: App, bot: Bot): void {
  app.command('/rollback', async ({ ack, command, respond }) => {
    await ack();
    await answering(
      bot,
      { user: command.user_id, kind: 'commands', doing: 'command' },
      async (text) => {
        await respond({ response_type: 'ephemeral', text });
      },
      () =>
        answerCommand(bot, {
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
          { user: body.user.id, kind: 'clicks', doing: `click ${intent}` },
          async (text) => {
            await respond({ response_type: 'ephemeral', replace_original: false, text });
          },
          () =>
            press(bot, intent, {
              user: body.user.id,
              channel: body.channel?.id ?? '',
              triggerId: body.trigger_id,
              value: action.value,
              reason: typedReason(body.state?.values),
            }),
        );
      },
    );
  }
  listenToManualChecks(app, bot);
  listenToLoss(app, bot);
  listenToApprovals(app, bot);
  listenToEnrolment(app, bot);
  listenToFollowUps(app, bot);
  listenToGlass(app, bot);
  app.view(FORM_CALLBACK, async ({ ack, view, body }) => {
    const answer = readForm(bot, view.state.values, view.private_metadata);
    if (answer.kind === 'errors') {
      await ack({ response_action: 'errors', errors: answer.errors });
      return;
    }
    await ack();
    const { site, place, wish } = answer;
    const user = body.user.id;
    const act = { user, kind: 'commands', doing: 'form' } as const;
    await answering(bot, act, telling(bot.client, user, place.channel), () =>
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
        { user: body.user.id, kind: 'clicks', doing: 'click measure' },
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
}

function listenToManualChecks(app: App, bot: Bot): void {
  app.action<BlockAction<CheckboxesAction>>(
    { type: 'block_actions', action_id: MANUAL_CHECKS_ACTION },
    async ({ ack, body, action, respond }) => {
      await ack();
      await answering(
        bot,
        { user: body.user.id, kind: 'clicks', doing: 'click boxes' },
        async (text) => {
          await respond({ response_type: 'ephemeral', replace_original: false, text });
        },
        () =>
          confirmClicked(
            bot,
            body.user.id,
            action.block_id,
            action.selected_options.map((option) => option.value ?? ''),
          ),
      );
    },
  );
}
