import type { App } from '@slack/bolt';
import { z } from 'zod';
import { closeFollowUps, followUp } from '../../app/decide/follow-ups.ts';
import type { FollowUpAct } from '../../domain/checklist/follow-up-items.ts';
import { answering, type Bot } from '../answering/answer.ts';
import { readPayload } from '../answering/payload.ts';
import { telling } from '../answering/telling.ts';
import { CLOSE_ACTION, CLOSE_CALLBACK, closeView, FOLLOW_UP_ACTIONS } from '../render/end/follow-ups.ts';
import { clickText, onButton } from './click.ts';
import { reasonProblem } from './form-reason.ts';

const OLD_BUTTON = ':no_entry: This button is from another version of the bot. Nothing was saved.';

const itemValue = z.object({ run: z.string().max(80), item: z.string().max(40) });

const runValue = z.object({ run: z.string().max(80) });

const metadata = runValue.extend({ channel: z.string() });

/** The buttons of the follow-ups, and the view that asks why someone closes them. */
export function listenToFollowUps(app: App, bot: Bot): void {
  for (const [action, act] of Object.entries(FOLLOW_UP_ACTIONS))
    onButton(app, bot, action, ({ user, value }) => runFollowUp(bot, act, user, value));
  onButton(app, bot, CLOSE_ACTION, async ({ channel, value, triggerId }) => {
    const pressed = readPayload(runValue, value);
    if (pressed === null) return OLD_BUTTON;
    await bot.client.views.open({ trigger_id: triggerId, view: closeView(pressed.run, channel) });
    return null;
  });
  app.view(CLOSE_CALLBACK, async ({ ack, view, body }) => {
    const reason = view.state.values['reason']?.['value']?.value?.trim() ?? '';
    const problem = reason === '' ? 'Say why, for the record.' : reasonProblem(reason);
    if (problem !== null) {
      await ack({ response_action: 'errors', errors: { reason: problem } });
      return;
    }
    await ack();
    const user = body.user.id;
    const asked = readPayload(metadata, view.private_metadata);
    const act = { user, kind: 'clicks', doing: 'close follow-ups' } as const;
    await answering(bot, act, telling(bot.client, user, asked?.channel ?? ''), async () =>
      asked === null ? OLD_BUTTON : clickText(await closeFollowUps(bot, { run: asked.run, user, reason })),
    );
  });
}

async function runFollowUp(
  bot: Bot,
  act: FollowUpAct,
  user: string,
  value: string | undefined,
): Promise<string> {
  const pressed = readPayload(itemValue, value);
  return pressed === null ? OLD_BUTTON : clickText(await followUp(bot, { ...pressed, user, act }));
}
