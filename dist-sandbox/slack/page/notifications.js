import { isBot } from '../model.js';
import { isMentioned } from './mentions.js';
/** Only a new post that everybody sees rings: an edit never does, and neither does an ephemeral message. */
export const notificationFor = (slack, me, event) => {
    if (event.type !== 'message')
        return undefined;
    const { message } = event;
    const channel = slack.channels().find(({ id }) => id === message.channel);
    if (channel === undefined)
        return undefined;
    const listening = slack
        .users()
        .filter(({ id }) => channel.members.includes(id) && id !== message.user)
        .filter((user) => !isBot(user) && !user.deleted);
    const called = listening.filter(({ id }) => isMentioned(message, id, slack.groups()));
    const mentionsMe = called.some(({ id }) => id === me);
    const mine = listening.some(({ id }) => id === me) &&
        (mentionsMe || message.threadTs === undefined || message.alsoInChannel || takesPart(slack, me, message));
    const others = called.filter(({ id }) => id !== me).map(({ id }) => id);
    // a channel that this person is not in stays unknown to them
    if (!channel.members.includes(me) || (!mine && others.length === 0))
        return undefined;
    return {
        channel: channel.id,
        channelName: channel.name,
        ts: message.ts,
        threadTs: message.threadTs ?? null,
        user: message.user,
        text: message.text,
        mine,
        mentionsMe,
        others,
    };
};
const takesPart = (slack, me, { channel, threadTs }) => threadTs !== undefined &&
    [slack.message(channel, threadTs), ...slack.thread(channel, threadTs)].some((one) => one?.user === me);
