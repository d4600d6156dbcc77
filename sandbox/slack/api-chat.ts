import { ApiError } from './api-error.ts';
import { flagArgument, jsonArgument, neededArgument, textArgument } from './arguments.ts';
import { isEmpty, readContent, refuseTooMuchText } from './content.ts';
import { edit, type Host, post } from './host.ts';
import { isObject, type JsonObject } from './json.ts';
import { MESSAGE_TEXT_MAX, MESSAGE_UPDATE_TEXT_MAX } from './limits.ts';
import type { Channel } from './model.ts';
import { messageObject } from './slack-objects.ts';
import { directChannel, findMessage, hasBot, isMember, type Workspace } from './workspace.ts';

export const postMessage = (host: Host, args: JsonObject): JsonObject => {
  const { workspace } = host;
  const channel = writableChannel(workspace, neededArgument(args, 'channel'));
  const content = readContent(args, MESSAGE_TEXT_MAX);
  if (isEmpty(content)) throw new ApiError('no_text');
  refuseTooMuchText(content);
  const metadata = jsonArgument(args, 'metadata', 'invalid_metadata_format');
  const message = post(host, {
    channel: channel.id,
    user: workspace.installation.botUserId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    threadTs: threadArgument(workspace, channel, args),
    alsoInChannel: flagArgument(args, 'reply_broadcast'),
    metadata: isObject(metadata) ? metadata : undefined,
  });
  return { channel: channel.id, ts: message.ts, message: messageObject(workspace, message) };
};

export const updateMessage = (host: Host, args: JsonObject): JsonObject => {
  const { workspace } = host;
  const channel = writableChannel(workspace, neededArgument(args, 'channel'), 'is_inactive');
  const message = findMessage(workspace, channel.id, neededArgument(args, 'ts'));
  // An ephemeral message has a ts, but only its response_url can change it.
  if (message === undefined || message.ephemeralFor !== undefined) throw new ApiError('message_not_found');
  if (message.user !== workspace.installation.botUserId) throw new ApiError('cant_update_message');
  const content = readContent(args, MESSAGE_UPDATE_TEXT_MAX);
  if (content.text === undefined && content.blocks === undefined) throw new ApiError('no_text');
  refuseTooMuchText(content);
  const edited = edit(host, message, {
    text: content.text ?? message.text,
    // Blocks stay if the call does not mention them, whatever the new text says.
    blocks: content.blocks ?? message.blocks,
  });
  return { channel: channel.id, ts: edited.ts, text: edited.text, message: messageObject(workspace, edited) };
};

export const postEphemeral = (host: Host, args: JsonObject): JsonObject => {
  const { workspace } = host;
  const id = neededArgument(args, 'channel');
  // A person's id means the direct message only if everyone in it may see the message.
  if (workspace.users.has(id)) throw new ApiError('channel_not_found');
  const channel = writableChannel(workspace, id);
  const user = neededArgument(args, 'user');
  if (!isMember(channel, user)) throw new ApiError('user_not_in_channel');
  const content = readContent(args, MESSAGE_TEXT_MAX);
  if (isEmpty(content)) throw new ApiError('no_text');
  refuseTooMuchText(content);
  const message = post(host, {
    channel: channel.id,
    user: workspace.installation.botUserId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    threadTs: threadArgument(workspace, channel, args),
    ephemeralFor: user,
  });
  return { message_ts: message.ts };
};

/** The channel if the bot may write to it. A person's id means the direct message. Errors: ApiError if it may not. */
export const writableChannel = (
  workspace: Workspace,
  id: string,
  /** The error code for an archived channel differs by method. */
  archived: 'is_archived' | 'is_inactive' = 'is_archived',
): Channel => {
  const person = workspace.users.get(id);
  if (person !== undefined) {
    if (person.deleted || person.kind === 'bot') throw new ApiError('channel_not_found');
    return directChannel(workspace, id);
  }
  const channel = workspace.channels.get(id);
  if (channel === undefined) throw new ApiError('channel_not_found');
  if (!hasBot(workspace, channel)) {
    // Slack does not even admit that a private channel exists.
    if (channel.isPrivate) throw new ApiError('channel_not_found');
    if (!workspace.installation.scopes.has('chat:write.public')) throw new ApiError('not_in_channel');
  }
  if (channel.isArchived) throw new ApiError(archived);
  return channel;
};

export const threadArgument = (
  workspace: Workspace,
  channel: Channel,
  args: JsonObject,
): string | undefined => {
  const ts = textArgument(args, 'thread_ts');
  if (ts === undefined) return undefined;
  const parent = findMessage(workspace, channel.id, ts);
  if (parent === undefined || parent.ephemeralFor !== undefined) throw new ApiError('thread_not_found');
  if (parent.threadTs !== undefined && parent.threadTs !== parent.ts)
    throw new ApiError('cannot_reply_to_message');
  return ts;
};
