import { ApiError } from './api-error.ts';
import { neededArgument } from './arguments.ts';
import type { Host } from './host.ts';
import type { JsonObject } from './json.ts';
import type { Channel } from './model.ts';
import { channelObject, userObject } from './slack-objects.ts';
import { hasBot, type Workspace } from './workspace.ts';

export const userInfo = ({ workspace }: Host, args: JsonObject): JsonObject => {
  const user = workspace.users.get(neededArgument(args, 'user'));
  if (user === undefined) throw new ApiError('user_not_found');
  return { user: userObject(workspace, user) };
};

export const groupMembers = ({ workspace }: Host, args: JsonObject): JsonObject => {
  const group = workspace.groups.get(neededArgument(args, 'usergroup'));
  if (group === undefined) throw new ApiError('no_such_subteam');
  return { users: group.members };
};

export const conversationInfo = ({ workspace }: Host, args: JsonObject): JsonObject => ({
  channel: channelObject(workspace, knownChannel(workspace, args)),
});

export const conversationMembers = ({ workspace }: Host, args: JsonObject): JsonObject => ({
  members: knownChannel(workspace, args).members,
  response_metadata: { next_cursor: '' },
});

const knownChannel = (workspace: Workspace, args: JsonObject): Channel => {
  const channel = workspace.channels.get(neededArgument(args, 'channel'));
  if (channel === undefined || (channel.isPrivate && !hasBot(workspace, channel))) {
    throw new ApiError('channel_not_found');
  }
  const scope =
    channel.directWith !== undefined ? 'im:read' : channel.isPrivate ? 'groups:read' : 'channels:read';
  const { scopes } = workspace.installation;
  if (!scopes.has(scope)) {
    throw new ApiError('missing_scope', [], { needed: scope, provided: [...scopes].join(',') });
  }
  return channel;
};
