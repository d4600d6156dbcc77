import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { slackError } from './slack-error.ts';

const answer = z.object({
  channel: z.object({
    is_member: z.boolean().optional(),
    is_archived: z.boolean().optional(),
    is_ext_shared: z.boolean().optional(),
  }),
});

/** What a person has to do before the bot can work in a channel; null: nothing. Errors: what Slack answers else. */
export async function channelProblem(
  client: WebClient,
  channel: string,
  botName: string,
): Promise<string | null> {
  const invite = `:wave: I am not in <#${channel}>, so nobody would see the plan. Nothing was started. Type \`/invite @${botName}\` there, then the command again.`;
  try {
    const { channel: found } = answer.parse(await client.conversations.info({ channel }));
    if (found.is_ext_shared)
      return `:no_entry: <#${channel}> is shared with another organisation. Ask for rollbacks in a channel of this workspace alone.`;
    if (found.is_archived)
      return `:no_entry: <#${channel}> is archived. Type the command in another channel.`;
    return found.is_member ? null : invite;
  } catch (error) {
    // To an outsider Slack does not even say that a private channel exists.
    if (slackError(error) === 'channel_not_found') return invite;
    throw error;
  }
}
