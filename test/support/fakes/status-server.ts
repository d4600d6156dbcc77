import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it came in. */
export interface StatusCall {
  readonly at: number;
  readonly key: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The answer to one call. `hang` never answers. */
export type StatusReply =
  | number
  | 'hang'
  | { readonly status: number; readonly headers: Record<string, string> };

export interface StatusServer {
  readonly url: string;
  /** Every call, including those that were refused. */
  readonly calls: StatusCall[];
  /** Answers for the next calls. After that, every call is accepted with 204. */
  readonly replies: StatusReply[];
  close(): Promise<void>;
}

/** A real HTTP server in place of a status page. */
export async function startStatusServer(): Promise<StatusServer> {
  const calls: StatusCall[] = [];
  const replies: StatusReply[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const key = request.headers['idempotency-key'];
      const body = JSON.parse(text) as StatusCall['body'];
      calls.push({ at: Date.now(), key: key?.toString(), headers: request.headers, body });
      const reply = replies.shift() ?? 204;
      if (reply === 'hang') return;
      const { status, headers } = typeof reply === 'number' ? { status: reply, headers: {} } : reply;
      response.writeHead(status, headers).end('what a page says about itself');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/status`,
    calls,
    replies,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
