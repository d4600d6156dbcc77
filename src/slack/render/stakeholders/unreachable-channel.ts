import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { section } from '../blocks/blocks.ts';
import { channelOf, type Surface } from '../blocks/surface.ts';
import { fallback } from '../blocks/text.ts';

const ARCHIVED = 'it is archived: name another one in the configuration';

/** Slack's errors for a channel that the bot cannot post to, in plain words. A person has to fix each of them. */
const WHY: Readonly<Record<string, string>> = {
  not_in_channel: 'the bot is not in it: `/invite` it there',
  channel_not_found:
    'Slack does not show it to the bot: `/invite` the bot there, or name another one in the configuration',
  is_archived: ARCHIVED,
  // Slack's answer to an edit in an archived channel.
  is_inactive: ARCHIVED,
};

/** null: another error. */
export function whyUnreachable(slackError: string | null): string | null {
  return (slackError === null ? undefined : WHY[slackError]) ?? null;
}

/** Its key as a surface. */
export const UNREACHABLE_CHANNEL = 'deaf-channel';

/** A channel that the bot cannot post to, and why. */
export interface UnreachableChannel {
  readonly channel: string;
  readonly why: string;
}

/** Tells the people of the run that stakeholders miss their updates. `unreachable` is null once they have them. */
export function unreachableChannel(run: Run, site: Site, unreachable: UnreachableChannel | null): Surface {
  const text =
    unreachable === null
      ? ":information_source: The bot couldn't post to the stakeholders' channel for a while. They have all updates now."
      : `:warning: The bot can't post to the stakeholders' channel <#${unreachable.channel}> (${unreachable.why}). It keeps trying until a day after the run has ended. Meanwhile, tell the stakeholders yourself what they have missed.`;
  return {
    key: UNREACHABLE_CHANNEL,
    channel: channelOf(run, site),
    thread: 'progress',
    loud: true,
    text: fallback(text),
    blocks: [section(text)],
  };
}
