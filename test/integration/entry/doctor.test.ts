import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalSlack, LocalSlackOptions } from '../../../sandbox/slack/local-slack.ts';
import { inspectSite } from '../../../src/entry/doctor/inspect-site.ts';
import { runDoctor } from '../../../src/entry/doctor/run-doctor.ts';
import { inspectedSshHosts } from '../../../src/ssh/host.ts';
import { site } from '../../entry/fixtures.ts';
import { startPatientSlack } from '../../support/fakes/patient-slack.ts';
import { BOT } from '../../support/redis/acl.ts';
import { hasRealRedis, startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { type Ssh2Server, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { closedPort, startSilentHost } from './ports.ts';
import { openTerminal, type Printed, SECRET, type Terminal } from './terminal.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

let slack: LocalSlack;
let redis: TestRedis;
let host: Ssh2Server;
let closed: number;
const undo: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  host = await startSsh2Server();
  undo.push(() => host.stop());
  closed = await closedPort();
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function team(options: LocalSlackOptions = {}): Promise<LocalSlack> {
  slack = await startPatientSlack(options);
  slack.addUser({ id: 'U01ALICE', name: 'alice' });
  slack.addUser({ id: 'U02BOB', name: 'bob' });
  slack.addGroup({ id: 'S01ONCALL', members: ['U02BOB'] });
  slack.addChannel({ id: 'C01OPS', name: 'ops' });
  slack.addChannel({ id: 'C02STATUS', name: 'status' });
  undo.push(() => slack.close());
  return slack;
}

async function startOwnRedis(aof: boolean): Promise<void> {
  redis = await startRedis({ aof });
  undo.push(() => redis.stop());
}

const siteLine = (slug: string, port: number, fingerprint: string | null, more = '') =>
  `  - { slug: ${slug}, domain: ${slug}.test, url: 'http://127.0.0.1:${closed}', root: /nonexistent/${slug}, host: { address: 127.0.0.1, port: ${port}, user: ${host.user}${fingerprint === null ? '' : `, fingerprint: '${fingerprint}'`} }${more} }\n`;

async function doctor(sites: string, named?: string): Promise<Printed> {
  const terminal: Terminal = await openTerminal(
    `defaults: { requesters: [U01ALICE], approvers: [S01ONCALL], channel: C01OPS, stakeholders: { channel: C02STATUS } }\nsites:\n${sites}`,
    host.privateKey,
  );
  undo.push(() => terminal.stop());
  return terminal.run(() => runDoctor(named), {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    REDIS_URL: redis.url,
    APPROVAL_SECRET: SECRET,
  });
}

describe('Slack', () => {
  test('a workspace that is set up correctly', async () => {
    await team();
    await startOwnRedis(true);
    const { stdout } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(stdout).toMatch(/^ok {4}configuration: .*rollback\.yml, 1 site\n/);
    expect(stdout).toContain(`ok    Slack: the bot token is good: @rollback-bot in local (T01LOCAL)
ok    Slack: the token has the 7 scopes that the bot needs
ok    Slack: the app-level token opens a Socket Mode connection
ok    Slack: the bot is in #ops (C01OPS)
ok    Slack: the bot is in #status (C02STATUS)
ok    Slack: user U01ALICE is alice, an active full member
ok    Slack: user group S01ONCALL has bob
ok    Slack: approvers of acme-kitchens@production: bob; a second person can always decide
`);
    expect(stdout).toContain(`ok    Redis: 127.0.0.1:${redis.port} answers, version `);
    expect(slack.violations).toEqual([]);
  });

  test('a missing scope, a channel without the bot, an unknown user and an empty group', async () => {
    const scopes = ['channels:read', 'chat:write', 'commands', 'files:write', 'groups:read', 'users:read'];
    await team({ scopes: [...scopes, 'usergroups:read'] });
    slack.removeFromGroup('S01ONCALL', 'U02BOB');
    slack.kick('C02STATUS', slack.botUserId);
    await startOwnRedis(true);
    const more = ', requesters: [U09NOBODY], operators: [U01ALICE]';
    const one = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint, more));

    expect(one.code).toBe(1);
    expect(one.stdout).toContain(
      'FAIL  Slack: channel #status (C02STATUS): the bot is not in it\n      fix: in that channel: /invite @rollback-bot\n',
    );
    expect(one.stdout).toContain('FAIL  Slack: user U09NOBODY: there is no such user in this workspace\n');
    expect(one.stdout).toContain('warn  Slack: user group S01ONCALL: it is empty\n');
    expect(one.stdout).toContain('FAIL  Slack: approvers of acme-kitchens@production: nobody can approve\n');

    await team({ scopes });
    const other = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(other.stdout).toContain(
      'FAIL  Slack: scopes: the token lacks usergroups:read (who is in a user group of the configuration)\n',
    );
    expect(other.stdout).toContain(
      'FAIL  Slack: user group S01ONCALL: usergroups.users.list says missing_scope\n',
    );
  });

  test('waits if Slack asks for patience', async () => {
    await team();
    await startOwnRedis(true);
    slack.fail('users.info', { rateLimitSeconds: 1 });
    const { stdout } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(stdout).toContain('ok    Slack: user U01ALICE is alice, an active full member\n');
  });

  test('a token that was revoked', async () => {
    await team();
    await startOwnRedis(true);
    slack.fail('auth.test', { error: 'token_revoked', times: 9 });
    const { stdout, code } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(code).toBe(1);
    expect(stdout).toContain(
      'FAIL  Slack: bot token: auth.test says token_revoked\n      fix: copy the Bot User',
    );
    expect(stdout).not.toContain('C01OPS');
  });
});

