import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { RunStore } from '../../../src/app/ports/run-store.ts';
import { approvalText } from '../../../src/domain/approval/approval.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { createRecordKeys } from '../../../src/entry/parts/record-keys.ts';
import { createSigner } from '../../../src/entry/parts/signer.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { planOf } from '../../entry/fixtures.ts';
import { startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { begun, clock } from '../../support/redis/redis-runs.ts';
import { openTerminal, type Printed, SECRET, type Terminal } from './terminal.ts';

const SECRETS = { secret: SECRET, alsoAccepted: [] };

/** A terminal beside a record in a Redis of its own, which is empty before each test. */
export interface RecordScene {
  readonly server: TestRedis;
  readonly link: RedisLink;
  readonly store: RunStore;
  readonly terminal: Terminal;
  /** Runs one command with this Redis. */
  run(command: () => Promise<void>): Promise<Printed>;
  /** A run with an approval, which then ended. */
  decided(secret?: string): Promise<Run>;
}

/** Opens the scene for the tests of one file. Its parts are there once the tests run. */
export function useRecord(): RecordScene {
  const scene: Partial<Pick<RecordScene, 'server' | 'link' | 'store' | 'terminal'>> = {};
  const part = <Name extends keyof typeof scene>(name: Name): NonNullable<(typeof scene)[Name]> => {
    const found = scene[name];
    if (found === undefined) throw new Error(`there is no ${name} yet`);
    return found;
  };
  beforeAll(async () => {
    const server = await startRedis();
    const link = openStoreRedis(server.url);
    await link.ready();
    const terminal = await openTerminal(
      'sites: [{ slug: acme-kitchens, domain: acme.test, host: { address: 127.0.0.1, port: 1 }, approvers: [U02BOB] }]\n',
    );
    const recordKeys = createRecordKeys(SECRETS, ['bot', 'worker']);
    Object.assign(scene, { server, link, terminal, store: createRunStore(link, { clock, recordKeys }) });
  });
  afterAll(async () => {
    await scene.link?.close();
    await scene.server?.stop();
    await scene.terminal?.stop();
  });
  beforeEach(async () => {
    await scene.server?.admin((admin) => admin.flushall());
  });
  return {
    get server() {
      return part('server');
    },
    get link() {
      return part('link');
    },
    get store() {
      return part('store');
    },
    get terminal() {
      return part('terminal');
    },
    run: (command) =>
      part('terminal').run(command, { REDIS_URL: part('server').url, APPROVAL_SECRET: SECRET }),
    decided: (secret = SECRET) => decided(part('store'), secret),
  };
}

async function decided(store: RunStore, secret: string): Promise<Run> {
  const first = await begun(store);
  const plan = planOf();
  const at = new Date().toISOString();
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const unsigned = {
    run: first.id,
    digest: plan.digest,
    approver: 'U02BOB',
    requester: 'U01ALICE',
    at,
    expiresAt,
  };
  const signature = createSigner({ secret, alsoAccepted: [] }).sign(approvalText(unsigned));
  const last = await store.append(
    first,
    { type: 'planned', plan, expiresAt },
    { type: 'approved', approval: { ...unsigned, signature } },
    { type: 'cancelled', by: 'U01ALICE' },
  );
  if (last === null) throw new Error('someone else wrote');
  return last;
}
