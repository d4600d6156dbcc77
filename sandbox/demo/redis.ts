import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onPath } from '../host/install-programs.ts';
import { type Child, startChild } from './child.ts';

export interface DemoRedis {
  readonly url: string;
  /** What people should know about it, in one line. */
  readonly says: string;
  /** Null if the demo did not start it. */
  readonly child: Child | null;
}

const EMBEDDED = fileURLToPath(new URL('../../dist-sandbox/demo/embedded-redis.js', import.meta.url));
const ATTEMPTS = 5;

/**
 * Uses the Redis of REDIS_URL if it is set. Otherwise starts this machine's redis-server or valkey-server, and if there is
 * none, or with `ROLLBACK_DEMO_REDIS=embedded`, the one written in JavaScript.
 */
export async function startRedis(directory: string, environment: NodeJS.ProcessEnv): Promise<DemoRedis> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined && given !== '')
    return {
      url: given,
      says: 'Redis: the one in REDIS_URL, which keeps the records of this demo',
      child: null,
    };
  const program =
    process.env['ROLLBACK_DEMO_REDIS'] === 'embedded'
      ? null
      : (onPath('redis-server') ?? onPath('valkey-server'));
  if (program !== null) return startServer(program, `${directory}/redis`, environment);
  const child = await startChild({
    name: 'the embedded Redis',
    argv: [process.execPath, '--no-warnings', EMBEDDED],
    environment,
    ready: /port \d+/,
  });
  const url = `redis://127.0.0.1:${child.ready.slice('port '.length)}`;
  return { url, says: 'Redis: one written in JavaScript, in memory and only for this demo', child };
}

async function startServer(
  program: string,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<DemoRedis> {
  mkdirSync(directory, { recursive: true });
  // Another program may take the port after it was found free and before it is used.
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const settings = {
      port: String(port),
      bind: '127.0.0.1',
      dir: directory,
      save: '',
      appendonly: 'yes',
      'maxmemory-policy': 'noeviction',
    };
    try {
      const child = await startChild({
        name: 'Redis',
        argv: [program, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])],
        environment,
        ready: /Ready to accept connections/i,
      });
      return { url: `redis://127.0.0.1:${port}`, says: `Redis: ${program} on its own port`, child };
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
