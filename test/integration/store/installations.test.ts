import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readEnvironment } from '../../../src/config/environment.ts';
import { redisFitness } from '../../../src/store/fitness.ts';
import { letsAnybodyIn } from '../../../src/store/open-door.ts';
import { openStoreRedis } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { recordKeys } from '../../support/fakes/signer.ts';
import { hasRealRedis } from '../../support/redis/redis.ts';
import { begun, clock, SOON } from '../../support/redis/redis-runs.ts';
import { closedPort } from '../entry/ports.ts';

let base: string;
let children: ChildProcess[];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rollback-installed-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  }
  rmSync(base, { recursive: true });
});

function program(name: string, text: string): void {
  mkdirSync(join(base, 'bin'), { recursive: true });
  writeFileSync(join(base, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(base, 'bin', name), 0o755);
}

const environment = (more = {}) => ({ PATH: `${join(base, 'bin')}:${process.env['PATH']}`, ...more });

function serve(command: string, argv: readonly string[], more = {}): void {
  children.push(spawn(command, argv, { cwd: base, env: environment(more), stdio: 'ignore' }));
}

/** What the bot needs of it, and what strangers get. */
async function keepsTheRecord(url: string): Promise<void> {
  const link = openStoreRedis(url);
  try {
    await link.ready(SOON.timeout);
    const store = createRunStore(link, { clock, recordKeys });
    const run = await begun(store);
    expect(await store.events(run.id)).toHaveLength(1);
    expect((await redisFitness(link)).problems).toEqual([]);
    expect(await letsAnybodyIn(url)).toBe(false);
    await expect(link.run(() => link.redis.flushall())).rejects.toThrow('NOPERM');
  } finally {
    await link.close();
  }
}

describe.skipIf(!hasRealRedis())('a Redis that keeps the record, and lets nobody else in,', () => {
  test('comes of the commands on the installation page, and its password stands in one file', async () => {
    const [, step = ''] = readFileSync('docs/install.md', 'utf8').split('\n## 6. Redis\n');
    const commands = step.split('```')[1] ?? '';
    const port = await closedPort();
    for (const folder of ['redis', 'rollback-bot']) mkdirSync(join(base, folder));
    writeFileSync(join(base, 'redis', 'redis.conf'), `bind 127.0.0.1\nport ${port}\ndir ${base}\n`);
    program('systemctl', `echo "$@" >> ${base}/said`);
    const moved = commands
      .replaceAll('/etc/', `${base}/`)
      .replaceAll('/opt/rollback-bot/', `${process.cwd()}/`)
      .replace('-o rollback-bot ', '')
      .replace('-g redis ', '')
      .replace('6379', String(port));

    execFileSync('bash', ['-euc', moved], { env: environment(), umask: 0o022 } as object);

    expect(readFileSync(join(base, 'said'), 'utf8')).toBe('restart redis-server\n');
    const [line = '', ...rest] = readFileSync(join(base, 'rollback-bot', 'rollback.env'), 'utf8').split('\n');
    expect(rest).toEqual(['']);
    const url = line.replace('REDIS_URL=', '');
    const read = readEnvironment({ REDIS_URL: url }, { slack: false, approvals: false, redis: true });
    expect(read).not.toHaveProperty('problems');
    const users = readFileSync(join(base, 'redis', 'users.acl'), 'utf8');
    expect(users).not.toContain(new URL(url).password);
    expect(users).not.toContain('PASSWORD');
    serve('redis-server', [join(base, 'redis', 'redis.conf')]);
    await keepsTheRecord(url);
  });

  test('is what compose.yaml starts, and it is healthy only for whoever has the password', async () => {
    const service = z
      .object({
        services: z.object({
          redis: z.looseObject({
            entrypoint: z.array(z.string()),
            command: z.array(z.string()),
            healthcheck: z.looseObject({ test: z.array(z.string()) }),
          }),
        }),
      })
      .parse(parse(readFileSync('compose.yaml', 'utf8'), { merge: true })).services.redis;
    const port = await closedPort();
    // As the image has it, but for the port, and for users that only root can change to.
    program('docker-entrypoint.sh', `exec "$@" --bind 127.0.0.1 --port ${port} --dir ${base}`);
    const inside = (text: string) =>
      text
        .replaceAll('$$', '$')
        .replaceAll('/etc/redis.acl', `${process.cwd()}/redis.acl`)
        .replaceAll('/tmp/', `${base}/`)
        .replaceAll('redis-cli ', `redis-cli -p ${port} `);
    const password = 'from-the-env-file';
    const [shell = '', ...words] = [...service.entrypoint, ...service.command].map(inside);

    serve(shell, words, { REDIS_PASSWORD: password });

    await keepsTheRecord(`redis://rollback:${password}@127.0.0.1:${port}`);
    const [, ...health] = service.healthcheck.test.map(inside);
    const isHealthy = (word: string) => {
      try {
        execFileSync(health[0] ?? '', health.slice(1), {
          env: environment({ REDIS_PASSWORD: word }),
          stdio: 'pipe',
        });
        return true;
      } catch {
        return false;
      }
    };
    expect(isHealthy(password)).toBe(true);
    expect(isHealthy('another')).toBe(false);
    const environments = readFileSync(`/proc/${children[0]?.pid}/environ`, 'utf8');
    expect(environments).not.toContain(password);
  });
});

test('the client takes user and password out of the address as they were meant', () => {
  const redis = new Redis('redis://rollback:p%40ss%2Fw%23o%3Fr%25d@redis:6379/2', { lazyConnect: true });

  expect(redis.options).toMatchObject({
    host: 'redis',
    port: 6379,
    username: 'rollback',
    password: 'p@ss/w#o?r%d',
    db: 2,
  });
});
