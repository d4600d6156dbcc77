import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.js';
import { receiveUpload, UPLOAD_PATH } from './api-files.js';
import { isObject, parseJson } from './json.js';
import { RESPONSE_PATH } from './response-urls.js';
import { answerApiCall, refusal } from './web-api.js';
export const API_PATH = '/api/';
const GONE = 404;
const BAD_REQUEST = 400;
/** The one HTTP server: Web API, response URLs, uploads, the socket upgrade, and whatever routes are added. */
export const listen = async (port, parts) => {
    const routes = [];
    const server = createServer((request, response) => {
        if (routes.some((route) => route(request, response)))
            return;
        handle(parts, request, response).catch((error) => {
            if (!response.headersSent)
                response.writeHead(500);
            response.end(String(error));
        });
    });
    server.on('upgrade', (request, stream, head) => parts.sockets.upgrade(request, stream, head));
    await listening(server, port);
    return {
        origin: `http://127.0.0.1:${portOf(server)}`,
        addRoute: (route) => routes.push(route),
        close: () => new Promise((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
        }),
    };
};
const listening = (server, port) => new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
});
const portOf = (server) => {
    const address = server.address();
    if (address === null || typeof address === 'string')
        throw new Error('the server has no port');
    return address.port;
};
const handle = async (parts, request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const body = await readBody(request);
    if (path.startsWith(API_PATH))
        return handleApi(parts, path.slice(API_PATH.length), request, response, body);
    if (path.startsWith(RESPONSE_PATH)) {
        return handleResponseUrl(parts, path.slice(RESPONSE_PATH.length), response, body);
    }
    if (path.startsWith(UPLOAD_PATH)) {
        const id = path.slice(UPLOAD_PATH.length);
        const { status, text } = await receiveUpload(parts.host.workspace, id, request.headers['content-type'], body);
        response.writeHead(status).end(text);
        return;
    }
    response.writeHead(GONE).end();
};
const readBody = async (request) => {
    const chunks = [];
    for await (const chunk of request)
        if (chunk instanceof Uint8Array)
            chunks.push(chunk);
    return Buffer.concat(chunks);
};
const handleApi = async ({ host, sockets, faults }, method, request, response, body) => {
    const fault = faults.take(method);
    if (await answerFault(host, method, fault, response))
        return;
    const read = readArguments(request, body);
    const headerToken = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const reply = 'error' in read
        ? { headers: {}, body: refusal(host, method, new ApiError(read.error)) }
        : answerApiCall(host, sockets.issueTicket, { method, args: read.args, headerToken });
    if (fault?.dropReply === true)
        response.destroy();
    else
        sendJson(response, 200, reply.body, reply.headers);
};
/** Plays a scripted fault; false means that the call goes on as usual. */
const answerFault = async (host, method, fault, response) => {
    if (fault?.delayMs !== undefined)
        await sleep(fault.delayMs, undefined, { ref: false });
    if (fault?.rateLimitSeconds !== undefined) {
        const body = refusal(host, method, new ApiError('ratelimited'), true);
        sendJson(response, 429, body, { 'retry-after': String(fault.rateLimitSeconds) });
        return true;
    }
    if (fault?.status !== undefined) {
        refusal(host, method, new ApiError(`HTTP ${fault.status}`), true);
        response.writeHead(fault.status).end();
        return true;
    }
    if (fault?.error === undefined)
        return false;
    sendJson(response, 200, refusal(host, method, new ApiError(fault.error), true), {});
    return true;
};
const readArguments = (request, body) => {
    const query = Object.fromEntries(new URL(request.url ?? '/', 'http://localhost').searchParams);
    const type = request.headers['content-type']?.split(';')[0]?.trim();
    const text = body.toString('utf8');
    if (text === '')
        return { args: query };
    if (type === 'application/x-www-form-urlencoded') {
        return { args: { ...query, ...Object.fromEntries(new URLSearchParams(text)) } };
    }
    if (type !== 'application/json')
        return { error: 'invalid_post_type' };
    const parsed = parseJson(text);
    if (parsed === undefined)
        return { error: 'invalid_json' };
    if (!isObject(parsed.value))
        return { error: 'json_not_object' };
    // a token inside a JSON body is not looked at
    const { token: _ignored, ...args } = parsed.value;
    return { args: { ...query, ...args } };
};
const handleResponseUrl = async ({ host, responseUrls, faults }, id, response, body) => {
    const method = 'response_url';
    const fault = faults.take(method);
    if (await answerFault(host, method, fault, response))
        return;
    const args = parseJson(body.toString('utf8'))?.value;
    try {
        if (!isObject(args))
            throw new ApiError('invalid_payload');
        responseUrls.use(id, args);
        if (fault?.dropReply === true)
            response.destroy();
        else
            response.writeHead(200).end('ok');
    }
    catch (error) {
        if (!(error instanceof ApiError))
            throw error;
        const status = error.code.endsWith('_url') ? GONE : BAD_REQUEST;
        sendJson(response, status, refusal(host, method, error), {});
    }
};
const sendJson = (response, status, body, headers) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
};
