import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunStore } from '../../../src/app/ports.ts';
import { approvalText } from '../../../src/domain/approval.ts';
import type { Run } from '../../../src/domain/run.ts';
import { runAuditExport, runAuditVerify } from '../../../src/entry/audit-command.ts';
import { runPlan } from '../../../src/entry/plan-command.ts';
import { createSigner } from '../../../src/entry/signer.ts';
import { runStatus } from '../../../src/entry/status-command.ts';
import { storeKeys } from '../../../src/store/keys.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { createRunStore } from '../../../src/store/run-store.ts';
import { planOf } from '../../entry/fixtures.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { begun, clock } from '../../support/redis-runs.ts';
import { openTerminal, type Printed, SECRET, type Terminal } from './terminal.ts';

let server: TestRedis;
let link: RedisLink;
let store: RunStore;
let terminal: Terminal;

beforeAll(async () => {
  server = await startRedis();
  link = openStoreRedis(server.url);
  await link.ready();
  store = createRunStore(link, { clock });
  terminal = await openTerminal(
    'sites: [{ slug: acme-kitchens, domain: acme.test, host: { address: 127.0.0.1, port: 1 }, approvers: [U02BOB] }]\n',
  );
});

afterAll(async () => {
  await link.close();
  await server.stop();
  await terminal.stop();
});

beforeEach(async () => {
  await link.redis.flushall();
});

const run = (command: () => Promise<void>): Promise<Printed> =>
  terminal.run(command, { REDIS_URL: server.url, APPROVAL_SECRET: SECRET });

/** A run with an approval, which then ended. */
async function decided(secret: string = SECRET): Promise<Run> {
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
  const signature = createSigner(secret).sign(approvalText(unsigned));
  const last = await store.append(
    first,
    { type: 'planned', plan, expiresAt },
    { type: 'approved', approval: { ...unsigned, signature } },
    { type: 'cancelled', by: 'U01ALICE' },
  );
  if (last === null) throw new Error('somebody else wrote');
  return last;
}

describe('status', () => {
  test('nothing yet', async () => {
    expect(await run(() => runStatus(undefined))).toEqual({
      code: 0,
      stdout: 'No rollback has been asked for yet.\n',
      stderr: '',
    });
  });

  test('the newest runs, one line each, newest first', async () => {
    await decided();
    await begun(store);
    const { stdout } = await run(() => runStatus(undefined));

    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'acme-kitchens-2',
      'acme-kitchens-1',
      '',
    ]);
    expect(stdout).toContain('acme-kitchens-2  planning  acme-kitchens@production to v0.5.0, asked for by');
  });

  test('one run, by its id or by the site that it has', async () => {
    await begun(store);
    const byId = await run(() => runStatus('acme-kitchens-1'));
    const bySite = await run(() => runStatus('acme-kitchens'));

    expect(byId.stdout).toContain('What people can do\n  end it before anything is changed: ');
    expect(bySite.stdout).toBe(byId.stdout);
  });

  test.each(['acme-kitchens-9', 'acme-kitchens', 'no such thing'])('%s: there is none', async (what) => {
    expect(await run(() => runStatus(what))).toEqual({
      code: 1,
      stdout: '',
      stderr: `There is no run or active rollback called ${what}.\nThe newest runs: rollback-bot status\n`,
    });
  });

  test('a damaged record is said and hides no other', async () => {
    await decided();
    await begun(store);
    await link.redis.lset(storeKeys().events('acme-kitchens-1'), 0, 'rubbish');
    const { stdout, code } = await run(() => runStatus(undefined));

    expect(code).toBe(0);
    expect(stdout).toContain('acme-kitchens-2  planning');
    expect(stdout).toContain('acme-kitchens-1  the record of acme-kitchens-1 is damaged');
  });
});

