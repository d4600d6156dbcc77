import { isObject } from '../json.js';
/** Whether a message calls this person: by name, as a member of a group, or as one of everybody. */
export const isMentioned = (message, userId, groups) => {
    const mine = new Set([
        `@${userId}`,
        '!channel',
        '!here',
        '!everyone',
        ...groups.filter(({ members }) => members.includes(userId)).map(({ id }) => `!subteam^${id}`),
    ]);
    return calls(message).some((call) => mine.has(call));
};
/** Where there are blocks they are what people read; the text beside them calls nobody. */
const calls = ({ text, blocks }) => blocks.length === 0 ? callsIn(text) : callsInBlocks(blocks);
const callsIn = (text) => [...text.matchAll(/<([@!][^<>|]+)(?:\|[^<>]*)?>/g)].flatMap(([, call]) => call === undefined ? [] : [call]);
const callsInBlocks = (value) => {
    if (Array.isArray(value))
        return value.flatMap(callsInBlocks);
    if (!isObject(value))
        return [];
    switch (value['type']) {
        case 'mrkdwn':
            return callsIn(String(value['text']));
        // the dialog behind a button is not part of the message
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
