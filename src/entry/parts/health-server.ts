import { createServer } from 'node:http';
import type { Metrics } from '../../metrics.ts';

export interface Readiness {
  readonly name: string;
  /** null: ready; otherwise why not. */
  readonly check: () => Promise<string | null>;
}

/** `/healthz` (alive), `/readyz` (can work), `/metrics`. Returns how to close it. */
export async function startHealthServer(
  port: number,
  metrics: Metrics,
  readiness: readonly Readiness[],
): Promise<() => void> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', metrics, readiness).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return () => server.close();
}

async function answer(url: string, metrics: Metrics, readiness: readonly Readiness[]) {
  const path = url.split('?')[0];
  if (path === '/healthz') return text(200, 'alive\n');
  if (path === '/metrics')
    return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() };
  if (path === '/readyz') {
    const results = await Promise.all(
      readiness.map(async ({ name, check }) => `${name}: ${(await check().catch(String)) ?? 'ready'}`),
    );
    return text(results.every((line) => line.endsWith(': ready')) ? 200 : 503, `${results.join('\n')}\n`);
  }
  return text(404, 'not found\n');
}

function text(status: number, body: string) {
  return { status, type: 'text/plain; charset=utf-8', body };
}
