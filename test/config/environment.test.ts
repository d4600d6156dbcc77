import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Needs, type RawEnvironment, readEnvironment } from '../../src/config/environment.ts';

const ALL: Needs = { slack: true, approvals: true, redis: true, ssh: true };
const NONE: Needs = { slack: false, approvals: false, redis: false };
const SECRET = 'k'.repeat(32);
const COMPLETE: RawEnvironment = {
  HOME: '/home/bot',
  SLACK_BOT_TOKEN: 'xoxb-1-private',
  SLACK_APP_TOKEN: 'xapp-1-private',
  REDIS_URL: 'redis://bot:private@redis:6379/1',
  APPROVAL_SECRET: SECRET,
  SSH_PRIVATE_KEY_FILE: '~/.ssh/id_ed25519',
};

const read = (changes: RawEnvironment, needs: Needs = ALL, readable = true) =>
  readEnvironment({ ...COMPLETE, ...changes }, needs, () => readable);

const EASY =
  'APPROVAL_SECRET is easy to guess: it has fewer than 10 different characters; make one with "openssl rand -base64 48" and give the same one to every bot and worker.';

function valid(changes: RawEnvironment, needs: Needs = ALL) {
  const environment = read(changes, needs);
  if ('problems' in environment) throw new Error(environment.problems.join('\n'));
  return environment;
}

test('a complete environment is read, with its defaults', () => {
  const { slack, redisUrl, approvalSecret, warnings: _, ...rest } = valid({});

  expect(slack?.botToken.reveal()).toBe('xoxb-1-private');
  expect(slack?.apiUrl).toBe('https://slack.com/api/');
  expect(slack?.connection.kind === 'socket' && slack.connection.appToken.reveal()).toBe('xapp-1-private');
  expect(redisUrl?.reveal()).toBe('redis://bot:private@redis:6379/1');
  expect(approvalSecret?.reveal()).toBe(SECRET);
  expect(rest).toEqual({
    alsoAccepted: [],
    configurationPath: 'rollback.yml',
    logLevel: 'info',
    metricsPort: null,
    ssh: {
      identity: { kind: 'key-file', path: '/home/bot/.ssh/id_ed25519' },
      knownHostsFile: '/home/bot/.ssh/known_hosts',
    },
  });
});

test.each<[string, readonly string[]]>([
  ['wQ9hTq0mZ8cN1vR7xLk2Pz5sYf4uJd6b', []],
  ['a'.repeat(40), [EASY]],
  ['abcabcabcabcabcabcabcabcabcabcabc', [EASY]],
])('a secret that is easy to guess is accepted with a warning: %s', (secret, warnings) => {
  expect(valid({ APPROVAL_SECRET: secret }).warnings).toEqual(warnings);
});

test('a signing secret and a port without an app token mean HTTP mode', () => {
  const { slack } = valid({ SLACK_APP_TOKEN: undefined, SLACK_SIGNING_SECRET: 'abc123', PORT: '3000' });

  expect(slack?.connection).toMatchObject({ kind: 'http', port: 3000 });
});

test('an app token wins over a signing secret', () => {
  const { slack } = valid({ SLACK_SIGNING_SECRET: 'abc123', PORT: '3000' });

  expect(slack?.connection.kind).toBe('socket');
});

test('everything that may be set is taken over', () => {
  const environment = valid({
    SLACK_API_URL: 'http://127.0.0.1:9000/api',
    ROLLBACK_CONFIG: '/etc/rollback-bot/rollback.yml',
    LOG_LEVEL: 'debug',
    METRICS_PORT: '9464',
    SSH_PRIVATE_KEY_FILE: '',
    SSH_AUTH_SOCK: '/run/agent.sock',
    SSH_KNOWN_HOSTS_FILE: '/etc/rollback-bot/known_hosts',
  });

  expect(environment.slack?.apiUrl).toBe('http://127.0.0.1:9000/api/');
  expect(environment.configurationPath).toBe('/etc/rollback-bot/rollback.yml');
  expect(environment.logLevel).toBe('debug');
  expect(environment.metricsPort).toBe(9464);
  expect(environment.ssh).toEqual({
    identity: { kind: 'agent', socket: '/run/agent.sock' },
    knownHostsFile: '/etc/rollback-bot/known_hosts',
  });
});

test('what a process does not need is neither missed nor read', () => {
  const environment = readEnvironment({ SLACK_BOT_TOKEN: 'wrong', REDIS_URL: 'wrong' }, NONE);

  expect(environment).toMatchObject({
    slack: null,
    redisUrl: null,
    approvalSecret: null,
    ssh: { identity: null },
  });
});

