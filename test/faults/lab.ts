import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalSlack, startLocalSlack } from '../../sandbox/slack/local-slack.ts';
import type { RunStore } from '../../src/app/ports/run-store.ts';
import { parseConfiguration } from '../../src/config/file.ts';
import type { Site } from '../../src/domain/site/site.ts';
import type { AuditKeys } from '../../src/entry/commands/audit-problems.ts';
import { createRecordKeys } from '../../src/entry/parts/record-keys.ts';
import { createSigner } from '../../src/entry/parts/signer.ts';
import { type OpenWakeups, openWakeups } from '../../src/queue/wakeups.ts';
import { openStoreRedis, type RedisLink } from '../../src/store/redis.ts';
import { createRunStore } from '../../src/store/run-store.ts';
import { startRedis, type TestRedis } from '../support/redis/redis.ts';
import { startSshd, type TestHost } from '../support/ssh/sshd.ts';
import { startTcpProxy, type TcpProxy } from '../support/ssh/tcp-proxy.ts';
import { type Child, type Half, startChild } from './child.ts';
import { type FaultSite, faultSite } from './site.ts';

export const ALICE = 'U01ALICE';

export const BOB = 'U02BOB';

export const CAROL = 'U03CAROL';

export const OPS = 'C01OPS';

const STAKEHOLDERS = 'C02STATUS';

const APPROVAL_SECRET = 'a-secret-of-thirty-two-bytes-and-more';

const SECRETS = { secret: APPROVAL_SECRET, alsoAccepted: [] };

/** Everything of one lane: a host, a Redis, a Slack, a bot and a worker, and the proxies between them. */
export interface Lab {
  readonly host: FaultSite;
  readonly site: Site;
  readonly slack: LocalSlack;
  readonly redis: TestRedis;
  readonly proxies: { readonly ssh: TcpProxy; readonly redis: TcpProxy; readonly slack: TcpProxy };
  /** Reads the record directly, not through the proxy. */
  readonly store: RunStore;
  readonly wakeups: OpenWakeups;
  readonly link: RedisLink;
  readonly auditKeys: AuditKeys;
  /** The file of the bot's own SSH key. */
  readonly key: string;
  readonly children: readonly Child[];
  /** Starts one more. Several workers may run at once. */
  start(half: Half): Promise<Child>;
  /** Restores the normal state: one bot, one worker, every connection open. */
  heal(): Promise<void>;
  /** Everything that bot and workers logged since the last call. */
  logs(): string;
  stop(): Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rollback-faults-'));
  const host = faultSite(join(base, 'host'));
  host.reset();
  const [sshd, redis, slack, web] = await Promise.all([
    startSshd({ env: environmentOf(host), config: ['MaxStartups 100:30:200'] }),
    startRedis({ aof: true }),
    startLocalSlack(),
    startWeb(host),
  ]);
  const proxies = {
    ssh: await startTcpProxy({ port: sshd.port }),
    redis: await startTcpProxy({ port: redis.port }),
    slack: await startTcpProxy({ port: Number(new URL(slack.apiUrl).port) }),
  };
  populate(slack);
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const text = configurationOf({ host, sshd, port: proxies.ssh.port, url });
  const [configuration, key] = [join(base, 'rollback.yml'), join(base, 'key')];
  await Promise.all([writeFile(configuration, text), writeFile(key, sshd.privateKey, { mode: 0o600 })]);
  const parsed = parseConfiguration(text, configuration);
  const site = 'problems' in parsed ? undefined : parsed.inventory.sites[0];
  if (site === undefined) throw new Error(`the configuration is wrong: ${JSON.stringify(parsed)}`);
  const link = openStoreRedis(redis.url);
  await link.ready();
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: base,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl.replace(/:\d+/, `:${proxies.slack.port}`),
    REDIS_URL: redis.urlAt(proxies.redis.port),
    ROLLBACK_CONFIG: configuration,
    APPROVAL_SECRET,
    SSH_PRIVATE_KEY_FILE: key,
    LOG_LEVEL: 'info',
  };
  const wakeups = await openWakeups(link);
  const recordKeys = createRecordKeys(SECRETS, ['bot', 'worker']);
  const processes = childrenOf(environment);
  return {
    host,
    site,
    slack,
    redis,
    proxies,
    link,
    wakeups,
    store: createRunStore(link, {
      clock: { now: () => new Date().toISOString() },
      recordKeys,
    }),
    auditKeys: { signer: createSigner(SECRETS), keys: recordKeys },
    key,
    // A spread would copy the current list.
    get children() {
      return processes.list();
    },
    start: processes.start,
    logs: processes.logs,
    async heal() {
      slack.clearFaults();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.heal()));
      if (!(await answers(link))) await redis.restart();
      await link.ready(20_000);
      await processes.heal();
      await slack.waitForSockets(1, 30_000);
    },
    async stop() {
      await processes.stop();
      host.killPrograms();
      await wakeups.close();
      await link.close();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.stop()));
      await Promise.all([slack.close(), redis.stop(), sshd.stop()]);
      web.close();
      web.closeAllConnections();
      await rm(base, { recursive: true, force: true });
    },
  };
}

