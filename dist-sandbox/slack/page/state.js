import { isBot } from '../model.js';
import { isMentioned } from './mentions.js';
const PREVIEW_MAX = 60_000;
/** Everything that this person may see, and nothing else. */
export const stateFor = (slack, memory, me, options) => {
    const mine = slack.channels().filter(({ members }) => members.includes(me));
    return {
        me,
        workspace: options.workspaceName ?? capitalised(slack.teamDomain),
        sites: options.sites ?? [],
        people: slack
            .users()
            .filter(({ deleted }) => !deleted)
            .map((user) => personView(slack, memory, user)),
        groups: slack.groups().map(({ id, handle }) => ({ id, handle })),
        channelNames: Object.fromEntries([...mine, ...slack.channels().filter(({ isPrivate }) => !isPrivate)].map(({ id, name }) => [id, name])),
        channels: mine.map((channel) => channelView(slack, memory, me, channel)),
        modals: slack.as(me).openModals().map(modalView),
    };
};
/** The people one can be: everybody who still has an account and is no bot. */
export const isPlayable = (slack, id) => slack.users().some((user) => user.id === id && !user.deleted && !isBot(user));
const capitalised = (word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
const personView = (slack, memory, user) => ({
    id: user.id,
    name: user.displayName,
    realName: user.realName,
    bot: isBot(user),
    tz: user.tz,
    here: isBot(user) || memory.isHere(user.id),
    mentions: isBot(user)
        ? 0
        : slack
            .channels()
            .filter(({ members }) => members.includes(user.id))
            .reduce((sum, channel) => sum + unreadIn(slack, memory, user.id, channel).mentions, 0),
});
const sharedMessages = (slack, channel) => slack.messages(channel.id).flatMap((message) => 
// a reply that was also sent to the channel comes with its own thread
message.threadTs === undefined ? [message, ...slack.thread(channel.id, message.ts)] : []);
const unreadIn = (slack, memory, me, channel) => {
    const since = memory.readUpTo(me, channel.id);
    const fresh = sharedMessages(slack, channel).filter(({ ts, user }) => ts > since && user !== me);
    const called = fresh.filter((message) => isMentioned(message, me, slack.groups()));
    const unread = fresh.filter(({ threadTs, alsoInChannel }) => threadTs === undefined || alsoInChannel).length;
    return {
        unread: Math.max(unread, called.length),
        // everything in a direct message is for oneself
        mentions: channel.directWith === undefined ? called.length : unread,
    };
};
const channelView = (slack, memory, me, channel) => {
    const shown = [
        ...sharedMessages(slack, channel),
        ...slack
            .as(me)
            .ephemerals(channel.id)
            .filter(({ ts }) => !memory.isDismissed(me, channel.id, ts)),
    ];
    return {
        id: channel.id,
        name: channel.name,
        isPrivate: channel.isPrivate,
        isArchived: channel.isArchived,
        isShared: channel.isExternallyShared,
        isDirect: channel.directWith !== undefined,
        members: channel.members,
        readUpTo: memory.readUpTo(me, channel.id),
        ...unreadIn(slack, memory, me, channel),
        messages: shown
            .toSorted((one, other) => (one.ts < other.ts ? -1 : 1))
            .map((message) => messageView(slack, me, message)),
    };
};
const messageView = (slack, me, message) => ({
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    threadTs: message.threadTs === message.ts ? null : (message.threadTs ?? null),
    alsoInChannel: message.alsoInChannel,
    ephemeral: message.ephemeralFor !== undefined,
    edited: message.editedAt !== undefined,
    mentionsMe: message.user !== me && isMentioned(message, me, slack.groups()),
    files: message.files.map(fileView),
});
const fileView = ({ id, name, title, content }) => {
    const text = textOf(content);
    return {
        id,
        name,
        title,
        size: content.length,
        preview: text === undefined ? null : text.slice(0, PREVIEW_MAX),
        cut: text !== undefined && text.length > PREVIEW_MAX,
    };
};
const textOf = (content) => {
    try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
        return text.includes('\0') ? undefined : text;
    }
    catch {
        return undefined;
    }
};
const modalView = ({ id, hash, view, entered, errors }) => ({
    id,
    hash,
    // what the app keeps in a view for itself never reaches the screen
    view: Object.fromEntries(Object.entries(view).filter(([name]) => name !== 'private_metadata')),
    entered,
    errors,
});
