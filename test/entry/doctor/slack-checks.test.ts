import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Identity } from '../../../src/domain/approval/identity.ts';
import { slackResults, slackUse } from '../../../src/entry/doctor/slack-checks.ts';
import { renderResult } from '../../../src/entry/parts/check-result.ts';
import { OPTIONAL_SCOPES, SCOPES, type SlackFacts } from '../../../src/slack/client/inspect.ts';
import { site } from '../fixtures.ts';

const person = (id: string, name: string, more: Partial<Identity> = {}): Identity => ({
  id,
  teamId: 'T01',
  name,
  deleted: false,
  bot: false,
  guest: false,
  stranger: false,
  ...more,
});

const channel = { member: true, archived: false, shared: false };

const good: SlackFacts = {
  token: {
    team: 'local',
    teamId: 'T01',
    bot: 'rollback-bot',
    scopes: Object.keys({ ...SCOPES, ...OPTIONAL_SCOPES }),
  },
  socket: 'opens',
  channels: new Map([
    ['C01OPS', { ...channel, name: 'ops' }],
    ['C02STATUS', { ...channel, name: 'status' }],
  ]),
  users: new Map([
    ['U01ALICE', person('U01ALICE', 'Alice')],
    ['U02BOB', person('U02BOB', 'Bob')],
    ['U03CAROL', person('U03CAROL', 'Carol')],
  ]),
  groups: new Map([['S01ONCALL', ['U02BOB', 'U03CAROL']]]),
};

const lines = (facts: Partial<SlackFacts>, changed: Partial<typeof site> = {}) =>
  slackResults({ ...good, ...facts }, [{ ...site, ...changed }])
    .map(renderResult)
    .join('');

const faults = (...given: Parameters<typeof lines>) =>
  lines(...given)
    .split('\n')
    .filter((line) => !line.startsWith('ok '))
    .join('\n');

test('the scopes are those of the manifest', () => {
  const manifest = z
    .object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) })
    .parse(parse(readFileSync('manifest.yml', 'utf8')));

  expect(Object.keys({ ...SCOPES, ...OPTIONAL_SCOPES }).toSorted()).toEqual(
    manifest.oauth_config.scopes.bot.toSorted(),
  );
});

test('what the sites name is asked for once', () => {
  expect(slackUse([site, site])).toEqual({
    channels: ['C01OPS', 'C02STATUS'],
    users: ['U01ALICE', 'U02BOB'],
    groups: ['S01ONCALL'],
  });
});

test('all is well', () => {
  expect(lines({})).toBe(`ok    Slack: the bot token is good: @rollback-bot in local (T01)
ok    Slack: the token has the 7 scopes that the bot needs
ok    Slack: the app-level token opens a Socket Mode connection
ok    Slack: the bot is in #ops (C01OPS)
ok    Slack: the bot is in #status (C02STATUS)
ok    Slack: user U01ALICE is Alice, an active full member
ok    Slack: user U02BOB is Bob, an active full member
ok    Slack: user group S01ONCALL has Bob, Carol
ok    Slack: approvers of acme-kitchens@production: Bob, Carol; a second person can always decide
`);
});

