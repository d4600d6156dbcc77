import { describeEvent } from './transcript.js';
import { directChannel, findMessage } from './workspace.js';
export const createReading = (workspace, transcript) => {
    const shared = (channel) => workspace.messages.filter((message) => message.channel === channel && message.ephemeralFor === undefined);
    return {
        users: () => [...workspace.users.values()],
        groups: () => [...workspace.groups.values()],
        channels: () => [...workspace.channels.values()],
        messages: (channel) => shared(channel).filter(({ threadTs, alsoInChannel }) => threadTs === undefined || alsoInChannel),
        thread: (channel, ts) => shared(channel).filter(({ threadTs }) => threadTs === ts),
        message: (channel, ts) => findMessage(workspace, channel, ts),
        direct: (userId) => directChannel(workspace, userId),
        transcript: () => transcript.events,
        describe: () => transcript.events.map(describeEvent).join('\n'),
        onEvent: transcript.subscribe,
        mark: () => transcript.events.length,
        waitFor: (matches, wait) => transcript.find((event) => (matches(event) ? event : undefined), waitOptions(wait)),
        waitForMessage: (matches, wait) => transcript.find((event) => {
            const message = saidIn(event);
            return message !== undefined && matches(message) ? message : undefined;
        }, waitOptions(wait)),
        waitForModal: (userId, matches, wait) => transcript.find((event) => {
            const modal = shownIn(event, userId);
            return modal !== undefined && matches(modal) ? modal : undefined;
        }, waitOptions(wait)),
    };
};
const saidIn = (event) => event.type === 'message' || event.type === 'edit' || event.type === 'ephemeral' ? event.message : undefined;
const shownIn = (event, userId) => event.type === 'modal' && event.user === userId && event.change !== 'closed' ? event.modal : undefined;
const waitOptions = (wait = {}) => (typeof wait === 'number' ? { timeoutMs: wait } : wait);
/** Refusals that say something about the caller's own words rather than about the state of the workspace. */
const CONTENT_ERRORS = new Set([
    'invalid_arguments',
    'invalid_attachments',
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_json',
    'invalid_metadata_format',
    'invalid_payload',
    'invalid_post_type',
    'invalid_response_action',
    'json_not_object',
    'msg_blocks_too_long',
    'msg_too_long',
    'no_text',
    'push_limit_reached',
    'unknown_method',
]);
export const violationsIn = ({ events }) => events.flatMap((event) => event.type === 'refusal' && !event.scripted && CONTENT_ERRORS.has(event.error) ? [event] : []);
