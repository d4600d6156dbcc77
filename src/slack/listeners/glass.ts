import type { App, ViewOutput } from '@slack/bolt';
import { z } from 'zod';
import { breakGlass, glassIsOff } from '../../app/decide/break-glass.ts';
import { closeReview } from '../../app/decide/review.ts';
import { openReviews } from '../../app/run/open-reviews.ts';
import { glassProblems } from '../../domain/approval/glass.ts';
import { siteKey } from '../../domain/site/site.ts';
import { answering, type Bot } from '../answering/answer.ts';
import { readPayload } from '../answering/payload.ts';
import { shownFactor } from '../answering/shown-factor.ts';
import { telling } from '../answering/telling.ts';
import { refusalText } from '../render/answers/refusal.ts';
import { BREAK_ACTION, REVIEW_ACTION } from '../render/run/glass.ts';
import { GLASS_CALLBACK, glassView, REVIEW_CALLBACK, reviewView } from '../render/run/glass-view.ts';
import { buttonValue, clickText, OLD_BUTTON, onButton, type Pressed } from './click.ts';
import { reasonProblem } from './form-reason.ts';

const glassMetadata = z.object({
  run: z.string().max(80),
  digest: z.string(),
  channel: z.string(),
  slug: z.string(),
});

const reviewMetadata = z.object({ run: z.string().max(80), channel: z.string() });

/** The buttons that open a view, and what comes back from the views. */
export function listenToGlass(app: App, bot: Bot): void {
  onButton(app, bot, BREAK_ACTION, (pressed) => openGlass(bot, pressed));
  onButton(app, bot, REVIEW_ACTION, (pressed) => openReview(bot, pressed));
  app.view(GLASS_CALLBACK, async ({ ack, view, body }) => {
    const asked = readPayload(glassMetadata, view.private_metadata);
    const typed = { site: textOf(view, 'site'), reason: textOf(view, 'reason') };
    const errors =
      asked === null ? {} : { ...glassProblems(typed, asked.slug), ...oddReason('reason', typed.reason) };
    if (Object.keys(errors).length > 0) {
      await ack({ response_action: 'errors', errors });
      return;
    }
    const user = body.user.id;
    const shown = await shownFactor(bot, user, view.state.values);
    if ('errors' in shown) {
      await ack({ response_action: 'errors', errors: shown.errors });
      await shown.afterwards();
      return;
    }
    await ack();
    const act = { user, kind: 'clicks', doing: 'break glass' } as const;
    await answering(bot, act, telling(bot.client, user, asked?.channel ?? ''), async () => {
      if (asked === null) return OLD_BUTTON;
      const result = await breakGlass(bot, { ...asked, ...typed, user, ...shown });
      if (result.kind === 'done') bot.glassBroken();
      return clickText(result);
    });
  });
  app.view(REVIEW_CALLBACK, async ({ ack, view, body }) => {
    const note = textOf(view, 'note');
    const errors = note === '' ? { note: 'Say what you found, for the record.' } : oddReason('note', note);
    if (Object.keys(errors).length > 0) {
      await ack({ response_action: 'errors', errors });
      return;
    }
    await ack();
    const user = body.user.id;
    const asked = readPayload(reviewMetadata, view.private_metadata);
    const act = { user, kind: 'clicks', doing: 'close the review' } as const;
    await answering(bot, act, telling(bot.client, user, asked?.channel ?? ''), async () =>
      asked === null ? OLD_BUTTON : clickText(await closeReview(bot, { run: asked.run, user, note })),
    );
  });
}

function textOf(view: ViewOutput, block: string): string {
  return view.state.values[block]?.['value']?.value?.trim() ?? '';
}

function oddReason(block: string, text: string): Readonly<Record<string, string>> {
  const problem = reasonProblem(text);
  return problem === null ? {} : { [block]: problem };
}

/** Opens the view, unless the configuration alone says no. Who may, is asked when the view comes back. */
async function openGlass(bot: Bot, { channel, value, triggerId }: Pressed): Promise<string | null> {
  const pressed = readPayload(buttonValue, value);
  const run = pressed === null ? null : await bot.store.read(pressed.run);
  const site = run === null ? undefined : bot.inventory.byKey(run.request.site);
  if (pressed === null || pressed.digest === null || run === null || site === undefined) return OLD_BUTTON;
  const off = glassIsOff(site);
  if (off !== null) return refusalText(off);
  const open = await openReviews(bot.store, siteKey(site));
  const view = glassView(run, site, { digest: pressed.digest, channel, open });
  await bot.client.views.open({ trigger_id: triggerId, view });
  return null;
}

async function openReview(bot: Bot, { channel, value, triggerId }: Pressed): Promise<string | null> {
  const pressed = readPayload(buttonValue, value);
  const run = pressed === null ? null : await bot.store.read(pressed.run);
  if (run === null) return OLD_BUTTON;
  await bot.client.views.open({ trigger_id: triggerId, view: reviewView(run, channel) });
  return null;
}
