import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import { receiveUpload, UPLOAD_PATH } from './api-files.ts';
import type { Fault, Faults } from './faults.ts';
import type { Host } from './host.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { RESPONSE_PATH, type ResponseUrls } from './response-urls.ts';
import type { SocketTransport } from './socket-transport.ts';
import { answerApiCall, refusal } from './web-api.ts';

export const API_PATH = '/api/';
const GONE = 404;
const BAD_REQUEST = 400;

export interface ServerParts {
  readonly host: Host;
  readonly sockets: SocketTransport;
  readonly responseUrls: ResponseUrls;
  readonly faults: Faults;
}

/** An additional page or stream on the same server. Returns whether the request belonged to it. */
export type Route = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface LocalServer {
  readonly origin: string;
  readonly addRoute: (route: Route) => void;
  readonly close: () => Promise<void>;
}

/** The only HTTP server: Web API, response URLs, uploads, the socket upgrade and added routes. */
export const listen = async (port: number, parts: ServerParts): Promise<LocalServer> => {
  const routes: Route[] = [];
  const server = createServer((request, response) => {
    if (routes.some((route) => route(request, response))) return;
    handle(parts, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  server.on('upgrade', (request, stream, head) => parts.sockets.upgrade(request, stream, head));
  await listening(server, port);
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    addRoute: (route) => routes.push(route),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
};

const handle = async (
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const body = await readBody(request);
  if (path.startsWith(API_PATH))
    return handleApi(parts, path.slice(API_PATH.length), request, response, body);
  if (path.startsWith(RESPONSE_PATH)) {
    return handleResponseUrl(parts, path.slice(RESPONSE_PATH.length), response, body);
  }
  if (path.startsWith(UPLOAD_PATH)) {
    const id = path.slice(UPLOAD_PATH.length);
    const { status, text } = await receiveUpload(
      parts.host.workspace,
      id,
      request.headers['content-type'],
      body,
    );
    response.writeHead(status).end(text);
    return;
  }
  response.writeHead(GONE).end();
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const handleApi = async (
  { host, sockets, faults }: ServerParts,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> => {
  const fault = faults.take(method);
  if (await answerFault(host, method, fault, response)) return;
  const read = readArguments(request, body);
  const headerToken = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const reply =
    'error' in read
      ? { headers: {}, body: refusal(host, method, new ApiError(read.error)) }
      : answerApiCall(host, sockets.issueTicket, { method, args: read.args, headerToken });
  if (fault?.dropReply === true) response.destroy();
  else sendJson(response, 200, reply.body, reply.headers);
};

/** Plays a scripted fault. False means that the call continues as usual. */
const answerFault = async (
  host: Host,
  method: string,
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<boolean> => {
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
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
  if (fault?.error === undefined) return false;
  sendJson(response, 200, refusal(host, method, new ApiError(fault.error), true), {});
  return true;
};

const readArguments = (
  request: IncomingMessage,
  body: Buffer,
): { readonly args: JsonObject } | { readonly error: string } => {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://localhost').searchParams);
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  const text = body.toString('utf8');
  if (text === '') return { args: query };
  if (type === 'application/x-www-form-urlencoded') {
    return { args: { ...query, ...Object.fromEntries(new URLSearchParams(text)) } };
  }
  if (type !== 'application/json') return { error: 'invalid_post_type' };
  const parsed = parseJson(text);
  if (parsed === undefined) return { error: 'invalid_json' };
  if (!isObject(parsed.value)) return { error: 'json_not_object' };
  // Slack ignores a token in a JSON body.
  const { token: _ignored, ...args } = parsed.value;
  return { args: { ...query, ...args } };
};

const handleResponseUrl = async (
  { host, responseUrls, faults }: ServerParts,
  id: string,
  response: ServerResponse,
  body: Buffer,
): Promise<void> => {
  const method = 'response_url';
  const fault = faults.take(method);
  if (await answerFault(host, method, fault, response)) return;
  const args = parseJson(body.toString('utf8'))?.value;
  try {
    if (!isObject(args)) throw new ApiError('invalid_payload');
    responseUrls.use(id, args);
    if (fault?.dropReply === true) response.destroy();
    else response.writeHead(200).end('ok');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const status = error.code.endsWith('_url') ? GONE : BAD_REQUEST;
    sendJson(response, status, refusal(host, method, error), {});
  }
};

const sendJson = (
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Readonly<Record<string, string>>,
): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
};