describe('audit verify', () => {
  test('records that hold', async () => {
    await decided();
    await begun(store);

    expect(await run(runAuditVerify)).toEqual({
      code: 0,
      stdout: '2 runs, 5 entries, 0 problems\n',
      stderr: '',
    });
  });

  test('an approval that somebody else signed', async () => {
    await decided('not the secret of this installation');
    const { code, stdout } = await run(runAuditVerify);

    expect(code).toBe(1);
    expect(stdout).toBe(
      'acme-kitchens-1: entry 2 (approved) by U02BOB carries no valid signature by this APPROVAL_SECRET\n1 run, 4 entries, 1 problem\n',
    );
  });

  test('an entry that was changed in Redis', async () => {
    await decided();
    const key = storeKeys().events('acme-kitchens-1');
    const text = await link.redis.lindex(key, 3);
    await link.redis.lset(key, 3, (text ?? '').replace('U01ALICE', 'U03CAROL'));
    const { code, stdout } = await run(runAuditVerify);

    expect(code).toBe(1);
    expect(stdout).toBe(
      'acme-kitchens-1: the record of acme-kitchens-1 is damaged: entry 3 (cancelled) does not fit its hash: it or the one before it was changed\n1 run, 0 entries, 1 problem\n',
    );
  });

  test('a record that was taken out, and one that is past its time', async () => {
    await decided();
    await decided();
    await decided();
    await link.redis.del(storeKeys().events('acme-kitchens-1'));
    const old = await run(runAuditVerify);
    await link.redis.del(storeKeys().events('acme-kitchens-3'));
    const out = await run(runAuditVerify);

    expect(old).toMatchObject({
      code: 0,
      stdout: '2 runs, 8 entries, 0 problems; 1 older ones are no longer kept\n',
    });
    expect(out.code).toBe(1);
    expect(out.stdout).toContain('acme-kitchens-3: its record is gone, although older ones are kept\n');
  });

  test('a Redis that is away is no verdict', async () => {
    const { code, stdout, stderr } = await terminal.run(runAuditVerify, {
      REDIS_URL: 'redis://127.0.0.1:1',
      APPROVAL_SECRET: SECRET,
    });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^redis at 127\.0\.0\.1:1 does not answer: /);
  });
});

describe('audit export', () => {
  test('one event per line, oldest run first', async () => {
    await decided();
    await begun(store);
    const { code, stdout } = await run(() => runAuditExport(undefined));
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(code).toBe(0);
    expect(lines.map(({ run: id, seq, event }) => [id, seq, event.type])).toEqual([
      ['acme-kitchens-1', 0, 'requested'],
      ['acme-kitchens-1', 1, 'planned'],
      ['acme-kitchens-1', 2, 'approved'],
      ['acme-kitchens-1', 3, 'cancelled'],
      ['acme-kitchens-2', 0, 'requested'],
    ]);
    expect(Object.keys(lines[0])).toEqual(['run', 'seq', 'at', 'hash', 'event']);
    expect(stdout).not.toContain(SECRET);
  });

  test('one run, or none of that name', async () => {
    await decided();
    await begun(store);

    expect((await run(() => runAuditExport('acme-kitchens-2'))).stdout.trim().split('\n')).toHaveLength(1);
    expect(await run(() => runAuditExport('acme-kitchens-9'))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no run called acme-kitchens-9.\n',
    });
  });

  test('a damaged record is left out and said, the others are written', async () => {
    await decided();
    await begun(store);
    await link.redis.lset(storeKeys().events('acme-kitchens-1'), 0, 'rubbish');
    const { code, stdout, stderr } = await run(() => runAuditExport(undefined));

    expect(code).toBe(1);
    expect(stdout).toContain('"run":"acme-kitchens-2"');
    expect(stderr).toContain('the record of acme-kitchens-1 is damaged');
  });
});

describe('plan', () => {
  test('needs no Slack, Redis or secret; a host that does not answer is said with what to do', async () => {
    const { code, stdout, stderr } = await terminal.run(() => runPlan('acme-kitchens', 'v0.5.0', {}));

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^The host of Acme Kitchens .*127\.0\.0\.1:1.*\n.*deploy@127\.0\.0\.1/);
  });

  test('an unknown site, before anything is contacted', async () => {
    expect(await terminal.run(() => runPlan('acme', 'v0.5.0', {}))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no site acme.\nDid you mean acme-kitchens?\n',
    });
  });
});
