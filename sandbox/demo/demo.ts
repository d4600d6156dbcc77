import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DemoHost, startDemoHost } from '../host/demo-host.ts';
import { type LocalSlack, startLocalSlack } from '../slack/local-slack.ts';
import { addPage } from '../slack/page/page.ts';
import { type Child, startChild } from './child.ts';
import { configurationFor } from './configuration.ts';
import { populate } from './people.ts';
import { startRedis } from './redis.ts';

/** Everything that belongs to one demo. */
export interface Demo {
  readonly slack: LocalSlack;
  readonly host: DemoHost;
  readonly directory: string;
  /** What people should know about its Redis, in one line. */
  readonly redisSays: string;
  /** Rejects with the name of the part if one ends on its own. */
  readonly died: Promise<never>;
}

/** Everything that must be ended, from the first moment on. */
export interface Stage {
  readonly directory: string;
  readonly onStop: (stop: () => Promise<void>) => void;
  /** Ends every process and removes every file. */
  readonly clear: () => Promise<void>;
}

const CLI = fileURLToPath(new URL('../../dist/entry/cli.js', import.meta.url));
const JANITOR = fileURLToPath(new URL('../../dist-sandbox/demo/janitor.js', import.meta.url));

/** A temporary directory that is removed with the demo, even if the demo is killed. */
export function setStage(): Stage {
  const directory = mkdtempSync(join(tmpdir(), 'rollback-demo-'));
  const janitor = spawn(process.execPath, [JANITOR, directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const stops: (() => Promise<void>)[] = [];
  return {
    directory,
    onStop: (stop) => stops.push(stop),
    clear: async () => {
      // In reverse order: a part ends before the parts that it needs.
      for (const stop of stops.toReversed()) await stop().catch(() => undefined);
      const gone = once(janitor, 'exit');
      janitor.stdin.end();
      await gone;
    },
  };
}

/** Starts all parts. Those that do not need each other start at the same time. */
export async function startDemo(stage: Stage): Promise<Demo> {
  const { directory } = stage;
  const environment = { PATH: process.env['PATH'], HOME: directory, TMPDIR: directory };
  const keep = <T extends { readonly stop: () => Promise<void> }>(part: T): T => {
    stage.onStop(part.stop);
    return part;
  };
  const [slack, redis, host] = await Promise.all([
    startLocalSlack({ teamDomain: 'brightside' }),
    startRedis(directory, environment),
    startDemoHost(`${directory}/host`).then(keep),
  ]);
  stage.onStop(slack.close);
  if (redis.child !== null) keep(redis.child);
  populate(slack);
  addPage(slack, { workspaceName: 'Brightside', sites: host.sites.map(({ definition }) => definition.slug) });
  const configuration = `${directory}/rollback.yml`;
  writeFileSync(configuration, configurationFor(host));
  const product = {
    ...environment,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    REDIS_URL: redis.url,
    ROLLBACK_CONFIG: configuration,
    APPROVAL_SECRET: randomBytes(36).toString('base64'),
    SSH_PRIVATE_KEY_FILE: host.privateKeyFile,
  };
  const half = (name: 'bot' | 'worker', ready: RegExp): Promise<Child> =>
    startChild({
      name: `the ${name}`,
      argv: [process.execPath, CLI, name],
      environment: product,
      ready,
    }).then(keep);
  const [bot, worker] = await Promise.all([
    half('bot', /bot is listening/),
    half('worker', /worker is taking jobs/),
  ]);
  // Not earlier: it would slow down everything that people are waiting for.
  host.warmUp();
  const died = Promise.race([
    host.died,
    bot.died,
    worker.died,
    ...(redis.child === null ? [] : [redis.child.died]),
  ]);
  died.catch(() => undefined);
  return { slack, host, directory, redisSays: redis.says, died };
}
