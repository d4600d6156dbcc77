import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';

const FOLDER = new URL('./assets/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** No inline script or style and nothing from elsewhere: even a bug in the page cannot run someone's text as code. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** One file of the page. Only plain names are served, so no request reaches outside the folder. */
export const serveAsset = async (response: ServerResponse, name: string): Promise<void> => {
  const type = /^[a-z][a-z-]*\.(?:html|css|js|svg)$/.test(name) ? TYPES[name.split('.')[1] ?? ''] : undefined;
  const content =
    type === undefined ? undefined : await readFile(new URL(name, FOLDER)).catch(() => undefined);
  if (type === undefined || content === undefined) {
    response.writeHead(404, HEADERS).end();
    return;
  }
  response.writeHead(200, { ...HEADERS, 'content-type': type }).end(content);
};
