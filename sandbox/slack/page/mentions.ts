import { isObject } from '../json.ts';
import type { Message } from '../model.ts';

/** Whether a message mentions this person: by name, through a group, or through a mention of everyone. */
export const isMentioned = (
  message: Pick<Message, 'text' | 'blocks'>,
  userId: string,
  groups: readonly { readonly id: string; readonly members: readonly string[] }[],
): boolean => {
  const mine = new Set([
    `@${userId}`,
    '!channel',
    '!here',
    '!everyone',
    ...groups.filter(({ members }) => members.includes(userId)).map(({ id }) => `!subteam^${id}`),
  ]);
  return calls(message).some((call) => mine.has(call));
};

/** If a message has blocks, people read those. The text beside them mentions nobody. */
const calls = ({ text, blocks }: Pick<Message, 'text' | 'blocks'>): readonly string[] =>
  blocks.length === 0 ? callsIn(text) : callsInBlocks(blocks);

const callsIn = (text: string): readonly string[] =>
  [...text.matchAll(/<([@!][^<>|]+)(?:\|[^<>]*)?>/g)].flatMap(([, call]) =>
    call === undefined ? [] : [call],
  );

const callsInBlocks = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(callsInBlocks);
  if (!isObject(value)) return [];
  switch (value['type']) {
    case 'mrkdwn':
      return callsIn(String(value['text']));
    // The dialog behind a button is not part of the message.
    case 'button':
      return [];
    case 'user':
      return [`@${String(value['user_id'])}`];
    case 'usergroup':
      return [`!subteam^${String(value['usergroup_id'])}`];
    case 'broadcast':
      return [`!${String(value['range'])}`];
    default:
      return Object.values(value).flatMap(callsInBlocks);
  }
};
