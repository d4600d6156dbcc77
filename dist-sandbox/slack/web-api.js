import { postEphemeral, postMessage, updateMessage } from './api-chat.js';
import { conversationInfo, conversationMembers, groupMembers, userInfo } from './api-directory.js';
import { ApiError } from './api-error.js';
import { completeUpload, uploadUrl } from './api-files.js';
import { openView, updateView } from './api-views.js';
import { userOf } from './workspace.js';
const authTest = ({ workspace }) => {
    const { teamId, teamDomain, botUserId, botId } = workspace.installation;
    return {
        url: `https://${teamDomain}.slack.com/`,
        team: teamDomain,
        user: userOf(workspace, botUserId).name,
        team_id: teamId,
        user_id: botUserId,
        bot_id: botId,
        is_enterprise_install: false,
    };
};
const METHODS = {
    'auth.test': { scopes: [], run: authTest },
    'chat.postMessage': { scopes: ['chat:write'], run: postMessage },
    'chat.update': { scopes: ['chat:write'], run: updateMessage },
    'chat.postEphemeral': { scopes: ['chat:write'], run: postEphemeral },
    'views.open': { scopes: [], run: openView },
    'views.update': { scopes: [], run: updateView },
    'users.info': { scopes: ['users:read'], run: userInfo },
    'usergroups.users.list': { scopes: ['usergroups:read'], run: groupMembers },
    'conversations.info': { scopes: ['channels:read', 'groups:read', 'im:read'], run: conversationInfo },
    'conversations.members': { scopes: ['channels:read', 'groups:read', 'im:read'], run: conversationMembers },
    'files.getUploadURLExternal': { scopes: ['files:write'], run: uploadUrl },
    'files.completeUploadExternal': { scopes: ['files:write'], run: completeUpload },
};
const CONNECTIONS_OPEN = 'apps.connections.open';
/** Answers one Web API call the way Slack does, and puts refusals into the transcript. */
export const answerApiCall = (host, issueTicket, request) => {
    const { scopes } = host.workspace.installation;
    const headers = { 'x-oauth-scopes': [...scopes].join(',') };
    const accepted = METHODS[request.method]?.scopes ?? [];
    if (accepted.length > 0)
        headers['x-accepted-oauth-scopes'] = accepted.join(',');
    try {
        const result = request.method === CONNECTIONS_OPEN
            ? openConnection(host, issueTicket, request)
            : runMethod(host, request);
        return { headers, body: { ok: true, ...result } };
    }
    catch (error) {
        if (!(error instanceof ApiError))
            throw error;
        return { headers, body: refusal(host, request.method, error) };
    }
};
/** Slack's `ok: false`, put into the transcript on the way; `scripted` if a test asked for it. */
export const refusal = (host, method, error, scripted = false) => {
    const { code, messages } = error;
    host.transcript.record({ type: 'refusal', method, error: code, messages, scripted });
    return {
        ok: false,
        error: error.code,
        ...error.fields,
        ...(error.messages.length > 0 ? { response_metadata: { messages: error.messages } } : {}),
        ...(error.code === 'invalid_blocks'
            ? { errors: error.messages.map((message) => message.replace('[ERROR] ', '')) }
            : {}),
    };
};
const openConnection = (host, issueTicket, request) => {
    const { appId, appToken, botToken } = host.workspace.installation;
    // this one method takes its token from the header only
    if (request.headerToken === undefined)
        throw new ApiError('not_authed');
    if (request.headerToken === botToken)
        throw new ApiError('not_allowed_token_type');
    if (request.headerToken !== appToken)
        throw new ApiError('invalid_auth');
    const origin = host.origin().replace('http:', 'ws:');
    return { url: `${origin}/link/?ticket=${issueTicket()}&app_id=${appId}` };
};
const runMethod = (host, { method, args, headerToken }) => {
    const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (known === undefined)
        throw new ApiError('unknown_method', [], { req_method: method });
    const { appToken, botToken, scopes } = host.workspace.installation;
    const token = headerToken ?? (typeof args['token'] === 'string' ? args['token'] : undefined);
    if (token === undefined)
        throw new ApiError('not_authed');
    if (token === appToken)
        throw new ApiError('not_allowed_token_type');
    if (token !== botToken)
        throw new ApiError('invalid_auth');
    if (known.scopes.length > 0 && !known.scopes.some((scope) => scopes.has(scope))) {
        throw new ApiError('missing_scope', [], {
            needed: known.scopes.join(','),
            provided: [...scopes].join(','),
        });
    }
    return known.run(host, args);
};
