import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { approveRun } from '../app/decide-run.ts';
import { askMeasurement } from '../app/measure-loss.ts';
import type { Run } from '../domain/run.ts';
import type { Bot } from './bot.ts';
import { refusalText } from './render/answers.ts';
import { countingView, lossView, sentenceView } from './render/loss-view.ts';
import { buttonValue, clickText } from './run-click.ts';

/** Counting has 20 s on the host; a worker may be a moment away. */
const PATIENCE_MS = 40_000;
const EVERY_MS = 300;

const metadata = buttonValue.extend({ channel: z.string() });

export interface MeasureClick {
  readonly user: string;
  readonly channel: string;
  readonly triggerId: string;
  readonly value: string | undefined;
}

/** Opens a view at once, because Slack allows it for seconds only, and fills it when a worker has counted. */
export async function showLoss(bot: Bot, { user, channel, triggerId, value }: MeasureClick): Promise<void> {
  const { run: id, digest } = buttonValue.parse(JSON.parse(value ?? ''));
  const opened = await bot.client.views.open({ trigger_id: triggerId, view: countingView() });
  const viewId = opened.view?.id ?? '';
  const fill = (view: ReturnType<typeof countingView>) => bot.client.views.update({ view_id: viewId, view });
  const asked = await askMeasurement(bot, { run: id, digest, user });
  if (asked.kind !== 'done') {
    await fill(sentenceView(asked.kind === 'refused' ? refusalText(asked.refusal) : asked.sentence));
    return;
  }
  const run = await counted(bot, id);
  const site = run ? bot.inventory.byKey(run.request.site) : undefined;
  await fill(
    run && site
      ? lossView(run, site, channel)
      : sentenceView('No worker has counted the rows in time. Look whether a worker runs, and press again.'),
  );
}

/** The run once it holds a new measurement; null if none came in time. */
async function counted({ store }: Bot, id: string): Promise<Run | null> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const run = await store.read(id);
    if (run !== null && !run.measuring) return run;
    await sleep(EVERY_MS);
  }
  return null;
}

/** Approve, pressed in the view that shows the figures. */
export async function approveFromView(
  bot: Bot,
  user: string,
  privateMetadata: string,
): Promise<{ readonly channel: string; readonly text: string }> {
  const { run, digest, channel } = metadata.parse(JSON.parse(privateMetadata));
  return { channel, text: clickText(await approveRun(bot, { run, digest, user })) };
}
