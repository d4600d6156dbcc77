import type { Run } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { section } from './blocks.ts';
import type { Surface } from './surfaces.ts';
import { fallback } from './text.ts';

/** Slack's word for why a channel takes no message, in ours; each is for people to mend. */
const WHY: Readonly<Record<string, string>> = {
  not_in_channel: 'the bot is not in it: `/invite` it there',
  channel_not_found:
    'Slack does not show it to the bot: `/invite` the bot there, or name another one in the configuration',
  is_archived: 'it is archived: name another one in the configuration',
};

/** null: it says something else. */
export function whyDeaf(slackError: string | null): string | null {
  return (slackError === null ? undefined : WHY[slackError]) ?? null;
}

/** Its key as a surface. */
export const DEAF_CHANNEL = 'deaf-channel';

/** For the people of the run: the stakeholders do not hear what they were promised. `why` is null once they do. */
export function deafChannel(run: Run, site: Site, why: string | null): Surface {
  const where = `<#${site.stakeholders?.channel ?? ''}>`;
  const text =
    why === null
      ? `:information_source: The stakeholders' channel ${where} did not take messages for a while. It has taken them since.`
      : `:warning: The stakeholders' channel ${where} takes no messages (${why}). It is tried again by itself; until then tell them by hand what they have not heard.`;
  return {
    key: DEAF_CHANNEL,
    channel: site.channel ?? run.request.channel,
    thread: 'progress',
    loud: true,
    text: fallback(text),
    blocks: [section(text)],
  };
}
