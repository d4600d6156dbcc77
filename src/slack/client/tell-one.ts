import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { whyUnreachable } from '../render/stakeholders/unreachable-channel.ts';
import { slackError } from './slack-error.ts';

/** What one person is told and nobody else. */
export interface PrivateMessage {
  readonly user: string;
  /** Where it may stand, the best place first; an empty id is a place that Slack did not name. */
  readonly channels: readonly string[];
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
}

/** Slack shows nothing to one person in a channel where that person or the bot is not, or that takes nothing from anybody. */
function isElsewhere(error: unknown): boolean {
  const answer = slackError(error);
  return answer === 'user_not_in_channel' || whyUnreachable(answer) !== null;
}

/** In the first of the channels that takes it, else directly; answers its timestamp. Errors: what Slack answers else. */
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
