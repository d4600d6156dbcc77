import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { whyUnreachable } from '../render/stakeholders/unreachable-channel.ts';
import { slackError } from './slack-error.ts';

/** A message for one person and nobody else. */
export interface PrivateMessage {
  readonly user: string;
  /** The channels to try, the best one first; an empty id: Slack did not name the channel. */
  readonly channels: readonly string[];
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
}

/** Slack shows one person nothing in a channel if that person or the bot is not in it, or if it is archived. */
function isElsewhere(error: unknown): boolean {
  const answer = slackError(error);
  return answer === 'user_not_in_channel' || whyUnreachable(answer) !== null;
}

/** Posts to the first channel that takes it, or else directly. Returns the timestamp. Errors: throws Slack's other errors. */
export async function tellOne(
  client: WebClient,
  { user, channels, text, blocks = [] }: PrivateMessage,
): Promise<string | undefined> {
  const content = { text, ...(blocks.length > 0 && { blocks: [...blocks] }) };
  for (const channel of channels.filter((id) => id !== '')) {
    try {
      return (await client.chat.postEphemeral({ channel, user, ...content })).message_ts;
    } catch (error) {
      if (!isElsewhere(error)) throw error;
    }
  }
  return (await client.chat.postMessage({ channel: user, ...content })).ts;
}
