import { postEphemeral, postMessage, updateMessage } from './api-chat.ts';
import { conversationInfo, conversationMembers, groupMembers, userInfo } from './api-directory.ts';
import { ApiError } from './api-error.ts';
import { completeUpload, uploadUrl } from './api-files.ts';
import { openView, updateView } from './api-views.ts';
import type { Host } from './host.ts';
import type { JsonObject } from './json.ts';
import { userOf } from './workspace.ts';

/** One call as it came in, not checked yet. */
export interface ApiRequest {
  readonly method: string;
  readonly args: JsonObject;
  readonly headerToken: string | undefined;
}

export interface ApiReply {
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

interface Method {
  /** The bot token needs one of these scopes. None means that any bot token will do. */
  readonly scopes: readonly string[];
  readonly run: (host: Host, args: JsonObject) => JsonObject;
}

const authTest = ({ workspace }: Host): JsonObject => {
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

const METHODS: Readonly<Record<string, Method>> = {
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

/** Answers one Web API call as Slack does, and writes refusals to the transcript. */
export const answerApiCall = (host: Host, issueTicket: () => string, request: ApiRequest): ApiReply => {
  const { scopes } = host.workspace.installation;
  const headers: Record<string, string> = { 'x-oauth-scopes': [...scopes].join(',') };
  const accepted = METHODS[request.method]?.scopes ?? [];
  if (accepted.length > 0) headers['x-accepted-oauth-scopes'] = accepted.join(',');
  try {
    const result =
      request.method === CONNECTIONS_OPEN
        ? openConnection(host, issueTicket, request)
        : runMethod(host, request);
    return { headers, body: { ok: true, ...result } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { headers, body: refusal(host, request.method, error) };
  }
};

/** Slack's `ok: false`, also written to the transcript. `scripted` if a test asked for it. */
export const refusal = (host: Host, method: string, error: ApiError, scripted = false): JsonObject => {
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

const openConnection = (host: Host, issueTicket: () => string, request: ApiRequest): JsonObject => {
  const { appId, appToken, botToken } = host.workspace.installation;
  // Only this method ignores a token outside the header.
  if (request.headerToken === undefined) throw new ApiError('not_authed');
  if (request.headerToken === botToken) throw new ApiError('not_allowed_token_type');
  if (request.headerToken !== appToken) throw new ApiError('invalid_auth');
  const origin = host.origin().replace('http:', 'ws:');
  return { url: `${origin}/link/?ticket=${issueTicket()}&app_id=${appId}` };
};

const runMethod = (host: Host, { method, args, headerToken }: ApiRequest): JsonObject => {
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (known === undefined) throw new ApiError('unknown_method', [], { req_method: method });
  const { appToken, botToken, scopes } = host.workspace.installation;
  const token = headerToken ?? (typeof args['token'] === 'string' ? args['token'] : undefined);
  if (token === undefined) throw new ApiError('not_authed');
  if (token === appToken) throw new ApiError('not_allowed_token_type');
  if (token !== botToken) throw new ApiError('invalid_auth');
  if (known.scopes.length > 0 && !known.scopes.some((scope) => scopes.has(scope))) {
    throw new ApiError('missing_scope', [], {
      needed: known.scopes.join(','),
      provided: [...scopes].join(','),
    });
  }
  return known.run(host, args);
};
