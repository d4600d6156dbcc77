import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import type { Site } from '../domain/site/site.ts';

/** One question over HTTP. */
export interface Question {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpPage {
  readonly status: number;
  readonly type: string;
  readonly location: string | null;
  /** Raw `Set-Cookie` headers. */
  readonly cookies: readonly string[];
  readonly body: string;
}

/** A page, or in words why there is none. */
export type HttpAnswer = HttpPage | { readonly error: string };

/** In bytes. At this size, a page that is made to be hard to read costs its reader some seconds, and no more. */
const LARGEST_PAGE = 512 * 1024;
const LONGEST_LOCATION = 200;

/**
 * Asks a site one thing and follows no redirect. With `smoke.connect` it connects to that address, while the Host header and
 * the TLS name stay those of the site's url. Errors: never throws; the error is the answer.
 */
export function ask(site: Site, question: Question, deadlineMs: number): Promise<HttpAnswer> {
  const url = addressOn(site.url, question.path);
  const signal = AbortSignal.timeout(deadlineMs);
  return new Promise<HttpAnswer>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(
      optionsFor(site, url, question, signal),
    );
    request.on('error', reject);
    request.on('response', (response) => {
      readBody(response).then((body) => resolve(pageOf(response, body)), reject);
    });
    request.end(question.body);
  }).catch((error: unknown) => ({ error: reason(error, url, signal, deadlineMs) }));
}

/**
 * A path on the origin of `base`, whatever the path is. Pages name their own paths, and one that begins with two slashes
 * would send us, and our data, to another host.
 */
export function addressOn(base: string, path: string): URL {
  return new URL(`${new URL(base).origin}/${path.replace(/^\//, '')}`);
}

function optionsFor(site: Site, url: URL, { method, headers, body }: Question, signal: AbortSignal) {
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host: site.smoke?.connect ?? name,
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    method: method ?? 'GET',
    headers: {
      host: url.host,
      'user-agent': 'rollback-bot',
      // A cached answer from before the switch would say nothing.
      'cache-control': 'no-cache',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
    // A new connection each time: one from before a restart may be dead.
    agent: false as const,
    signal,
    ...(isIP(name) === 0 ? { servername: name } : {}),
  };
}

async function readBody(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk as Uint8Array);
    chunks.push(bytes);
    length += bytes.length;
    if (length > LARGEST_PAGE) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, LARGEST_PAGE);
}

function pageOf({ statusCode, headers }: http.IncomingMessage, body: string): HttpPage {
  return {
    status: statusCode ?? 0,
    type: headers['content-type'] ?? '',
    location: headers.location ?? null,
    cookies: headers['set-cookie'] ?? [],
    body,
  };
}

/** An unexpected page, in words. */
export function statusOf(site: Site, { status, location }: HttpPage): string {
  return location === null ? String(status) : `${status}, ${whereTo(site, location)}`;
}

/** Where a redirect leads. The usual one: we ask by HTTP, but only HTTPS answers. */
export function whereTo(site: Site, location: string): string {
  const base = `${site.url}/`;
  const to = URL.canParse(location, base) ? new URL(location, base) : undefined;
  const own = [site.domain, new URL(site.url).hostname];
  return site.url.startsWith('http:') && to?.protocol === 'https:' && own.includes(to.hostname)
    ? `asks for HTTPS: set url to https://${to.host} in the configuration`
    : `redirects to ${location.slice(0, LONGEST_LOCATION)}`;
}

function reason(error: unknown, url: URL, signal: AbortSignal, deadlineMs: number): string {
  if (signal.aborted) return `no answer within ${deadlineMs / 1000} s`;
  if (!(error instanceof Error)) return String(error);
  const said = 'code' in error && typeof error.code === 'string' ? WORDS[error.code] : undefined;
  return said === undefined ? error.message || error.name : said.replace('DOMAIN', url.hostname);
}

const NOT_TRUSTED =
  'the certificate of DOMAIN comes from an authority that this machine does not trust; if it is your own, start the worker with NODE_EXTRA_CA_CERTS';

/** Node's error codes that people meet, in words. */
const WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate of DOMAIN has expired',
  CERT_NOT_YET_VALID: 'the certificate of DOMAIN is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name than DOMAIN',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of DOMAIN is self-signed, so it proves nothing',
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  EPROTO: 'DOMAIN answers, but not with TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'DOMAIN answers, but not with TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'DOMAIN answers, but not with TLS',
  ENOTFOUND: "DNS doesn't know DOMAIN; smoke.connect can ask the host without DNS",
  EAI_AGAIN: "DNS doesn't answer for DOMAIN; smoke.connect can ask the host without DNS",
  ECONNRESET: 'the connection was closed without an answer',
};