function environmentOf(host: FaultSite): Readonly<Record<string, string>> {
  return {
    PATH: `${host.bin}:/usr/local/bin:/usr/bin:/bin`,
    HOME: host.base,
  };
}

function configurationOf({
  host,
  sshd,
  port,
  url,
}: {
  host: FaultSite;
  sshd: TestHost;
  port: number;
  url: string;
}): string {
  return `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.test
    url: ${url}
    root: ${host.root}
    bin: ${host.bin}
    requesters: [${ALICE}, ${BOB}]
    approvers: [${ALICE}, ${BOB}, ${CAROL}]
    operators: [${ALICE}, ${BOB}]
    approval: { breakGlass: [${CAROL}] }
    stakeholders: { channel: ${STAKEHOLDERS} }
    host: { address: 127.0.0.1, port: ${port}, user: ${sshd.user}, fingerprint: "${sshd.fingerprint}" }
`;
}

function populate(slack: LocalSlack): void {
  slack.addUser({ id: ALICE, name: 'alice' });
  slack.addUser({ id: BOB, name: 'bob' });
  slack.addUser({ id: CAROL, name: 'carol' });
  slack.addChannel({ id: OPS, name: 'ops', members: [ALICE, BOB, CAROL] });
  slack.addChannel({ id: STAKEHOLDERS, name: 'status', members: [ALICE, CAROL] });
}

/** The site as visitors see it: it answers while the unit is active. */
async function startWeb(host: FaultSite): Promise<Server> {
  const server = createServer((request, response) => {
    if (!host.isUp()) {
      response.writeHead(503).end();
      return;
    }
    const health = request.url?.startsWith('/health') === true;
    response.writeHead(200, { 'content-type': health ? 'application/json' : 'text/html' });
    response.end(
      health ? JSON.stringify({ status: 'ok', timestamp: new Date().toISOString() }) : '<p>hello</p>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function answers(link: RedisLink): Promise<boolean> {
  return link.redis.ping().then(
    () => true,
    () => false,
  );
}

function childrenOf(environment: Readonly<Record<string, string>>) {
  let children: readonly Child[] = [];
  let logged = '';
  const start = async (half: Half): Promise<Child> => {
    const child = startChild(half, environment);
    children = [...children, child];
    await child.ready();
    return child;
  };
  return {
    list: () => children,
    start,
    logs: () => {
      const text = logged + children.map((child) => child.takeLog()).join('');
      logged = '';
      return text;
    },
    async heal() {
      for (const child of children) child.signal('SIGCONT');
      for (const half of ['bot', 'worker'] as const) {
        const [first, ...more] = children.filter((child) => child.half === half && child.running());
        // A bot that dies while it posts may leave a message twice. Only trials with that fault may see that, so the bot ends in order.
        for (const child of more) await child.end(half === 'bot' ? 'SIGTERM' : 'SIGKILL');
        if (first === undefined) await start(half);
        else await first.ready();
      }
      for (const child of children) if (!child.running()) logged += child.takeLog();
      children = children.filter((child) => child.running());
    },
    stop: async () => {
      for (const child of children) {
        child.signal('SIGCONT');
        await child.end('SIGKILL');
      }
    },
  };
}
