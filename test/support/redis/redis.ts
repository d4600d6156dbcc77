import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { ADMIN, aclFile, BOT, type RedisLogin } from './acl.ts';

export interface TestRedis {
  /** With the login that the documentation gives to the bot: a real server allows what `redis.acl` says, and no more. */
  readonly url: string;
  /** With a login that may do everything. */
  readonly adminUrl: string;
  /** The bot's address by another way, as through a proxy. */
  urlAt(port: number): string;
  /** Does what the bot's login may not, such as changing the configuration. */
  admin<T>(work: (redis: Redis) => Promise<T>): Promise<T>;
  readonly port: number;
  readonly pid: number | null;
  readonly kind: 'redis-server' | 'embedded';
  /** Ends it and removes its files. */
  stop(): Promise<void>;
  /** Kills it, as a crash would. */
  kill(): Promise<void>;
  /** Kills it if it still runs, and starts it again on the same port. With AOF it has its data. */
  restart(): Promise<void>;
}

const EMBEDDED = fileURLToPath(new URL('redis-embedded.mjs', import.meta.url));

/** Whether tests get a real server, which crash tests need. Not with `ROLLBACK_TEST_REDIS=embedded`. */
export function hasRealRedis(): boolean {
  return serverProgram() !== null;
}

/** Starts a private Redis on a free port: the real one on PATH, or the one written in JavaScript. */
export async function startRedis(options: { readonly aof?: boolean } = {}): Promise<TestRedis> {
  const program = serverProgram();
  const directory = await mkdtemp(join(tmpdir(), 'rollback-redis-'));
  const kind = program === null ? 'embedded' : 'redis-server';
  if (program !== null) await writeFile(join(directory, 'users.acl'), aclFile());
  // The one written in JavaScript knows no users.
  const urlOf = (login: RedisLogin, at: number) =>
    `redis://${program === null ? '' : `${login.user}:${encodeURIComponent(login.password)}@`}127.0.0.1:${at}`;
  const start = async (port: number) =>
    program === null ? startEmbedded(port) : startServer(program, port, directory, options.aof === true);
  let { child, port } = await start(0);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    url: urlOf(BOT, port),
    adminUrl: urlOf(ADMIN, port),
    urlAt: (at) => urlOf(BOT, at),
    async admin(work) {
      const redis = new Redis(urlOf(ADMIN, port));
      try {
        return await work(redis);
      } finally {
        redis.disconnect();
      }
    },
    port,
    get pid() {
      return child.pid ?? null;
    },
    kind,
    kill,
    async restart() {
      await kill();
      ({ child, port } = await start(port));
    },
    async stop() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function serverProgram(): string | null {
  if (process.env['ROLLBACK_TEST_REDIS'] === 'embedded') return null;
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const candidates = ['redis-server', 'valkey-server'].flatMap((name) =>
    directories.map((directory) => join(directory, name)),
  );
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

async function startEmbedded(port: number): Promise<Started> {
  const child = spawn(process.execPath, [EMBEDDED, String(port)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the embedded Redis ended with ${code}`))),
  ]);
  lines.close();
  return { child, port: (JSON.parse(String(line)) as { port: number }).port };
}

async function startServer(
  program: string,
  wanted: number,
  directory: string,
  aof: boolean,
): Promise<Started> {
  // Another test may take the port after it was found free. Then this tries a new one.
  for (let attempt = 0; ; attempt += 1) {
    const port = wanted === 0 ? await freePort() : wanted;
    const child = spawn(program, serverArguments(port, directory, aof), { stdio: 'ignore' });
    if (await answers(child, port)) {
      endWithUs(child);
      return { child, port };
    }
    if (attempt === 4) throw new Error(`${program} does not start on port ${port}`);
  }
}

function serverArguments(port: number, directory: string, aof: boolean): readonly string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    aclfile: join(directory, 'users.acl'),
    save: '',
    appendonly: aof ? 'yes' : 'no',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Leaves no server behind, however the tests end: the end of this process closes the watcher's stdin. */
function endWithUs(child: ChildProcess): void {
  const watcher = spawn('sh', ['-c', 'cat; kill -9 "$1"', 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Ends the watcher before another process can have the server's pid.
  child.once('exit', () => watcher.kill('SIGKILL'));
}

/** True as soon as this server answers; false if it ended. */
async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    username: ADMIN.user,
    password: ADMIN.password,
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
  });
  redis.on('error', () => undefined);
  try {
    const exited = once(child, 'exit').then(() => null);
    const info = await Promise.race([redis.info('server'), exited]);
    return info?.includes(`process_id:${child.pid}`) === true;
  } finally {
    redis.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
