import { describe, expect, test } from 'vitest';
import { runAuditExport } from '../../../src/entry/commands/audit-command.ts';
import { runPlan } from '../../../src/entry/commands/plan-command.ts';
import { runHistory, runStatus } from '../../../src/entry/commands/status-command.ts';
import { storeKeys } from '../../../src/store/keys.ts';
import { begun } from '../../support/redis/redis-runs.ts';
import { useRecord } from './record-scene.ts';
import { SECRET } from './terminal.ts';

const record = useRecord();

describe('status', () => {
  test('nothing yet', async () => {
    expect(await record.run(() => runStatus(undefined))).toEqual({
      code: 0,
      stdout: 'Nobody has asked for a rollback yet.\n',
      stderr: '',
    });
  });

  test('active runs and the runs that ended last', async () => {
    await record.decided();
    await begun(record.store);
    const { stdout } = await record.run(() => runStatus(undefined));

    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'NOW')).toBe(`Under way
  acme-kitchens-2 (production), NOW: to v0.5.0. It is being planned. Asked for by U01ALICE.

Ended recently
  acme-kitchens-1 (production), NOW: v0.6.0 (aaaaaaaa) → v0.5.0 (cccccccc), code and database. It was cancelled before anything was changed. Asked for by U01ALICE.
`);
  });

  test('one run, and the site that it blocks', async () => {
    await begun(record.store);
    const byId = await record.run(() => runStatus('acme-kitchens-1'));
    const bySite = await record.run(() => runStatus('acme-kitchens'));

    const todo = 'What you can do\n  cancel it before anything is changed: ';
    expect(byId.stdout).toContain(`acme-kitchens-1 is being planned\n`);
    expect(byId.stdout).toContain(todo);
    expect(bySite.stdout).toContain('Acme Kitchens (production)\n\nVerified  nothing by the bot yet\n');
    expect(bySite.stdout).toContain('\nUnder way acme-kitchens-1 (production), ');
    expect(bySite.stdout).toContain(todo);
  });

  test.each([
    ['acme-kitchens-9', 'There is no run acme-kitchens-9.\nTo see the runs: rollback-bot history'],
    ['acme-kichens-1', 'There is no run acme-kichens-1.\nDid you mean acme-kitchens?'],
    ['acme-kichens', 'There is no site acme-kichens.\nDid you mean acme-kitchens?'],
    ['no such thing', 'There is no site or command no such thing.\nTo see the runs: rollback-bot history'],
  ])('%s: there is no such run or site', async (what, said) => {
    expect(await record.run(() => runStatus(what))).toEqual({ code: 1, stdout: '', stderr: `${said}\n` });
  });

  test('a damaged record is named and does not hide others', async () => {
    await record.decided();
    await begun(record.store);
    await record.link.redis.lset(storeKeys().events('acme-kitchens-1'), 0, 'rubbish');
    const { stdout, code } = await record.run(() => runStatus(undefined));

    expect(code).toBe(0);
    expect(stdout).toContain('acme-kitchens-2 (production)');
    expect(stdout).toContain('acme-kitchens-1: the record of acme-kitchens-1 is damaged');
  });

  test('for other programs', async () => {
    await record.decided();
    await begun(record.store);
    const asked = await record.run(() => runStatus('acme-kitchens', { json: true }));

    expect(JSON.parse(asked.stdout)).toMatchObject({
      site: 'acme-kitchens@production',
      underWay: { run: 'acme-kitchens-2', state: 'planning' },
      last: { run: 'acme-kitchens-1', state: 'cancelled', approvers: ['U02BOB'] },
      verified: null,
    });
    expect(JSON.parse((await record.run(() => runStatus(undefined, { json: true }))).stdout)).toMatchObject({
      underWay: [{ run: 'acme-kitchens-2' }],
      newest: [{ run: 'acme-kitchens-2' }, { run: 'acme-kitchens-1' }],
    });
  });
});

