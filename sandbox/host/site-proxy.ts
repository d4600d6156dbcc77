import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { extname, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

export interface SiteProxy {
  readonly url: string;
  readonly close: () => void;
}

/** The proxy of one site: static files from disk, everything else from its socket, 502 if nothing listens there. */
export async function startSiteProxy(root: string, socketPath: string): Promise<SiteProxy> {
  const server = createServer((incoming, response) => {
    const file = /^\/(static|media)\/([\w./-]+)$/.exec(incoming.url ?? '');
    if (file === null) forward(socketPath, incoming, response);
    else void sendFile(`${root}/${file[1]}`, file[2] ?? '', response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forward(socketPath: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { url, method, headers } = incoming;
  const onward = request({
    socketPath,
    path: url,
    method,
    headers: { ...headers, 'x-forwarded-for': '127.0.0.1', connection: 'close' },
  });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(502, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<h1>502 Bad Gateway</h1>');
  });
  incoming.pipe(onward);
}

async function sendFile(folder: string, name: string, response: ServerResponse): Promise<void> {
  const path = normalize(`${folder}/${name}`);
  const isThere = path.startsWith(`${folder}/`) && (await stat(path).catch(() => null))?.isFile() === true;
  if (!isThere) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
  createReadStream(path).pipe(response);
}
