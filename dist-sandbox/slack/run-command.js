import { ApiError } from './api-error.js';
import { notice } from './host.js';
import { NOTHING_SENT, requireMember } from './interaction.js';
import { objectOf } from './json.js';
import { commandPayload } from './payloads.js';
import { respond } from './response-urls.js';
import { refusal } from './web-api.js';
import { channelOf, userOf } from './workspace.js';
/** A slash command as a person types it, with the slash and everything after it. */
export const runCommand = async (tools, userId, channelId, line, thread) => {
    const { host, responseUrls } = tools;
    const user = userOf(host.workspace, userId);
    const channel = channelOf(host.workspace, channelId);
    requireMember(user, channel);
    const [, command, text] = /^(\/\S+)\s*([\s\S]*)$/.exec(line) ?? [];
    if (command === undefined || text === undefined)
        throw new Error(`not a slash command: ${line}`);
    if (thread !== undefined) {
        notice(host, userId, `${command} is not supported in threads. Sorry!`);
        return NOTHING_SENT;
    }
    const origin = { channel: channelId, user: userId };
    const triggerId = host.triggers.issue(userId);
    const responseUrl = responseUrls.issue(origin);
    const result = await tools.deliver({
        kind: 'slash_command',
        user: userId,
        summary: `${line} in ${channelId}`,
        payload: commandPayload(host.workspace, {
            user,
            channel,
            command,
            text: text.trim(),
            triggerId,
            responseUrl,
        }),
    });
    if (result.ok)
        showCommandReply(host, origin, command, result.ackBody);
    else
        notice(host, userId, `${command} failed with the error "${result.error ?? ''}"`);
    return { ...result, sent: true, triggerId, responseUrl };
};
/** An acknowledgement with content is posted like an answer to the response_url. */
const showCommandReply = (host, origin, command, body) => {
    const said = typeof body === 'string' ? { text: body } : objectOf(body);
    if (Object.keys(said).length === 0)
        return;
    try {
        respond(host, origin, said);
    }
    catch (error) {
        if (!(error instanceof ApiError))
            throw error;
        refusal(host, `ack of ${command}`, error);
        notice(host, origin.user, `${command} failed with the error "invalid_command_response"`);
    }
};
