import { createTimestamps } from './clock.js';
import { slackId } from './ids.js';
export const createWorkspace = (installation, clock) => ({
    installation,
    clock,
    nextTs: createTimestamps(clock),
    users: new Map(),
    groups: new Map(),
    channels: new Map(),
    messages: [],
    modals: new Map(),
    uploads: new Map(),
});
export const userOf = (workspace, id) => {
    const user = workspace.users.get(id);
    if (user === undefined)
        throw new Error(`no such person in this workspace: ${id}`);
    return user;
};
export const channelOf = (workspace, id) => {
    const channel = workspace.channels.get(id);
    if (channel === undefined)
        throw new Error(`no such channel in this workspace: ${id}`);
    return channel;
};
export const isMember = (channel, userId) => channel.members.includes(userId);
export const hasBot = (workspace, channel) => isMember(channel, workspace.installation.botUserId);
/** The direct message channel between the bot and a person, made on first use as Slack does. */
export const directChannel = (workspace, userId) => {
    for (const channel of workspace.channels.values())
        if (channel.directWith === userId)
            return channel;
    const channel = {
        id: slackId('D'),
        name: 'directmessage',
        members: [userId, workspace.installation.botUserId],
        isPrivate: true,
        isArchived: false,
        isExternallyShared: false,
        directWith: userId,
    };
    workspace.channels.set(channel.id, channel);
    return channel;
};
export const storeMessage = (workspace, fields) => {
    const { threadTs, ephemeralFor, metadata } = fields;
    const message = {
        ts: workspace.nextTs(),
        channel: fields.channel,
        user: fields.user,
        text: fields.text,
        blocks: fields.blocks,
        alsoInChannel: fields.alsoInChannel ?? false,
        history: [],
        files: fields.files ?? [],
        ...(threadTs === undefined ? {} : { threadTs }),
        ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
        ...(metadata === undefined ? {} : { metadata }),
    };
    workspace.messages.push(message);
    return message;
};
export const findMessage = (workspace, channel, ts) => workspace.messages.find((message) => message.channel === channel && message.ts === ts);
export const editMessage = (workspace, message, change) => {
    const at = workspace.nextTs();
    const edited = {
        ...message,
        ...change,
        editedAt: at,
        history: [...message.history, { text: message.text, blocks: message.blocks, until: at }],
    };
    workspace.messages[indexOf(workspace, message)] = edited;
    return edited;
};
export const removeMessage = (workspace, message) => {
    workspace.messages.splice(indexOf(workspace, message), 1);
};
const indexOf = (workspace, message) => workspace.messages.findIndex(({ channel, ts }) => channel === message.channel && ts === message.ts);
export const modalsOf = (workspace, userId) => workspace.modals.get(userId) ?? [];
export const findModal = (workspace, id) => [...workspace.modals.values()].flat().find((modal) => modal.id === id);
export const replaceModal = (workspace, next) => {
    const stack = modalsOf(workspace, next.user).map((modal) => (modal.id === next.id ? next : modal));
    workspace.modals.set(next.user, stack);
};
