import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { askMeasurement } from '../../app/decide/ask-measurement.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Bot } from '../answering/answer.ts';
import { fillView } from '../answering/fill-view.ts';
import { readPayload } from '../answering/payload.ts';
import { refusalText, sentenceText } from '../render/answers/refusal.ts';
import { countingView, lossView, sentenceView } from '../render/plan/loss-view.ts';
import { buttonValue, OLD_BUTTON } from './click.ts';

/** Counting may take 20 s on the host, and a worker has to pick it up first. */
const PATIENCE_MS = 40_000;

const EVERY_MS = 300;

const metadata = buttonValue.extend({ channel: z.string() });

export interface MeasureClick {
  readonly user: string;
  readonly channel: string;
  readonly triggerId: string;
  readonly value: string | undefined;
}

/**
 * Opens a view at once, because Slack allows that only for seconds, and fills it when a worker has counted. Returns the answer
 * if there is no view; null: the view shows it.
 */
export async function showLoss(
  bot: Bot,
  { user, channel, triggerId, value }: MeasureClick,
): Promise<string | null> {
  const pressed = readPayload(buttonValue, value);
  if (pressed === null) return OLD_BUTTON;
  const opened = await bot.client.views.open({ trigger_id: triggerId, view: countingView() });
  const viewId = opened.view?.id ?? '';
  const asked = await askMeasurement(bot, { ...pressed, user });
  if (asked.kind !== 'done') {
    const why = asked.kind === 'refused' ? refusalText(asked.refusal) : sentenceText(asked.sentence);
    await fillView(bot.client, viewId, sentenceView(why));
    return null;
  }
  const run = await counted(bot, pressed.run);
  const site = run ? bot.inventory.byKey(run.request.site) : undefined;
  await fillView(
    bot.client,
    viewId,
    run && site
      ? lossView(run, site, channel)
      : sentenceView(
          'No worker counted the rows in time. Check that one is running (`rollback-bot worker`), and press again.',
        ),
  );
  return null;
}

/** The run with its new measurement; null if none came in time. */
async function counted({ store }: Bot, id: string): Promise<Run | null> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const run = await store.read(id);
    if (run !== null && !run.consent?.measuring) return run;
    await sleep(EVERY_MS);
  }
  return null;
}

/** What Approve in the view carries: the plan, and where the view was opened. */
export function readLossView(privateMetadata: string): z.infer<typeof metadata> | null {
  return readPayload(metadata, privateMetadata);
}