test('all problems are named at once', () => {
  expect(readEnvironment({ LOG_LEVEL: 'loud', METRICS_PORT: '0' }, ALL)).toEqual({
    problems: [
      'METRICS_PORT is not a port number: set it to a number from 1 to 65535.',
      'SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token from the app\'s page "OAuth & Permissions".',
      'SLACK_APP_TOKEN is not set: set it to the app-level token (xapp-…) for Socket Mode, or set SLACK_SIGNING_SECRET and PORT for HTTP mode.',
      'REDIS_URL is not set: set it to redis://USER:PASSWORD@HOST:6379 (or rediss:// for TLS).',
      'APPROVAL_SECRET is not set: make one with "openssl rand -base64 48" and give the same one to every bot and worker.',
      'LOG_LEVEL is not a level: set it to one of trace, debug, info, warn, error, fatal, silent.',
      'SSH_PRIVATE_KEY_FILE is not set and no SSH agent is running: set it to the path of the private key, or start an agent (SSH_AUTH_SOCK).',
    ],
    configurationPath: 'rollback.yml',
  });
});

test.each<[string, RawEnvironment, string]>([
  [
    'an app-level token where the bot token belongs',
    { SLACK_BOT_TOKEN: 'xapp-1-private' },
    'SLACK_BOT_TOKEN is an app-level token (xapp-…), but a token that starts with xoxb- belongs here: copy the Bot User OAuth Token from the app\'s page "OAuth & Permissions".',
  ],
  [
    'something else where the bot token belongs',
    { SLACK_BOT_TOKEN: 'private' },
    'SLACK_BOT_TOKEN is not such a token, but a token that starts with xoxb- belongs here: copy the Bot User OAuth Token from the app\'s page "OAuth & Permissions".',
  ],
  [
    'a token with a line break',
    { SLACK_BOT_TOKEN: 'xoxb-private\n' },
    'SLACK_BOT_TOKEN has a space or a line break in it: set it to the token alone.',
  ],
  [
    'a bot token where the app token belongs',
    { SLACK_APP_TOKEN: 'xoxb-1-private' },
    'SLACK_APP_TOKEN is a bot token (xoxb-…), but a token that starts with xapp- belongs here: make one with the scope connections:write on the app\'s page "Basic Information".',
  ],
  [
    'HTTP mode without a port',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'private' },
    'PORT is not set: HTTP mode (SLACK_SIGNING_SECRET without SLACK_APP_TOKEN) needs the port to listen on, for example 3000.',
  ],
  [
    'HTTP mode on a port that is none',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'private', PORT: '3000a' },
    'PORT is not a port number: set it to a number from 1 to 65535.',
  ],
  [
    'HTTP mode and metrics on one port',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'private', PORT: '3000', METRICS_PORT: '3000' },
    'METRICS_PORT is the same as PORT: give health and metrics a port of their own.',
  ],
  [
    'a signing secret with a space',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'private private', PORT: '3000' },
    'SLACK_SIGNING_SECRET has a space or a line break in it: copy the Signing Secret again from the app\'s page "Basic Information".',
  ],
  [
    'a bad port beside an app token',
    { PORT: 'abc' },
    'PORT is not a port number: set it to a number from 1 to 65535.',
  ],
  [
    'an API address of another scheme',
    { SLACK_API_URL: 'file:///etc/passwd' },
    'SLACK_API_URL is not an http or https address: leave it out for Slack itself (https://slack.com/api/).',
  ],
  [
    'an address that is not of Redis',
    { REDIS_URL: 'http://bot:private@redis' },
    'REDIS_URL is not an address of Redis: set it to redis://USER:PASSWORD@HOST:6379 (or rediss:// for TLS).',
  ],
  ...[
    'redis://rollback:private%@redis:6379',
    'redis://rollback:private%zz@redis:6379',
    'redis://rollback:pri/vate@redis:6379',
    'redis://rollback:pri#vate@redis:6379',
    'redis://rollback:pri?vate@redis:6379',
    'redis://rollback:12/private@redis:6379',
    'redis://rollback:12#private@redis:6379',
    'rediss://rollback:12?private@redis:6379',
  ].map((url): [string, RawEnvironment, string] => [
    `a password of Redis that ends too early: ${url}`,
    { REDIS_URL: url },
    'REDIS_URL is not an address of Redis: set it to redis://USER:PASSWORD@HOST:6379 (or rediss:// for TLS), with % / # ? in the password written as %25 %2F %23 %3F.',
  ]),
  [
    'an approval secret of 31 bytes',
    { APPROVAL_SECRET: 'k'.repeat(31) },
    'APPROVAL_SECRET has 31 bytes, but at least 32 are needed: make one with "openssl rand -base64 48" and give the same one to every bot and worker.',
  ],
  [
    'another accepted secret that is too short',
    { APPROVAL_SECRET_ALSO: `${'k'.repeat(32)} private` },
    'APPROVAL_SECRET_ALSO has 7 bytes, but at least 32 are needed: make one with "openssl rand -base64 48" and give the same one to every bot and worker.',
  ],
  [
    'an approval secret with a space',
    { APPROVAL_SECRET: `${'k'.repeat(32)} private` },
    'APPROVAL_SECRET has a space in it: set it to the secret alone, and put comments on a line of their own.',
  ],
  [
    'a log level in capitals',
    { LOG_LEVEL: 'INFO' },
    'LOG_LEVEL is not a level: set it to one of trace, debug, info, warn, error, fatal, silent.',
  ],
  [
    'a port above the last one',
    { METRICS_PORT: '65536' },
    'METRICS_PORT is not a port number: set it to a number from 1 to 65535.',
  ],
])('%s is one problem with its fix, without the value', (_, changes, line) => {
  const environment = read(changes);

  expect(environment).toEqual({ problems: [line], configurationPath: 'rollback.yml' });
  expect(JSON.stringify(environment)).not.toContain('private');
});

