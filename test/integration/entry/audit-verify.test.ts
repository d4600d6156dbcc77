import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runAuditVerify, runSetAside } from '../../../src/entry/commands/audit-command.ts';
import { runStatus } from '../../../src/entry/commands/status-command.ts';
import { unsealedHash } from '../../../src/store/audit.ts';
import { storeKeys } from '../../../src/store/keys.ts';
import { begun } from '../../support/redis/redis-runs.ts';
import { useRecord } from './record-scene.ts';
import { SECRET } from './terminal.ts';

const record = useRecord();

/** What bot and worker have logged of a run. */
async function remembered(id: string): Promise<readonly string[]> {
  const events = await record.store.events(id);
  return events.map(({ seq, hash }) =>
    JSON.stringify({ time: new Date().toISOString(), run: id, seq, hash, msg: 'recorded' }),
  );
}

describe('audit verify', () => {
  test('intact records', async () => {
    await record.decided();
    await begun(record.store);

    expect(await record.run(() => runAuditVerify([]))).toEqual({
      code: 0,
      stdout: '2 runs, 5 entries, 0 problems\n',
      stderr: '',
    });
  });

  test('an approval that someone else signed', async () => {
    await record.decided('not the secret of this installation');
    const { code, stdout } = await record.run(() => runAuditVerify([]));

    expect(code).toBe(1);
    expect(stdout).toBe(
      'acme-kitchens-1: entry 2 (approved) by U02BOB has no valid signature by this APPROVAL_SECRET\n1 run, 4 entries, 1 problem\n',
    );
  });

  test('an entry that was changed in Redis', async () => {
    await record.decided();
    const key = storeKeys().events('acme-kitchens-1');
    const text = await record.link.redis.lindex(key, 3);
    await record.link.redis.lset(key, 3, (text ?? '').replace('U01ALICE', 'U03CAROL'));
    const { code, stdout } = await record.run(() => runAuditVerify([]));

    expect(code).toBe(1);
    expect(stdout).toBe(
      "acme-kitchens-1: the record of acme-kitchens-1 is damaged: entry 3 (cancelled) doesn't match its seal: it or the one before it was changed\n1 run, 0 entries, 1 problem\n",
    );
  });

  test('a site that a changed record blocks is set free, and only such a one', async () => {
    const { id } = await begun(record.store);
    const held = await record.run(() => runSetAside(id));
    const key = storeKeys().events(id);
    await record.link.redis.lset(
      key,
      0,
      ((await record.link.redis.lindex(key, 0)) ?? '').replace('v0.5.0', 'v0.4.0'),
    );
    const first = await record.run(() => runSetAside(id));

    expect(held.stderr).toBe(
      'The record of acme-kitchens-1 holds, so it stays where it is. To end the run: /rollback cancel acme-kitchens-1\n',
    );
    expect(first.stdout).toBe(
      'The record of acme-kitchens-1 is set aside, and its site is free. If its switch has begun, a worker takes the run up again from its host.\n',
    );
    expect(await record.store.active()).toEqual([]);
    expect((await begun(record.store, 'the next')).id).toBe('acme-kitchens-2');
    expect(await record.link.redis.exists(storeKeys().aside(id))).toBe(1);
  });

  test('a record that was removed, and one that has expired', async () => {
    await record.decided();
    await record.decided();
    await record.decided();
    await record.link.redis.del(storeKeys().events('acme-kitchens-1'));
    const old = await record.run(() => runAuditVerify([]));
    await record.link.redis.del(storeKeys().events('acme-kitchens-3'));
    const out = await record.run(() => runAuditVerify([]));

    expect(old).toMatchObject({
      code: 0,
      stdout: '2 runs, 8 entries, 0 problems; 1 older ones are no longer kept\n',
    });
    expect(out.code).toBe(1);
    expect(out.stdout).toContain('acme-kitchens-3: its record is gone, but older ones are still there\n');
  });

  test('what the log remembers, and Redis has lost', async () => {
    const [first, second] = [await record.decided(), await record.decided()];
    const log = join(await mkdtemp(join(tmpdir(), 'rollback-log-')), 'bot.log');
    const lines = [...(await remembered(first.id)), ...(await remembered(second.id))];
    await writeFile(log, ['{"msg":"bot is listening"}', 'no JSON', ...lines].join('\n'));
    const keys = [first, second].map(({ id }) => storeKeys().events(id));
    const whole = await record.run(() => runAuditVerify([log]));
    await record.link.redis.rpop(keys[0] ?? '');
    await record.link.redis.del(keys[1] ?? '');
    await record.link.redis.del(storeKeys().recent);
    const cut = await record.run(() => runAuditVerify([log]));

    expect(whole).toMatchObject({ code: 0, stdout: '2 runs, 8 entries, 0 problems\n' });
    expect(cut.code).toBe(1);
    expect(cut.stdout).toBe(
      `acme-kitchens-1: its end was cut off: it has 3 entries, and the log remembers 4
acme-kitchens-2: its record is gone, and the log remembers 4 entries
1 run, 3 entries, 2 problems
`,
    );
  });

  test('another course than the log remembers, and a commit of the records', async () => {
    const { id } = await record.decided();
    const { hash } = (await record.store.events(id))[3] ?? {};
    const folder = await mkdtemp(join(tmpdir(), 'rollback-log-'));
    const [same, other] = [join(folder, 'same'), join(folder, 'other')];
    await writeFile(same, `    docs(ops): record\n\n    Rollback-Record: ${id} 3 ${hash}\n`);
    await writeFile(other, `Rollback-Record: ${id} 2 ${hash}\n`);

    expect(await record.run(() => runAuditVerify([same]))).toMatchObject({ code: 0 });
    expect((await record.run(() => runAuditVerify([same, other]))).stdout).toContain(
      'acme-kitchens-1: entry 2 (approved) is another one than the log remembers\n',
    );
  });

  test('a log that remembers nothing, or is not there', async () => {
    expect((await record.run(() => runAuditVerify(['/dev/null']))).stderr).toContain(
      '/dev/null remembers no entry of the record.',
    );
    expect((await record.run(() => runAuditVerify(['/nowhere.log']))).stderr).toMatch(
      /^\/nowhere.log can't be read/,
    );
  });

  test('a record that was written anew without seals, behind one that has them', async () => {
    await record.decided();
    const { id } = await record.decided();
    const events = await record.store.events(id);
    let previous = '';
    const anew = events.map(({ seq, at, event }) => {
      const entry = { seq, at, event };
      const hash = unsealedHash(previous, entry);
      previous = hash;
      return JSON.stringify({ ...entry, hash });
    });
    await record.link.redis.del(storeKeys().events(id));
    await record.link.redis.rpush(storeKeys().events(id), ...anew);

    expect((await record.run(() => runAuditVerify([]))).stdout).toBe(
      `acme-kitchens-2: its record has no seals, and acme-kitchens-1, which is older, has them: it was replaced
2 runs, 8 entries, 1 problem; 1 of an older version, without seals
`,
    );
    expect((await record.run(() => runStatus(id))).stdout).toContain(
      "Record    of an older version. It isn't sealed, so whoever can write to Redis could have changed it\n",
    );
  });

  test('no verdict if Redis does not answer', async () => {
    const { code, stdout, stderr } = await record.terminal.run(() => runAuditVerify([]), {
      REDIS_URL: 'redis://127.0.0.1:1',
      APPROVAL_SECRET: SECRET,
    });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^redis at 127\.0\.0\.1:1 does not answer: /);
  });
});
