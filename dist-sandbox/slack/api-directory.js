import { ApiError } from './api-error.js';
import { neededArgument } from './arguments.js';
import { channelObject, userObject } from './slack-objects.js';
import { hasBot } from './workspace.js';
export const userInfo = ({ workspace }, args) => {
    const user = workspace.users.get(neededArgument(args, 'user'));
    if (user === undefined)
        throw new ApiError('user_not_found');
    return { user: userObject(workspace, user) };
};
export const groupMembers = ({ workspace }, args) => {
    const group = workspace.groups.get(neededArgument(args, 'usergroup'));
    if (group === undefined)
        throw new ApiError('no_such_subteam');
    return { users: group.members };
};
export const conversationInfo = ({ workspace }, args) => ({
    channel: channelObject(workspace, knownChannel(workspace, args)),
});
export const conversationMembers = ({ workspace }, args) => ({
    members: knownChannel(workspace, args).members,
    response_metadata: { next_cursor: '' },
});
const knownChannel = (workspace, args) => {
    const channel = workspace.channels.get(neededArgument(args, 'channel'));
    if (channel === undefined || (channel.isPrivate && !hasBot(workspace, channel))) {
        throw new ApiError('channel_not_found');
    }
    const scope = channel.directWith !== undefined ? 'im:read' : channel.isPrivate ? 'groups:read' : 'channels:read';
    const { scopes } = workspace.installation;
    if (!scopes.has(scope)) {
        throw new ApiError('missing_scope', [], { needed: scope, provided: [...scopes].join(',') });
    }
    return channel;
};
