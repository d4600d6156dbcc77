import { ApiError } from './api-error.js';
import { flagArgument, textArgument } from './arguments.js';
import { isEmpty, readContent } from './content.js';
import { edit, post, remove } from './host.js';
import { secretPart } from './ids.js';
import { MESSAGE_TEXT_MAX, RESPONSE_URL_LIFETIME_MS, RESPONSE_URL_USES_MAX } from './limits.js';
import { findMessage } from './workspace.js';
export const RESPONSE_PATH = '/actions/';
export const createResponseUrls = (host) => {
    const issued = new Map();
    const { clock } = host.workspace;
    return {
        issue: (origin) => {
            const id = secretPart();
            issued.set(id, { origin, at: clock.now(), uses: 0 });
            return `${host.origin()}${RESPONSE_PATH}${id}`;
        },
        use: (id, args) => {
            const url = issued.get(id);
            if (url === undefined)
                throw new ApiError('invalid_url');
            if (clock.now() - url.at > RESPONSE_URL_LIFETIME_MS)
                throw new ApiError('expired_url');
            if (url.uses >= RESPONSE_URL_USES_MAX)
                throw new ApiError('used_url');
            respond(host, url.origin, args);
            url.uses += 1;
        },
    };
};
/** Posts, replaces or deletes on behalf of a response_url, which works even where the bot is not a member. */
export const respond = (host, origin, args) => {
    const original = origin.messageTs === undefined
        ? undefined
        : findMessage(host.workspace, origin.channel, origin.messageTs);
    if (flagArgument(args, 'delete_original')) {
        if (original !== undefined)
            remove(host, original);
        return;
    }
    const content = readContent(args, MESSAGE_TEXT_MAX);
    if (isEmpty(content))
        throw new ApiError('no_text');
    const said = { text: content.text ?? '', blocks: content.blocks ?? [] };
    if (flagArgument(args, 'replace_original') && original !== undefined) {
        edit(host, original, said);
        return;
    }
    post(host, {
        ...said,
        channel: origin.channel,
        user: host.workspace.installation.botUserId,
        threadTs: textArgument(args, 'thread_ts') ?? inheritedThread(original, origin),
        ephemeralFor: args['response_type'] === 'in_channel' ? undefined : origin.user,
    });
};
/** An answer to a click on an ephemeral message in a thread stays in that thread. */
const inheritedThread = (original, origin) => original?.ephemeralFor === undefined ? undefined : origin.threadTs;