describe('tokens', () => {
  test('a bad bot token is said once, and nothing that depends on it', () => {
    expect(
      lines({ token: { error: 'invalid_auth' } }),
    ).toBe(`FAIL  Slack: bot token: auth.test says invalid_auth
      fix: copy the Bot User OAuth Token from the app's page "OAuth & Permissions" into SLACK_BOT_TOKEN
ok    Slack: the app-level token opens a Socket Mode connection
`);
  });

  test('a Slack that cannot be reached is no bad token', () => {
    expect(faults({ token: { error: 'connect ECONNREFUSED' }, socket: null })).toContain(
      'fix: check from this machine: curl',
    );
  });

  test('a missing scope is named with what it is for', () => {
    const scopes = Object.keys({ ...SCOPES, ...OPTIONAL_SCOPES }).filter(
      (scope) => scope !== 'usergroups:read',
    );

    expect(
      faults({ token: { team: 'local', teamId: 'T01', bot: 'rollback-bot', scopes } }),
    ).toBe(`FAIL  Slack: scopes: the token lacks usergroups:read (who is in a user group of the configuration)
      fix: add usergroups:read on the app's page "OAuth & Permissions", then "Reinstall to Workspace" (manifest.yml has them all)
`);
  });

  test('without the right to see addresses, only the configuration says which accounts are one person’s', () => {
    expect(
      faults({ token: { team: 'local', teamId: 'T01', bot: 'rollback-bot', scopes: Object.keys(SCOPES) } }),
    ).toBe(`warn  Slack: users:read.email: the token lacks it (whether two accounts are of one person), so several accounts of one person count once only if \`accounts\` in the configuration names them
      fix: add users:read.email on the app's page "OAuth & Permissions", then "Reinstall to Workspace"
`);
  });

  test('an app-level token that opens nothing', () => {
    expect(
      faults({ socket: { error: 'not_allowed_token_type' } }),
    ).toBe(`FAIL  Slack: app-level token: apps.connections.open says not_allowed_token_type
      fix: turn on Socket Mode for the app, and make a token with the scope connections:write on the page "Basic Information": SLACK_APP_TOKEN=xapp-…
`);
  });

  test('HTTP mode has no connection to open', () => {
    expect(faults({ socket: null })).toBe('');
  });
});

describe('channels', () => {
  const ops = (change: object) => ({
    channels: new Map([['C01OPS', { ...channel, name: 'ops', ...change }]]),
  });

  test.each([
    ['the bot is not in it', { member: false }, 'in that channel: /invite @rollback-bot'],
    ['it is archived', { archived: true }, 'name another channel in the configuration'],
    [
      'it is shared with another organisation, so nobody can ask for a rollback there',
      { shared: true },
      'in the configuration, name a channel that belongs to this workspace alone',
    ],
  ])('%s', (why, change, fix) => {
    expect(faults(ops(change))).toBe(`FAIL  Slack: channel #ops (C01OPS): ${why}\n      fix: ${fix}\n`);
  });

  test('stakeholders may sit in a shared channel', () => {
    const channels = new Map([['C02STATUS', { ...channel, name: 'status', shared: true }]]);

    expect(faults({ channels })).toBe(
      'warn  Slack: channel #status (C02STATUS): it is shared with another organisation, which can read everything\n',
    );
  });

  test('one that Slack does not show', () => {
    expect(faults({ channels: new Map([['C01OPS', { error: 'channel_not_found' }]]) })).toBe(
      'FAIL  Slack: channel C01OPS: there is no such channel, or it is private and the bot is not in it\n      fix: in that channel: /invite @rollback-bot\n',
    );
  });
});

describe('people', () => {
  const alice = (change: object) => ({
    users: new Map([...good.users, ['U01ALICE', person('U01ALICE', 'Alice', change)]] as const),
  });

  test.each([
    [{ deleted: true }, 'this account has been deactivated'],
    [{ guest: true }, 'a guest account cannot ask for or decide on a rollback'],
    [{ teamId: 'T99' }, 'an account of another workspace cannot ask for or decide on a rollback'],
  ])('an account that may not act: %o', (change, why) => {
    expect(faults(alice(change))).toContain(
      `FAIL  Slack: user U01ALICE, Alice: ${why}\n      fix: correct or remove`,
    );
  });

  test('an id that Slack does not know', () => {
    const users = new Map([...good.users, ['U01ALICE', { error: 'user_not_found' }]] as const);

    expect(faults({ users })).toContain(
      'FAIL  Slack: user U01ALICE: there is no such user in this workspace\n',
    );
  });

  test('an empty group is a warning, one that cannot be read is not', () => {
    expect(faults({ groups: new Map([['S01ONCALL', []]]) })).toContain(
      'warn  Slack: user group S01ONCALL: it is empty\n',
    );
    expect(faults({ groups: new Map([['S01ONCALL', { error: 'no_such_subteam' }]]) })).toContain(
      'FAIL  Slack: user group S01ONCALL: usergroups.users.list says no_such_subteam\n',
    );
  });
});

