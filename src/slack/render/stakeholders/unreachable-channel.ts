import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { section } from '../blocks/blocks.ts';
import { channelOf, type Surface } from '../blocks/surface.ts';
import { fallback } from '../blocks/text.ts';

const ARCHIVED = 'it is archived: name another one in the configuration';

/** Slack's word for why a channel takes no message, in ours; each is for people to mend. */
const WHY: Readonly<Record<string, string>> = {
  not_in_channel: 'the bot is not in it: `/invite` it there',
  channel_not_found:
    'Slack does not show it to the bot: `/invite` the bot there, or name another one in the configuration',
  is_archived: ARCHIVED,
  // What an edit is answered there.
  is_inactive: ARCHIVED,
};

/** null: it says something else. */
export function whyUnreachable(slackError: string | null): string | null {
  return (slackError === null ? undefined : WHY[slackError]) ?? null;
}

/** Its key as a surface. */
export const UNREACHABLE_CHANNEL = 'deaf-channel';

/** A channel that takes nothing, and why. */
export interface UnreachableChannel {
  readonly channel: string;
  readonly why: string;
}

/** For the people of the run: the stakeholders do not hear what they were promised. `deaf` is null once they do. */
export function unreachableChannel(run: Run, site: Site, deaf: UnreachableChannel | null): Surface {
  const text =
    deaf === null
      ? ":information_source: The bot couldn't post to the stakeholders' channel for a while. They have all updates now."
      : `:warning: The bot can't post to the stakeholders' channel <#${deaf.channel}> (${deaf.why}). It keeps trying until a day after the run has ended. Meanwhile, tell the stakeholders yourself what they have missed.`;
  return {
    key: UNREACHABLE_CHANNEL,
    channel: channelOf(run, site),
    thread: 'progress',
    loud: true,
    text: fallback(text),
    blocks: [section(text)],
  };
}