describe('history', () => {
  const ids = (text: string) => Array.from(text.matchAll(/^ {2}(\S+-\d+) /gm), ([, id]) => id);

  test('newest runs first, of all sites or of one, and how to see more', async () => {
    await record.decided();
    await record.decided();
    await begun(record.store);
    const all = await record.run(() => runHistory(undefined, { limit: '20' }));
    const newest = await record.run(() => runHistory('acme-kitchens', { limit: '2' }));

    expect(ids(all.stdout)).toEqual(['acme-kitchens-3', 'acme-kitchens-2', 'acme-kitchens-1']);
    expect(ids(newest.stdout)).toEqual(['acme-kitchens-3', 'acme-kitchens-2']);
    expect(newest.stdout).toContain('and 1 older: rollback-bot history acme-kitchens@production --limit 3\n');
  });

  test('for other programs, with the records that cannot be read', async () => {
    await record.decided();
    await begun(record.store);
    await record.link.redis.lset(storeKeys().events('acme-kitchens-1'), 0, 'rubbish');
    const { stdout } = await record.run(() => runHistory('acme-kitchens', { limit: '20', json: true }));

    expect(JSON.parse(stdout)).toMatchObject([
      { run: 'acme-kitchens-2', state: 'planning' },
      { run: 'acme-kitchens-1', problem: expect.stringContaining('is damaged') },
    ]);
  });

  test('no run yet, an unknown site, a wrong limit', async () => {
    expect(await record.run(() => runHistory('acme-kitchens', { limit: '20' }))).toEqual({
      code: 0,
      stdout: 'Nobody has asked for a rollback of acme-kitchens@production yet.\n',
      stderr: '',
    });
    expect(await record.run(() => runHistory('acme', { limit: '20' }))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no site acme.\nDid you mean acme-kitchens?\n',
    });
    expect(await record.run(() => runHistory(undefined, { limit: 'all' }))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'all is not a number of runs.\nFor example: --limit 50\n',
    });
  });
});

describe('audit export', () => {
  test('one event per line, oldest run first', async () => {
    await record.decided();
    await begun(record.store);
    const { code, stdout } = await record.run(() => runAuditExport(undefined));
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
    expect(Object.keys(lines[0])).toEqual(['run', 'seq', 'at', 'hash', 'seal', 'event']);
    expect(stdout).not.toContain(SECRET);
  });

  test('one run, or no run with that name', async () => {
    await record.decided();
    await begun(record.store);

    expect(
      (await record.run(() => runAuditExport('acme-kitchens-2'))).stdout.trim().split('\n'),
    ).toHaveLength(1);
    expect(await record.run(() => runAuditExport('acme-kitchens-9'))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no run called acme-kitchens-9.\n',
    });
  });

  test('a damaged record is left out and named, and the others are written', async () => {
    await record.decided();
    await begun(record.store);
    await record.link.redis.lset(storeKeys().events('acme-kitchens-1'), 0, 'rubbish');
    const { code, stdout, stderr } = await record.run(() => runAuditExport(undefined));

    expect(code).toBe(1);
    expect(stdout).toContain('"run":"acme-kitchens-2"');
    expect(stderr).toContain('the record of acme-kitchens-1 is damaged');
  });
});

describe('plan', () => {
  test('needs no Slack, Redis or secret, and says what to do if the host does not answer', async () => {
    const { code, stdout, stderr } = await record.terminal.run(() => runPlan('acme-kitchens', 'v0.5.0', {}));

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^The bot can't check the host of Acme Kitchens: .*127\.0\.0\.1:1.*\n.*deploy@127\.0\.0\.1/,
    );
  });

  test('an unknown site, before anything is contacted', async () => {
    expect(await record.terminal.run(() => runPlan('acme', 'v0.5.0', {}))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no site acme.\nDid you mean acme-kitchens?\n',
    });
  });
});