describe('approvers', () => {
  const about = 'Slack: approvers of acme-kitchens@production';

  test('the only approver is the only requester', () => {
    expect(faults({}, { requesters: ['U02BOB'], approvers: ['U02BOB'] })).toBe(
      `FAIL  ${about}: nobody else can approve a rollback requested by Bob, and there is no other requester\n      fix: add someone to approvers of acme-kitchens in the configuration\n`,
    );
  });

  test.each([
    [
      'two accounts by the configuration',
      { accounts: [['U02BOB', 'U03CAROL']], approval: { expiresMs: 1, quorum: 2 } },
      {},
      '2 people have to approve, but only Bob can',
    ],
    [
      'two accounts with one address',
      { approval: { expiresMs: 1, quorum: 1, quorums: { full: 2 } } },
      { email: 'bob@example.com' },
      '2 people have to approve a rollback of code and database, but only Bob can',
    ],
    [
      'each requester is one of them',
      { approval: { expiresMs: 1, quorum: 1, quorums: { undo: 2 } }, requesters: ['U02BOB', 'U03CAROL'] },
      {},
      'too few others can approve an undo requested by Bob, Carol, and there is no other requester',
    ],
  ])('a policy that can never be met: %s', (_, changed, address, said) => {
    const users = new Map(
      ['U02BOB', 'U03CAROL'].map(
        (id) => [id, person(id, id === 'U02BOB' ? 'Bob' : 'Carol', address)] as const,
      ),
    );

    expect(faults({ users: new Map([...good.users, ...users]) }, changed)).toContain(
      `FAIL  ${about}: ${said}\n`,
    );
  });

  test('one of the requesters finds nobody', () => {
    expect(faults({}, { approvers: ['U02BOB'] })).toBe(
      `warn  ${about}: nobody else can approve a rollback requested by Bob\n      fix: add someone to approvers of acme-kitchens in the configuration\n`,
    );
  });

  test('nobody can approve, also where the list holds accounts that may not act', () => {
    const users = new Map([...good.users, ['U02BOB', person('U02BOB', 'Bob', { deleted: true })]] as const);

    expect(faults({}, { approvers: [] })).toContain(`FAIL  ${about}: nobody can approve\n`);
    expect(faults({ users }, { approvers: ['U02BOB'] })).toContain(`FAIL  ${about}: nobody can approve\n`);
  });

  test('nobody can ask', () => {
    expect(faults({}, { requesters: [] })).toContain(`FAIL  ${about}: nobody can ask for a rollback\n`);
  });

  test('too few for the quorum', () => {
    expect(faults({}, { approval: { expiresMs: 1, quorum: 3 } })).toContain(
      `FAIL  ${about}: 3 people have to approve, but only Bob, Carol can\n`,
    );
  });
});

describe('approvers of a site that wants a second factor', () => {
  const results = (enrolled: readonly string[] | null, quorum = 1, factor: 'totp' | null = 'totp') => {
    const approval = { ...site.approval, quorum, ...(factor && { factor }) };
    const where = { ...site, approvers: ['U02BOB', 'U03CAROL'], approval };
    const found = slackResults(good, [where], enrolled === null ? null : new Set(enrolled));
    return found.map(renderResult).filter((line) => line.includes('second factor'));
  };

  test.each<[enrolled: readonly string[], quorum: number, line: string]>([
    [['U02BOB', 'U03CAROL'], 2, 'ok    second factor: approvers of acme-kitchens@production: all have one\n'],
    [
      ['U02BOB'],
      1,
      'warn  second factor: approvers of acme-kitchens@production: Carol has none\n      fix: rollback-bot factor invite U03CAROL\n',
    ],
    [
      [],
      1,
      'FAIL  second factor: approvers of acme-kitchens@production: Bob, Carol have none\n      fix: rollback-bot factor invite U02BOB\n',
    ],
  ])('of whom %j have one, and %i have to approve', (enrolled, quorum, line) => {
    expect(results(enrolled, quorum)).toEqual([line]);
  });

  test('are not looked at where none is wanted, or Redis does not answer', () => {
    expect(results(null)).toEqual([]);
    expect(results([], 1, null)).toEqual([]);
  });
});
