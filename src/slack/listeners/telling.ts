import type { WebClient } from '@slack/web-api';
import { tellOne } from '../client/tell-one.ts';
import type { Answer } from './answer.ts';

/** The answer to what was pressed in a view, for which Slack gives no address to answer to. */
export function telling(client: WebClient, user: string, channel: string): Answer {
  return async (text) => {
    await tellOne(client, { user, channels: [channel], text });
  };
}
