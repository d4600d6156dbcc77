import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, parseJson, stringOf } from '../json.ts';
import type { LocalSlack } from '../local-slack.ts';
import { act, BadDeed } from './act.ts';
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

/** Serves the workspace as a page to look at and click in, on the same port as the API. */
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
    return sendJson(response, FORBIDDEN, { error: 'This page tells nothing to other pages.' });
  if (asked === 'POST /page/act') return takeDeed(page, request, response);
  const known = asked === 'GET /page/state' || asked === 'GET /page/events';
  if (!known) return sendJson(response, 404, { error: 'There is no such page.' });
  const user = chosenUser(page.slack, url.searchParams.get('user'));
  if (user === undefined) return sendJson(response, 404, { error: 'There is no such person to be.' });
  if (pathname === '/page/events') return page.streams.open(user, response);
  sendJson(response, 200, stateFor(page.slack, page.memory, user, page.options));
};

/** Without a choice one is the first person who was added. */
const chosenUser = (slack: LocalSlack, asked: string | null): string | undefined =>
  asked === null || asked === ''
    ? slack.users().find(({ id }) => isPlayable(slack, id))?.id
    : isPlayable(slack, asked)
      ? asked
      : undefined;

const takeDeed = async (
  { slack, memory, streams }: Page,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  // a form of another page cannot send this type without asking first
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json')
    return sendJson(response, 415, { error: 'A deed is JSON.' });
  const body = await readBody(request);
  const deed = body === undefined ? undefined : parseJson(body)?.value;
  if (!isObject(deed)) return sendJson(response, 400, { error: 'A deed is a JSON object.' });
  const user = stringOf(deed['user']);
  if (!isPlayable(slack, user)) return sendJson(response, 404, { error: 'There is no such person to be.' });
  try {
    sendJson(response, 200, { ok: true, ...(await act(slack, memory, user, deed)) });
  } catch (error) {
    // what the scripting interface refuses, it refuses in words
    const status = error instanceof BadDeed ? 400 : 409;
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
    // the rest is read and thrown away, so that the answer still arrives
    if (size <= BODY_MAX) chunks.push(chunk);
  }
  return size > BODY_MAX ? undefined : Buffer.concat(chunks).toString('utf8');
};

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
};
