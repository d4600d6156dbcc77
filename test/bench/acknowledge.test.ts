import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { closedPort } from '../integration/entry/ports.ts';
import { startPatientSlack } from '../support/fakes/patient-slack.ts';
import { OPS } from '../support/product/product.ts';
import { startRedis } from '../support/redis/redis.ts';

const PER_SECOND = 50;
const SECONDS = 20;
const ROUNDS = 2;

const SIGNING_SECRET = '0123456789abcdef0123456789abcdef';
const OWN = fileURLToPath(new URL('../../dist/entry/cli.js', import.meta.url));
const BARE = fileURLToPath(new URL('./bare-bolt.mjs', import.meta.url));
/** The built program of another version to compare with, e.g. `dist/entry/cli.js` of a clone. */
const OTHER = process.env['BENCH_OTHER_CLI'];

const CONFIGURATION = `defaults: { requesters: [U01ALICE], approvers: [U02BOB] }
sites:
  - { slug: acme-kitchens, domain: acme-kitchens.example, host: { address: 127.0.0.1 } }
`;

/** One request as Slack sends it, from somebody else each time: nobody's budget is spent. */
function signed(number: number, responseUrl: string) {
  const body = new URLSearchParams({
    command: '/rollback',
    text: 'help',
    user_id: `U${number}`,
    team_id: 'T01LOCAL',
    channel_id: OPS,
    channel_name: 'ops',
    trigger_id: `${number}.1`,
    response_url: responseUrl,
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hash = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hash}`,
    },
  };
}

/** How long each acknowledgement took, in milliseconds. Requests leave by the clock, however slow the answers are. */
async function load(port: number, responseUrl: string): Promise<readonly number[]> {
  const began = performance.now();
  const waiting: Promise<number>[] = [];
  for (let number = 0; number < PER_SECOND * SECONDS; number += 1) {
    const due = began + (number * 1000) / PER_SECOND;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    waiting.push(acknowledged(port, number, responseUrl));
  }
  return Promise.all(waiting);
}

async function acknowledged(port: number, number: number, responseUrl: string): Promise<number> {
  const request = signed(number, responseUrl);
  const sent = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/slack/events`, request);
  const took = performance.now() - sent;
  await answer.text();
  expect(answer.status).toBe(200);
  return took;
}

function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;
}

it('how long a signed command waits for its acknowledgement, beside Bolt alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollback-bench-'));
  const slack = await startPatientSlack();
  slack.addChannel({ id: OPS, name: 'ops' });
  const redis = await startRedis({ aof: true });
  const sink = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(sink, 'listening');
  const responseUrl = `http://127.0.0.1:${(sink.address() as { port: number }).port}/`;
  writeFileSync(join(folder, 'rollback.yml'), CONFIGURATION);
  const children: ChildProcess[] = [];
  const start = async (argv: readonly string[], ready: string): Promise<number> => {
    const port = await closedPort();
    const child = spawn(process.execPath, argv, {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: slack.apiUrl,
        PORT: String(port),
        REDIS_URL: redis.url,
        ROLLBACK_CONFIG: join(folder, 'rollback.yml'),
        APPROVAL_SECRET: 'a-secret-of-thirty-two-bytes-and-more',
        LOG_LEVEL: 'info',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk) => {
        if (String(chunk).includes(ready)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`${argv[0]} ended with ${code}`)));
    });
    return port;
  };
  try {
    const targets: (readonly [string, number])[] = [
      ['Bolt alone', await start([BARE], 'bare bolt is listening')],
    ];
    if (OTHER !== undefined)
      targets.push(['the other version', await start([OTHER, 'bot'], 'bot is listening')]);
    targets.push(['the bot', await start([OWN, 'bot'], 'bot is listening')]);
    const took = new Map<string, number[]>(targets.map(([name]) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [name, port] of targets) took.get(name)?.push(...(await load(port, responseUrl)));
    const all = PER_SECOND * SECONDS * ROUNDS;
    expect([...took.values()].map((times) => times.length)).toEqual(targets.map(() => all));
    const lines = [...took].map(
      ([name, times]) =>
        `${name.padEnd(18)} p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`,
    );
    process.stdout.write(
      `\n${PER_SECOND} a second for ${SECONDS} s, ${ROUNDS} rounds\n${lines.join('\n')}\n`,
    );
  } finally {
    for (const child of children) child.kill('SIGKILL');
    sink.close();
    await slack.close();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
