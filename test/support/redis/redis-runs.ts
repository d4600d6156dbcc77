import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Clock } from '../../../src/app/ports/outside.ts';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { RUN_ID } from '../story/run.ts';
import { request } from '../story/site.ts';
import { startRedis, type TestRedis } from './redis.ts';

export const clock: Clock = { now: () => new Date().toISOString() };

/** Each test has its own prefix, so that tests can share one Redis. It begins with the bot's: `redis.acl` allows no other. */
export function newPrefix(): string {
  return `{rollback}:test-${randomUUID()}`;
}

export interface SharedRedis {
  readonly server: TestRedis;
  readonly link: RedisLink;
  /** Another one for each test. */
  readonly prefix: string;
  /** In seconds; -1: the key stays for ever. The bot itself never asks. */
  ttl(key: string): Promise<number>;
}

/** One Redis for all tests of a file. Call it at the top of the file. */
export function useRedis(): SharedRedis {
  let server: TestRedis;
  let link: RedisLink;
  let prefix = '';
  beforeAll(async () => {
    server = await startRedis();
    link = openStoreRedis(server.url);
  });
  afterAll(async () => {
    await link.close();
    await server.stop();
  });
  beforeEach(() => {
    prefix = newPrefix();
  });
  return {
    get server() {
      return server;
    },
    get link() {
      return link;
    },
    get prefix() {
      return prefix;
    },
    ttl: (key) => server.admin((admin) => admin.ttl(key)),
  };
}

export function requested(
  site = 'acme-kitchens@production',
  more: { readonly reason?: string } = {},
): RunEvent {
  return {
    type: 'requested',
    request: {
      site,
      version: 'v0.5.0',
      mode: null,
      backup: null,
      reason: more.reason ?? null,
      dryRun: false,
      requester: 'U01ALICE',
      channel: 'C01OPS',
    },
  };
}

/** The run of the stories, with its number, and with these events behind its request. */
export async function storyRun(store: RunStore, events: readonly RunEvent[]): Promise<Run> {
  await store.skipNumbers('acme-kitchens', Number(RUN_ID.split('-').at(-1)) - 1);
  const asked = request();
  const first = await store.begin(asked.site, 'acme-kitchens', randomUUID(), {
    type: 'requested',
    request: asked,
  });
  if (first.kind !== 'begun') throw new Error(`the run is ${first.kind}`);
  const run = await store.append(first.run, ...events);
  if (run === null) throw new Error('someone else wrote');
  return run;
}

/** Begins a run of acme-kitchens@production. */
export async function begun(store: RunStore, requestKey: string = randomUUID()): Promise<Run> {
  const result = await store.begin('acme-kitchens@production', 'acme-kitchens', requestKey, requested());
  if (result.kind !== 'begun') throw new Error(`the run is ${result.kind}`);
  return result.run;
}

/** For `expect.poll`: long enough for a busy machine. It ends as soon as the condition holds. */
export const SOON = { timeout: 120_000, interval: 10 } as const;
