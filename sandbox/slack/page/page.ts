import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, parseJson, stringOf } from '../json.ts';
import type { LocalSlack } from '../local-slack.ts';
import { act, BadAction } from './act.ts';
import { HEADERS, serveAsset } from './assets.ts';
import { isCrossSite, refusalOf } from './guard.ts';
import { createMemory, type Memory } from './memory.ts';
import { isPlayable, type PageOptions, stateFor } from './state.ts';
import { createStreams, type Streams } from './streams.ts';

export type { PageOptions } from './state.ts';

const ASSETS = '/page/assets/';
const FORBIDDEN = 403;
const BODY_MAX = 100_000;

interface Page {
  readonly slack: LocalSlack;
  readonly memory: Memory;
  readonly streams: Streams;
  readonly options: PageOptions;
}

/** Serves the workspace as a page that people click in, on the same port as the API. */
export const addPage = (slack: LocalSlack, options: PageOptions = {}): void => {
  const memory = createMemory();
  const page: Page = { slack, memory, options, streams: createStreams(slack, memory, options) };
  const port = Number(new URL(slack.origin).port);
  slack.addRoute((request, response) => {
    const url = new URL(request.url ?? '/', slack.origin);
    if (url.pathname !== '/' && !url.pathname.startsWith('/page/')) return false;
    const refusal = refusalOf(request, port);
    if (refusal !== undefined) sendJson(response, FORBIDDEN, { error: refusal });
    else
      answer(page, url, request, response).catch((error: unknown) => {
        if (!response.headersSent) sendJson(response, 500, { error: String(error) });
        else response.end();
      });
    return true;
  });
};

const answer = async (
  page: Page,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { pathname } = url;
  const asked = `${request.method ?? 'GET'} ${pathname}`;
  if (asked === 'GET /') return serveAsset(response, 'index.html');
  if (asked.startsWith(`GET ${ASSETS}`)) return serveAsset(response, pathname.slice(ASSETS.length));
  if (isCrossSite(request))
    return sendJson(response, FORBIDDEN, { error: 'This page gives no data to other pages.' });
  if (asked === 'POST /page/act') return takeAction(page, request, response);
  const known = asked === 'GET /page/state' || asked === 'GET /page/events';
  if (!known) return sendJson(response, 404, { error: 'There is no such page.' });
  const user = chosenUser(page.slack, url.searchParams.get('user'));
  if (user === undefined) return sendJson(response, 404, { error: 'There is no such person.' });
  if (pathname === '/page/events') return page.streams.open(user, response);
  sendJson(response, 200, stateFor(page.slack, page.memory, user, page.options));
};

/** Whom the browser acts as. Without a choice, the first person who was added. */
const chosenUser = (slack: LocalSlack, asked: string | null): string | undefined =>
  asked === null || asked === ''
    ? slack.users().find(({ id }) => isPlayable(slack, id))?.id
    : isPlayable(slack, asked)
      ? asked
      : undefined;

const takeAction = async (
  { slack, memory, streams }: Page,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  // A form of another page cannot send this type without a preflight request.
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json')
    return sendJson(response, 415, { error: 'The request must be JSON.' });
  const body = await readBody(request);
  const action = body === undefined ? undefined : parseJson(body)?.value;
  if (!isObject(action)) return sendJson(response, 400, { error: 'The request must be a JSON object.' });
  const user = stringOf(action['user']);
  if (!isPlayable(slack, user)) return sendJson(response, 404, { error: 'There is no such person.' });
  try {
    sendJson(response, 200, { ok: true, ...(await act(slack, memory, user, action)) });
  } catch (error) {
    // The scripting interface refuses with a message.
    const status = error instanceof BadAction ? 400 : 409;
    sendJson(response, status, { ok: false, error: error instanceof Error ? error.message : String(error) });
  } finally {
    streams.refresh();
  }
};

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    // Reads and drops the rest, so that the answer still arrives.
    if (size <= BODY_MAX) chunks.push(chunk);
  }
  return size > BODY_MAX ? undefined : Buffer.concat(chunks).toString('utf8');
};

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
};
