import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { z } from 'zod';
import type { Click, ClickResult, DecisionDeps } from '../../app/decide/decide.ts';
import { approveRun, cancelRun, denyRun, startRun } from '../../app/decide/plan.ts';
import {
  acknowledgeRun,
  approveDecision,
  closeRun,
  decideAtStop,
  denyDecision,
  saySiteIsBack,
  takeOverRun,
} from '../../app/decide/stop.ts';
import { answering, type Bot } from '../answering/answer.ts';
import { refusalText, sentenceText } from '../render/answers/refusal.ts';

/** What each button does, by its action id. */
export const CLICKS = {
  approve: approveRun,
  deny: denyRun,
  start: startRun,
  cancel: cancelRun,
  retry: decideAtStop,
  skip: decideAtStop,
  'go-back': decideAtStop,
  agree: approveDecision,
  disagree: denyDecision,
  acknowledge: acknowledgeRun,
  'take-over': takeOverRun,
  close: closeRun,
  'site-back': saySiteIsBack,
} as const satisfies Record<string, (deps: DecisionDeps, click: Click) => Promise<ClickResult>>;

export type Intent = keyof typeof CLICKS;

/** What a button carries. Another version of the bot may have put something else there. */
export const buttonValue = z.object({ run: z.string().max(80), digest: z.string().nullable() });

export const OLD_BUTTON =
  ':no_entry: This button is from another version of the bot. Type /rollback status to see what is under way.';

export function clickText(result: ClickResult): string {
  if (result.kind === 'refused') return refusalText(result.refusal);
  return `${result.kind === 'done' ? ':white_check_mark:' : ':information_source:'} ${sentenceText(result.sentence)}`;
}

/** One button that was pressed. */
export interface Pressed {
  readonly user: string;
  readonly channel: string;
  readonly value: string | undefined;
  readonly triggerId: string;
}

/** A button that is none of `CLICKS`: it opens a view, or answers in words. */
export function onButton(
  app: App,
  bot: Bot,
  action: string,
  work: (pressed: Pressed) => Promise<string | null>,
): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: action },
    async ({ ack, body, action: button, respond }) => {
      await ack();
      await answering(
        bot,
        { user: body.user.id, kind: 'clicks', doing: `click ${action}` },
        async (text) => {
          await respond({ response_type: 'ephemeral', replace_original: false, text });
        },
        () =>
          work({
            user: body.user.id,
            channel: body.channel?.id ?? '',
            value: button.value,
            triggerId: body.trigger_id,
          }),
      );
    },
  );
}
