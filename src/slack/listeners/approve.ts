import type { AckFn, App, ViewOutput, ViewResponseAction } from '@slack/bolt';
import { z } from 'zod';
import { factorProblem } from '../../app/factor/check-code.ts';
import { reasonOf } from '../../domain/approval/reason.ts';
import { factorWanted } from '../../domain/plan/factor-wanted.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { answering, type Bot } from '../answering/answer.ts';
import { fillView } from '../answering/fill-view.ts';
import { readPayload } from '../answering/payload.ts';
import { shownFactor } from '../answering/shown-factor.ts';
import { telling } from '../answering/telling.ts';
import { typedReason } from '../answering/typed.ts';
import { slackError } from '../client/slack-error.ts';
import { CODE_CALLBACK, checkingView, codeView, saidView } from '../render/factor/code-view.ts';
import { noFactorText } from '../render/factor/words.ts';
import { LOSS_CALLBACK } from '../render/plan/loss-view.ts';
import { buttonValue, CLICKS, clickText, type Intent, OLD_BUTTON } from './click.ts';
import { readLossView } from './loss.ts';

/** The presses by which a second person agrees to something: each is signed, and may need a code. */
const APPROVING = ['approve', 'agree'] as const satisfies readonly Intent[];

const metadata = buttonValue.extend({ channel: z.string(), intent: z.enum(APPROVING) });

type Pressed = z.infer<typeof metadata>;

/** What Slack says of a press on a button. */
export interface Press {
  readonly user: string;
  readonly channel: string;
  readonly triggerId: string;
  readonly value: string | undefined;
  /** What stands in the line beside the button. */
  readonly reason: string | undefined;
}

/** Does what one press asks for. Returns the answer in words; null: a view shows it. */
export async function press(bot: Bot, intent: Intent, given: Press): Promise<string | null> {
  const { user, value, reason } = given;
  const pressed = readPayload(buttonValue, value);
  if (pressed === null) return OLD_BUTTON;
  const approving = APPROVING.find((one) => one === intent);
  const asking = approving === undefined ? null : await asksForCode(bot, pressed.run);
  if (approving !== undefined && asking !== null)
    return askForCode(bot, given, { ...pressed, intent: approving, channel: given.channel }, asking);
  return clickText(await CLICKS[intent](bot, { ...pressed, user, reason }));
}

interface Asking {
  readonly run: Run;
  readonly site: Site;
}

/** The run whose approval needs a code; null: it needs none, or the press itself will say what is wrong. */
async function asksForCode({ store, inventory }: Bot, id: string): Promise<Asking | null> {
  // A record that can't be read gets the same answer as without a second factor.
  const run = await store.read(id).catch(() => null);
  const site = run === null ? undefined : inventory.byKey(run.request.site);
  return run !== null && site !== undefined && factorWanted(run.plan, site) !== undefined
    ? { run, site }
    : null;
}

/**
 * Opens a view at once, because Slack allows that only for seconds, and asks for the code there if nothing else is in the way of
 * the approval.
 */
async function askForCode(
  bot: Bot,
  { user, triggerId, reason }: Press,
  pressed: Pressed,
  { run, site }: Asking,
): Promise<string | null> {
  const { client } = bot;
  let viewId: string;
  try {
    viewId = (await client.views.open({ trigger_id: triggerId, view: checkingView() })).view?.id ?? '';
  } catch (error) {
    if (slackError(error) !== 'expired_trigger_id') throw error;
    return ':no_entry: Nothing was approved: Slack was too slow to let the bot ask for your code.\nPress Approve again.';
  }
  const result = await CLICKS[pressed.intent](bot, { ...pressed, user, reason });
  const isNext = result.kind === 'refused' && result.refusal.code === 'factor-needed';
  const problem = isNext ? await factorProblem(bot, user) : null;
  const view =
    problem !== null
      ? saidView(noFactorText(problem))
      : isNext
        ? codeView(run, site, { metadata: JSON.stringify(pressed), ...reasonOf(reason) })
        : saidView(clickText(result));
  await fillView(client, viewId, view);
  return null;
}

/** Approve in a view: in the one that asks for the code, and in the one that shows what is lost now. */
export function listenToApprovals(app: App, bot: Bot): void {
  app.view(CODE_CALLBACK, ({ ack, view, body }) =>
    submitted(bot, { ack, view, user: body.user.id }, readPayload(metadata, view.private_metadata)),
  );
  app.view(LOSS_CALLBACK, ({ ack, view, body }) => {
    const pressed = readLossView(view.private_metadata);
    return submitted(bot, { ack, view, user: body.user.id }, pressed && { ...pressed, intent: 'approve' });
  });
}

interface Submission {
  readonly ack: AckFn<ViewResponseAction> | AckFn<void>;
  readonly view: ViewOutput;
  readonly user: string;
}

async function submitted(bot: Bot, { ack, view, user }: Submission, pressed: Pressed | null): Promise<void> {
  const shown = await shownFactor(bot, user, view.state.values);
  if ('errors' in shown) {
    await (ack as AckFn<ViewResponseAction>)({ response_action: 'errors', errors: shown.errors });
    await shown.afterwards();
    return;
  }
  await (ack as AckFn<void>)();
  const reason = typedReason(view.state.values);
  await answering(
    bot,
    { user, kind: 'clicks', doing: 'approve in the view' },
    telling(bot.client, user, pressed?.channel ?? ''),
    async () => {
      if (pressed === null) return OLD_BUTTON;
      return clickText(await CLICKS[pressed.intent](bot, { ...pressed, user, reason, ...shown }));
    },
  );
}
