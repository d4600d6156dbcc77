import { isTerminal, type Run } from '../../domain/run/run.ts';
import { stateText } from '../../report/facts.ts';
import { section } from './blocks/blocks.ts';
import { code } from './blocks/mrkdwn.ts';
import type { Surface } from './blocks/surface.ts';
import { fallback } from './blocks/text.ts';

/** The messages that have buttons or say that something is under way. */
const OPEN_ENDED = ['progress', 'card'];

/**
 * What Slack should show of a run whose site is no longer in the configuration: if it has ended, that it has. Everything else
 * needs the site, so those messages stay as they are.
 */
export function surfacesWithoutSite(run: Run): readonly Surface[] {
  if (!isTerminal(run.state)) return [];
  const text = `*${run.id}* ${stateText(run)}. ${code(run.request.site)} is no longer in the bot's configuration, so the bot can't show more than that here.`;
  const { channel, requester } = run.request;
  const message = { channel, text: fallback(text), blocks: [section(text)] };
  // The same keys as with a site; otherwise the requester would be told twice.
  const key = run.state === 'cancelled' ? 'cancelled' : 'refused';
  if (run.plan === null) return [{ key, only: requester, ...message }];
  return OPEN_ENDED.map((one) => ({ key: one, ...message }));
}
