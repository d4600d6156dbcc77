import type { WebClient } from '@slack/web-api';
import { tellOne } from '../client/tell-one.ts';
import type { Answer } from './answer.ts';

/** Answers a submitted view, for which Slack gives no response URL. */
export function telling(client: WebClient, user: string, channel: string): Answer {
  return async (text) => {
    await tellOne(client, { user, channels: [channel], text });
  };
}
