import type { IncomingMessage, ServerResponse } from 'node:http';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export const HOME = '<html><head><link rel="stylesheet" href="/static/main.abc123.css"></head></html>';
export const page =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  };
export const json = (status: number, value: unknown) =>
  page(status, 'application/json', JSON.stringify(value));

export const GOOD: Readonly<Record<string, Answer>> = {
  '/health/': json(200, { status: 'ok', checks: { db: { status: 'ok' }, cache: { status: 'ok' } } }),
  '/': page(200, 'text/html; charset=utf-8', HOME),
  '/static/main.abc123.css': page(200, 'text/css', 'body{}'),
  '/admin/login/': page(200, 'text/html', '<form>'),
};
