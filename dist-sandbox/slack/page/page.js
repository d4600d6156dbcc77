import { isObject, parseJson, stringOf } from '../json.js';
import { act, BadDeed } from './act.js';
import { HEADERS, serveAsset } from './assets.js';
import { isCrossSite, refusalOf } from './guard.js';
import { createMemory } from './memory.js';
import { isPlayable, stateFor } from './state.js';
import { createStreams } from './streams.js';
const ASSETS = '/page/assets/';
const FORBIDDEN = 403;
const BODY_MAX = 100_000;
/** Serves the workspace as a page to look at and click in, on the same port as the API. */
export const addPage = (slack, options = {}) => {
    const memory = createMemory();
    const page = { slack, memory, options, streams: createStreams(slack, memory, options) };
    const port = Number(new URL(slack.origin).port);
    slack.addRoute((request, response) => {
        const url = new URL(request.url ?? '/', slack.origin);
        if (url.pathname !== '/' && !url.pathname.startsWith('/page/'))
            return false;
        const refusal = refusalOf(request, port);
        if (refusal !== undefined)
            sendJson(response, FORBIDDEN, { error: refusal });
        else
            answer(page, url, request, response).catch((error) => {
                if (!response.headersSent)
                    sendJson(response, 500, { error: String(error) });
                else
                    response.end();
            });
        return true;
    });
};
const answer = async (page, url, request, response) => {
    const { pathname } = url;
    const asked = `${request.method ?? 'GET'} ${pathname}`;
    if (asked === 'GET /')
        return serveAsset(response, 'index.html');
    if (asked.startsWith(`GET ${ASSETS}`))
        return serveAsset(response, pathname.slice(ASSETS.length));
    if (isCrossSite(request))
        return sendJson(response, FORBIDDEN, { error: 'This page tells nothing to other pages.' });
    if (asked === 'POST /page/act')
        return takeDeed(page, request, response);
    const known = asked === 'GET /page/state' || asked === 'GET /page/events';
    if (!known)
        return sendJson(response, 404, { error: 'There is no such page.' });
    const user = chosenUser(page.slack, url.searchParams.get('user'));
    if (user === undefined)
        return sendJson(response, 404, { error: 'There is no such person to be.' });
    if (pathname === '/page/events')
        return page.streams.open(user, request, response);
    sendJson(response, 200, stateFor(page.slack, page.memory, user, page.options));
};
/** Without a choice one is the first person who was added. */
const chosenUser = (slack, asked) => asked === null || asked === ''
    ? slack.users().find(({ id }) => isPlayable(slack, id))?.id
    : isPlayable(slack, asked)
        ? asked
        : undefined;
const takeDeed = async ({ slack, memory, streams }, request, response) => {
    // a form of another page cannot send this type without asking first
    if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json')
        return sendJson(response, 415, { error: 'A deed is JSON.' });
    const body = await readBody(request);
    const deed = body === undefined ? undefined : parseJson(body)?.value;
    if (!isObject(deed))
        return sendJson(response, 400, { error: 'A deed is a JSON object.' });
    const user = stringOf(deed['user']);
    if (!isPlayable(slack, user))
        return sendJson(response, 404, { error: 'There is no such person to be.' });
    try {
        sendJson(response, 200, { ok: true, ...(await act(slack, memory, user, deed)) });
    }
    catch (error) {
        // what the scripting interface refuses, it refuses in words
        const status = error instanceof BadDeed ? 400 : 409;
        sendJson(response, status, { ok: false, error: error instanceof Error ? error.message : String(error) });
    }
    finally {
        streams.refresh();
    }
};
const readBody = async (request) => {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
        if (!(chunk instanceof Uint8Array))
            continue;
        size += chunk.length;
        if (size > BODY_MAX)
            return undefined;
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
};
const sendJson = (response, status, body) => {
    response.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body));
};