const WITH_A_COMMENT: readonly [string, string][] = [
  // What systemd makes of `APPROVAL_SECRET=   # openssl rand …`.
  ['APPROVAL_SECRET', '# openssl rand -base64 48; the same for every bot and worker'],
  ['APPROVAL_SECRET', `#${'k'.repeat(48)}`],
  ['APPROVAL_SECRET', `${'k'.repeat(48)} # private`],
  ['SLACK_BOT_TOKEN', 'xoxb-1-private # the bot'],
  ['SLACK_APP_TOKEN', 'xapp-1-private\t# the app'],
  ['SLACK_API_URL', 'https://slack.com/api/ # Slack itself'],
  ['REDIS_URL', 'redis://redis:6379/1 # private'],
  ['ROLLBACK_CONFIG', '/etc/rollback-bot/rollback.yml # sites'],
  ['LOG_LEVEL', 'info # or debug'],
  ['METRICS_PORT', '9464 # health'],
  ['PORT', '# 3000'],
  ['SSH_PRIVATE_KEY_FILE', '/etc/rollback-bot/key # ed25519'],
  ['SSH_KNOWN_HOSTS_FILE', '/etc/rollback-bot/known_hosts # of all hosts'],
];

test.each(WITH_A_COMMENT)('%s=%s is refused, because the comment is a part of the value', (name, value) => {
  expect(read({ [name]: value })).toMatchObject({
    problems: [`${name} has a comment in it: put the comment on a line of its own.`],
  });
});

test('a number sign within a value is no comment', () => {
  expect(read({ REDIS_URL: 'redis://bot:a#b@redis', APPROVAL_SECRET: `${'k'.repeat(32)}#1` })).toEqual({
    problems: [
      'REDIS_URL is not an address of Redis: set it to redis://USER:PASSWORD@HOST:6379 (or rediss:// for TLS), with % / # ? in the password written as %25 %2F %23 %3F.',
    ],
    configurationPath: 'rollback.yml',
  });
});

test('where the configuration lies is known although something else is wrong', () => {
  expect(read({ ROLLBACK_CONFIG: '~/good.yml', LOG_LEVEL: 'loud' })).toMatchObject({
    configurationPath: '/home/bot/good.yml',
  });
  expect(read({ ROLLBACK_CONFIG: '', LOG_LEVEL: 'loud' })).toMatchObject({
    configurationPath: 'rollback.yml',
  });
});

test('a private key that cannot be read is a problem only for a process that logs in to hosts', () => {
  expect(read({}, ALL, false)).toEqual({
    problems: [
      "SSH_PRIVATE_KEY_FILE names a file that can't be read: check the path, and that this user may read the file. Or leave it out to use the SSH agent.",
    ],
    configurationPath: 'rollback.yml',
  });
  expect(read({}, NONE, false)).not.toHaveProperty('problems');
});

test('no printed environment shows a secret', () => {
  const environment = valid({});

  for (const text of [JSON.stringify(environment), inspect(environment, { depth: 9, showHidden: true })]) {
    expect(text).not.toMatch(/private|kkkk/);
    expect(text).toContain('[REDACTED]');
  }
  expect(String(environment.approvalSecret)).toBe('[REDACTED]');
});

test.each([
  'redis://rollback:p%40ss%2Fw%23o%3Fr%25d@redis:6379',
  'redis://rollback:p@ss:word@redis:6379/2',
  'redis://:secret@redis',
  'rediss://rollback:secret@[::1]:6380/0?family=6',
  'redis://127.0.0.1:6379',
])('takes %s for an address of Redis', (url) => {
  expect(valid({ REDIS_URL: url }).redisUrl?.reveal()).toBe(url);
});
