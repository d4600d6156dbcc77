import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { StoredEvent } from '../../domain/run/event.ts';
import { tellOne } from '../client/tell-one.ts';
import type { Surface } from '../render/blocks/surface.ts';

/** The Slack method that posts it. */
export function methodFor({ only, file }: Surface): string {
  if (only !== undefined) return 'chat.postEphemeral';
  return file === undefined ? 'chat.postMessage' : 'files.upload';
}

/** Posts one surface, into the thread of `parent` if there is one. Returns its timestamp. Errors: throws Slack's error. */
export async function sendSurface(
  client: WebClient,
  surface: Surface,
  parent: string | undefined,
  eventsOfRun: () => Promise<readonly StoredEvent[]>,
): Promise<string | undefined> {
  const { channel, orIn, text, only, file } = surface;
  if (only !== undefined) {
    const channels = orIn === undefined ? [channel] : [channel, orIn];
    return tellOne(client, { user: only, channels, text, blocks: surface.blocks });
  }
  const loud = surface.loud ? { reply_broadcast: true } : {};
  const thread = parent ? { thread_ts: parent, ...loud } : {};
  if (file === undefined) {
    const blocks = [...surface.blocks];
    return (await client.chat.postMessage({ channel, text, blocks, unfurl_links: false, ...thread })).ts;
  }
  const content = await withNames(client, file.content, await eventsOfRun());
  await client.files.uploadV2({
    channel_id: channel,
    filename: file.name,
    content,
    initial_comment: text,
    ...thread,
  } as Parameters<WebClient['files']['uploadV2']>[0]);
  return '';
}

const userAnswer = z.object({
  user: z.object({ real_name: z.string().optional(), name: z.string().optional() }),
});

/** A file shows no mentions, so it gets names. If Slack gives no name, the id stays. */
async function withNames(
  client: WebClient,
  content: NonNullable<Surface['file']>['content'],
  events: readonly StoredEvent[],
): Promise<string> {
  const named = new Set<string>();
  content(events, (id) => {
    named.add(id);
    return id;
  });
  const names = new Map<string, string>();
  for (const user of named) {
    try {
      const { real_name, name } = userAnswer.parse(await client.users.info({ user })).user;
      names.set(user, `${real_name || name || user} (${user})`);
    } catch {
      // The id stays; user groups also end here.
    }
  }
  return content(events, (id) => names.get(id) ?? id);
}
