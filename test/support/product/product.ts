import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalSlack } from '../../../sandbox/slack/local-slack.ts';
import { startPatientSlack } from '../fakes/patient-slack.ts';
import { startRedis, type TestRedis } from '../redis/redis.ts';

/** What bot and worker of the product sign and seal with. */
export const PRODUCT_SECRETS = { secret: 'a-secret-of-thirty-two-bytes-and-more', alsoAccepted: [] };

const CLI = fileURLToPath(new URL('../../../dist/entry/cli.js', import.meta.url));

/** The people and channels of every test. */
export const ALICE = 'U01ALICE';
export const BOB = 'U02BOB';
export const CAROL = 'U03CAROL';
export const OPS = 'C01OPS';
export const STATUS = 'C02STATUS';

/** The built product with its own local Slack and Redis. */
export interface Product {
  readonly slack: LocalSlack;
  readonly redis: TestRedis;
  /** Resolves when it can work; for `start`, as soon as its worker can. */
  start(half: 'bot' | 'worker' | 'start', more?: Readonly<Record<string, string>>): Promise<ProductProcess>;
  /** Runs one command of the program to its end. */
  command(...argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

export interface ProductProcess {
  readonly pid: number;
  /** Its whole log so far. */
  log(): string;
  /** Resolves once it has logged this. */
  says(text: string): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface ProductOptions {
  /** Text of rollback.yml. */
  readonly configuration: string;
  readonly privateKeyFile: string;
  readonly redis?: TestRedis;
  /** More environment variables for bot and worker. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function assembleProduct(options: ProductOptions): Promise<Product> {
  if (!existsSync(CLI)) throw new Error('build the product first: npm run build');
  const directory = await mkdtemp(join(tmpdir(), 'rollback-product-'));
  const configuration = join(directory, 'rollback.yml');
  await writeFile(configuration, options.configuration);
  const slack = await startPatientSlack();
  populate(slack);
  const redis = options.redis ?? (await startRedis({ aof: true }));
  const running = new Set<ProductProcess>();
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    REDIS_URL: redis.url,
    ROLLBACK_CONFIG: configuration,
    APPROVAL_SECRET: PRODUCT_SECRETS.secret,
    SSH_PRIVATE_KEY_FILE: options.privateKeyFile,
    LOG_LEVEL: 'info',
    ...options.environment,
  };
  return {
    slack,
    redis,
    async start(half, more = {}) {
      const child = spawn(process.execPath, [CLI, half], {
        env: { ...environment, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const started = await watch(child, half === 'bot' ? 'bot is listening' : 'worker is taking jobs');
      running.add(started);
      return started;
    },
    async command(...argv) {
      const child = spawn(process.execPath, [CLI, ...argv], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      await once(child, 'close');
      return { code: child.exitCode ?? -1, stdout, stderr };
    },
    async stop() {
      await Promise.all([...running].map((one) => one.kill('SIGTERM')));
      await slack.close();
      if (!options.redis) await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function populate(slack: LocalSlack): void {
  slack.addUser({ id: ALICE, name: 'alice' });
  slack.addUser({ id: BOB, name: 'bob' });
  slack.addUser({ id: CAROL, name: 'carol' });
  slack.addChannel({ id: OPS, name: 'ops', members: [ALICE, BOB, CAROL] });
  slack.addChannel({ id: STATUS, name: 'status', members: [ALICE, CAROL] });
}

/** Resolves when the process says that it is ready; rejects with what it said if it ends first. */
async function watch(child: ChildProcess, ready: string): Promise<ProductProcess> {
  let text = '';
  const keep = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const says = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.includes(wanted)) resolve();
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.once('exit', (code) => reject(new Error(`ended with ${code} before "${wanted}":\n${text}`)));
      look();
    });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  await says(ready);
  return {
    pid: child.pid ?? -1,
    log: () => text,
    says,
    async kill(signal = 'SIGKILL') {
      process.removeListener('exit', killNow);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}
