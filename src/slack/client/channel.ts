import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Site } from '../../domain/site/site.ts';
import { slackError } from './slack-error.ts';

/** Where a person typed a command. */
export interface ChannelPlace {
  readonly channel: string;
  /** A direct message, of two people or of several: nobody else can be mentioned there. */
  readonly isDirect: boolean;
}

/**
 * Where a command was typed. A group message has an id like a channel's, and the bot may not ask Slack about it, so only the
 * name that comes with the command tells them apart.
 */
export function placeOf(channel: string, name: string): ChannelPlace {
  return { channel, isDirect: channel.startsWith('D') || name.startsWith('mpdm-') };
}

const answer = z.object({
  channel: z.object({
    is_member: z.boolean().optional(),
    is_archived: z.boolean().optional(),
    is_ext_shared: z.boolean().optional(),
  }),
});

/**
 * What a person has to do before the bot can show a run of this site, in the site's channel or else where the command was typed;
 * null: nothing. Errors: throws Slack's other errors.
 */
export async function placeProblem(
  { client, name }: { readonly client: WebClient; readonly name: string },
  site: Pick<Site, 'channel'>,
  place: ChannelPlace,
): Promise<string | null> {
  if (site.channel !== undefined) return channelProblem(client, site.channel, name);
  return place.isDirect
    ? ':no_entry: Type this in a channel: others have to see the plan and approve it.'
    : channelProblem(client, place.channel, name);
}

async function channelProblem(client: WebClient, channel: string, botName: string): Promise<string | null> {
  const invite = `:wave: I am not in <#${channel}>, so nobody would see the plan. Nothing was started. Type \`/invite @${botName}\` there, then the command again.`;
  try {
    const { channel: found } = answer.parse(await client.conversations.info({ channel }));
    if (found.is_ext_shared)
      return `:no_entry: <#${channel}> is shared with another organisation. Use a channel that belongs to this workspace alone.`;
    if (found.is_archived)
      return `:no_entry: <#${channel}> is archived. Type the command in another channel.`;
    return found.is_member ? null : invite;
  } catch (error) {
    // Slack hides a private channel from anyone who is not in it.
    if (slackError(error) === 'channel_not_found') return invite;
    throw error;
  }
}