describe('Redis', () => {
  test.skipIf(!hasRealRedis())('without its append-only file', async () => {
    await team();
    await startOwnRedis(false);
    const { stdout, code } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(code).toBe(1);
    expect(stdout).toContain(
      'FAIL  Redis: The append-only file is off, so a restart would lose runs\n      fix: set "appendonly yes"\n',
    );
  });

  test.skipIf(!hasRealRedis())(
    'that lets anybody in fails, although only this machine reaches it',
    async () => {
      await team();
      await startOwnRedis(true);
      await redis.admin((admin) => admin.call('ACL', 'SETUSER', 'default', 'on', 'nopass', '~*', '+@all'));
      const { stdout, code } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

      expect(code).toBe(1);
      expect(stdout).toContain(
        'FAIL  Redis: anybody gets in without a password, so every account and every program that reaches it can change the record of all runs\n      fix: as root, where Redis runs',
      );
      expect(stdout).not.toContain(encodeURIComponent(BOT.password));
    },
  );

  test.skipIf(!hasRealRedis())('that asks for a password is good, and no line shows it', async () => {
    await team();
    await startOwnRedis(true);
    const { stdout } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(stdout).toContain('\nok    Redis: it asks for a password\n');
    expect(stdout).not.toContain(encodeURIComponent(BOT.password));
    expect(stdout).not.toContain(BOT.password);
  });

  test('that does not answer', async () => {
    await team();
    await startOwnRedis(true);
    await redis.kill();
    const { stdout, code } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(code).toBe(1);
    expect(stdout).toContain(`FAIL  Redis: redis at 127.0.0.1:${redis.port} does not answer: `);
  });
});

describe('hosts', () => {
  test('an unknown key, a closed port, a silent host and a good one each get their own answer', async () => {
    await team();
    await startOwnRedis(true);
    const silent = await startSilentHost();
    undo.push(() => silent.stop());
    const { stdout, code } = await doctor(
      siteLine('silent-site', silent.port, host.fingerprint) +
        siteLine('unknown-site', host.port, null) +
        siteLine('closed-site', closed, host.fingerprint) +
        siteLine('good-site', host.port, host.fingerprint),
    );

    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}silent-site@production: SSH: .* did not let us in within 15000 ms/);
    expect(stdout).toContain('FAIL  unknown-site@production: SSH: the host key of 127.0.0.1:');
    expect(stdout).toContain(
      `      fix: add to host of unknown-site in the configuration: fingerprint: "${host.fingerprint}"\n           but first compare it on the host itself`,
    );
    expect(stdout).toMatch(/FAIL {2}closed-site@production: SSH: .* cannot be reached: /);
    expect(stdout).toContain(
      `ok    good-site@production: SSH to ${host.user}@127.0.0.1:${host.port}, host key ${host.fingerprint} verified\n`,
    );
    expect(stdout.indexOf('silent-site@production: SSH')).toBeLessThan(
      stdout.indexOf('good-site@production: SSH'),
    );
  });

  test('sites on one host share a connection, and only the named site is checked', async () => {
    await team();
    await startOwnRedis(true);
    const sites = ['one', 'two', 'three'].map((slug) => siteLine(slug, host.port, host.fingerprint)).join('');
    await doctor(sites);
    // The client asks whether the key is acceptable, then signs.
    const perConnection = host.logins;
    const { stdout } = await doctor(sites, 'two');

    expect(host.logins).toBe(2 * perConnection);
    expect(stdout).toContain('two@production: SSH to');
    expect(stdout).not.toContain('one@production');
  });

  test('a host that hangs after the login fails at the deadline of each question', async () => {
    const hanging = await startSsh2Server({ onCommand: () => true });
    undo.push(() => hanging.stop());
    const hosts = inspectedSshHosts(async () => ({ privateKey: hanging.privateKey, knownHosts: '' }));
    const { address, port, user, fingerprint } = hanging;
    const facts = await inspectSite(
      hosts,
      {
        health: async () => ({ status: 200, word: 'ok', failing: [] }),
        smokeTests: async () => ({ checks: [], health: { status: 200, word: 'ok', failing: [] } }),
      },
      { ...site, host: { address, port, user, fingerprint } },
      1_000,
    );
    hosts.close();

    const late = { error: 'no answer within 1 s' };
    expect(facts.host).toEqual({
      hostKey: fingerprint,
      origin: late,
      survey: late,
      database: late,
      backups: late,
      kept: late,
    });
  });

  test.skipIf(!hasPython)('a site directory that does not exist', async () => {
    await team();
    await startOwnRedis(true);
    const { stdout } = await doctor(siteLine('acme-kitchens', host.port, host.fingerprint));

    expect(stdout).toMatch(
      /FAIL {2}acme-kitchens@production: owner: \/nonexistent\/acme-kitchens\/app: .*\n {6}fix: correct root/,
    );
  });
});

describe('before anything is contacted', () => {
  test('bad configuration is exit code 2, one line per problem', async () => {
    const terminal = await openTerminal('sites: []\n');
    undo.push(() => terminal.stop());
    const { code, stdout, stderr } = await terminal.run(() => runDoctor(undefined), {
      APPROVAL_SECRET: 'short',
    });

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.split('\n').length).toBeGreaterThan(4);
    expect(stderr).toContain('SLACK_BOT_TOKEN is not set');
    expect(stderr).toContain('APPROVAL_SECRET has 5 bytes');
    expect(stderr).toContain('sites');
  });

  test('an unknown site is exit code 1', async () => {
    await team();
    await startOwnRedis(true);
    const { code, stdout, stderr } = await doctor(
      siteLine('acme-kitchens', host.port, host.fingerprint),
      'acme',
    );

    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no site acme.\nDid you mean acme-kitchens?\n',
    });
  });
});
