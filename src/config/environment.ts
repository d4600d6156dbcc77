import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Secret } from './secret.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the process needs that is about to start. Variables that it does not need may be missing or wrong. */
export interface Needs {
  readonly slack: boolean;
  readonly approvals: boolean;
  readonly redis: boolean;
  /** A way to log in to hosts. Left out: not needed. */
  readonly ssh?: boolean;
}

export type SlackConnection =
  | { readonly kind: 'socket'; readonly appToken: Secret }
  | { readonly kind: 'http'; readonly signingSecret: Secret; readonly port: number };

export interface SlackAccess {
  readonly botToken: Secret;
  /** Ends with a slash, as the Web API client wants it. */
  readonly apiUrl: string;
  readonly connection: SlackConnection;
}

export type SshIdentity =
  | { readonly kind: 'key-file'; readonly path: string }
  | { readonly kind: 'agent'; readonly socket: string };

/** The process's environment, checked; null for a variable that was not needed. */
export interface ProcessEnvironment {
  readonly slack: SlackAccess | null;
  /** A secret, because the URL may hold a password. */
  readonly redisUrl: Secret | null;
  readonly approvalSecret: Secret | null;
  /** Other secrets whose seals and signatures hold as well: the previous one, or the next one. */
  readonly alsoAccepted: readonly Secret[];
  /** What is allowed, and should be changed all the same. */
  readonly warnings: readonly string[];
  readonly configurationPath: string;
  readonly logLevel: LogLevel;
  /** null: no HTTP server for health and metrics. */
  readonly metricsPort: number | null;
  readonly ssh: { readonly identity: SshIdentity | null; readonly knownHostsFile: string };
}

/** What is wrong. The path of the configuration is known all the same, so that its problems can be reported as well. */
export type EnvironmentProblems = Pick<ProcessEnvironment, 'configurationPath'> & {
  readonly problems: readonly string[];
};

export type RawEnvironment = Readonly<Record<string, string | undefined>>;

const SLACK_API_URL = 'https://slack.com/api/';
const APPROVAL_SECRET_BYTES = 32;
const DIFFERENT_CHARACTERS = 10;
const TOKEN_KINDS: Readonly<Record<string, string>> = {
  'xoxb-': 'a bot token',
  'xapp-': 'an app-level token',
  'xoxp-': 'a user token',
  'xoxe-': 'a configuration token',
};

/** No proper value looks like this. systemd and Docker take a comment behind a value as part of it. */
const COMMENT = /^\s*#|\s#/;

/** Collects the first problem of each variable, so that a person can fix them in one go. */
interface Door {
  readonly get: (name: string) => string | undefined;
  readonly problem: (name: string, what: string) => null;
}

/**
 * Reads the variables that the documentation names, and reports all problems at once: one line each, with the variable, what
 * is wrong and how to fix it. No line holds a value that could be a secret.
 */
export function readEnvironment(
  raw: RawEnvironment,
  needs: Needs,
  readable: (path: string) => boolean = isReadable,
): ProcessEnvironment | EnvironmentProblems {
  const problems = new Map<string, string>();
  const door: Door = {
    get: (name) => {
      // An env file can't unset a variable, so `NAME=` counts as not set.
      const value = raw[name]?.trim() === '' ? undefined : raw[name];
      if (value !== undefined && COMMENT.test(value))
        door.problem(name, 'has a comment in it: put the comment on a line of its own.');
      return value;
    },
    problem: (name, what) => {
      if (!problems.has(name)) problems.set(name, `${name} ${what}`);
      return null;
    },
  };
  const metricsPort = readPort(door, 'METRICS_PORT');
  const environment: ProcessEnvironment = {
    slack: needs.slack ? readSlack(door, metricsPort) : null,
    redisUrl: needs.redis ? readRedisUrl(door) : null,
    approvalSecret: needs.approvals ? readApprovalSecret(door) : null,
    alsoAccepted: needs.approvals ? readAlsoAccepted(door) : [],
    warnings: needs.approvals ? weakSecret(raw['APPROVAL_SECRET'] ?? '') : [],
    configurationPath: atHome(door, door.get('ROLLBACK_CONFIG') ?? 'rollback.yml'),
    logLevel: readLogLevel(door),
    metricsPort,
    ssh: {
      identity: readSshIdentity(door, needs.ssh === true, readable),
      knownHostsFile: atHome(door, door.get('SSH_KNOWN_HOSTS_FILE') ?? '~/.ssh/known_hosts'),
    },
  };
  const { configurationPath } = environment;
  return problems.size > 0 ? { problems: [...problems.values()], configurationPath } : environment;
}

function readSlack(door: Door, metricsPort: number | null): SlackAccess | null {
  const botToken = readToken(
    door,
    'SLACK_BOT_TOKEN',
    'xoxb-',
    'copy the Bot User OAuth Token from the app\'s page "OAuth & Permissions"',
  );
  const connection = readConnection(door, metricsPort);
  const apiUrl = readApiUrl(door);
  return botToken && connection && apiUrl ? { botToken, connection, apiUrl } : null;
}

function readToken(door: Door, name: string, prefix: string, fix: string): Secret | null {
  const value = door.get(name);
  if (value === undefined) return door.problem(name, `is not set: ${fix}.`);
  if (/\s/.test(value))
    return door.problem(name, `has a space or a line break in it: set it to the token alone.`);
  if (!value.startsWith(prefix) || value.length === prefix.length) {
    const kind = Object.entries(TOKEN_KINDS).find(([start]) => start !== prefix && value.startsWith(start));
    const found = kind ? `is ${kind[1]} (${kind[0]}…)` : 'is not such a token';
    return door.problem(name, `${found}, but a token that starts with ${prefix} belongs here: ${fix}.`);
  }
  return new Secret(value);
}

function readConnection(door: Door, metricsPort: number | null): SlackConnection | null {
  const port = readPort(door, 'PORT');
  if (door.get('SLACK_APP_TOKEN') !== undefined) {
    const fix = 'make one with the scope connections:write on the app\'s page "Basic Information"';
    const appToken = readToken(door, 'SLACK_APP_TOKEN', 'xapp-', fix);
    return appToken && { kind: 'socket', appToken };
  }
  const signingSecret = door.get('SLACK_SIGNING_SECRET');
  if (signingSecret === undefined)
    return door.problem(
      'SLACK_APP_TOKEN',
      'is not set: set it to the app-level token (xapp-…) for Socket Mode, or set SLACK_SIGNING_SECRET and PORT for HTTP mode.',
    );
  if (/\s/.test(signingSecret))
    return door.problem(
      'SLACK_SIGNING_SECRET',
      'has a space or a line break in it: copy the Signing Secret again from the app\'s page "Basic Information".',
    );
  if (door.get('PORT') === undefined)
    return door.problem(
      'PORT',
      'is not set: HTTP mode (SLACK_SIGNING_SECRET without SLACK_APP_TOKEN) needs the port to listen on, for example 3000.',
    );
  if (port === null) return null;
  if (port === metricsPort)
    return door.problem('METRICS_PORT', 'is the same as PORT: give health and metrics a port of their own.');
  return { kind: 'http', signingSecret: new Secret(signingSecret), port };
}

function readApiUrl(door: Door): string | null {
  const value = door.get('SLACK_API_URL') ?? SLACK_API_URL;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    return door.problem(
      'SLACK_API_URL',
      `is not an http or https address: leave it out for Slack itself (${SLACK_API_URL}).`,
    );
  return value.endsWith('/') ? value : `${value}/`;
}

function readRedisUrl(door: Door): Secret | null {
  const value = door.get('REDIS_URL');
  const fix = 'set it to redis://USER:PASSWORD@HOST:6379 (or rediss:// for TLS)';
  if (value === undefined) return door.problem('REDIS_URL', `is not set: ${fix}.`);
  const url = URL.canParse(value) ? new URL(value) : null;
  const isOurs = /^rediss?:/.test(value);
  // Without escapes, the rest of a password would count as host or path, and so stand in messages.
  if (isOurs && value.includes('@') && (url === null || !isEscaped(url)))
    return door.problem(
      'REDIS_URL',
      `is not an address of Redis: ${fix}, with % / # ? in the password written as %25 %2F %23 %3F.`,
    );
  if (!isOurs || url === null || url.hostname === '')
    return door.problem('REDIS_URL', `is not an address of Redis: ${fix}.`);
  return new Secret(value);
}

/** Whether user and password end where they were meant to end, and can be decoded. */
function isEscaped({ username, password, pathname, search, hash }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}`);
  } catch {
    return false;
  }
  return /^\/?\d*$/.test(pathname) && !search.includes('@') && hash === '';
}

function readApprovalSecret(door: Door): Secret | null {
  const value = door.get('APPROVAL_SECRET');
  if (value === undefined) return door.problem('APPROVAL_SECRET', `is not set: ${MAKE_SECRET}.`);
  if (/\s/.test(value))
    return door.problem(
      'APPROVAL_SECRET',
      'has a space in it: set it to the secret alone, and put comments on a line of their own.',
    );
  return checkedSecret(door, 'APPROVAL_SECRET', value);
}

/** Separated by spaces. While a secret is replaced, the processes do not all have the same one. */
function readAlsoAccepted(door: Door): readonly Secret[] {
  const values = (door.get('APPROVAL_SECRET_ALSO') ?? '').split(/\s+/).filter((value) => value !== '');
  return values.flatMap((value) => checkedSecret(door, 'APPROVAL_SECRET_ALSO', value) ?? []);
}

/** Whoever guesses it can write records that the bot believes. Random text has many different characters. */
function weakSecret(value: string): readonly string[] {
  return new Set(value).size >= DIFFERENT_CHARACTERS
    ? []
    : [
        `APPROVAL_SECRET is easy to guess: it has fewer than ${DIFFERENT_CHARACTERS} different characters; ${MAKE_SECRET}.`,
      ];
}

const MAKE_SECRET = 'make one with "openssl rand -base64 48" and give the same one to every bot and worker';

function checkedSecret(door: Door, name: string, value: string): Secret | null {
  const bytes = Buffer.byteLength(value);
  if (bytes < APPROVAL_SECRET_BYTES)
    return door.problem(
      name,
      `has ${bytes} ${bytes === 1 ? 'byte' : 'bytes'}, but at least ${APPROVAL_SECRET_BYTES} are needed: ${MAKE_SECRET}.`,
    );
  return new Secret(value);
}

function readLogLevel(door: Door): LogLevel {
  const value = door.get('LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((known) => known === value);
  if (level === undefined)
    door.problem('LOG_LEVEL', `is not a level: set it to one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? 'info';
}

/** null: not set, or a problem that has been reported. */
function readPort(door: Door, name: string): number | null {
  const value = door.get(name);
  if (value === undefined) return null;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535)
    return door.problem(name, `is not a port number: set it to a number from 1 to 65535.`);
  return port;
}

function readSshIdentity(
  door: Door,
  needed: boolean,
  readable: (path: string) => boolean,
): SshIdentity | null {
  const file = door.get('SSH_PRIVATE_KEY_FILE');
  if (file !== undefined) {
    const path = atHome(door, file);
    if (needed && !readable(path))
      return door.problem(
        'SSH_PRIVATE_KEY_FILE',
        `names a file that can't be read: check the path, and that this user may read the file. Or leave it out to use the SSH agent.`,
      );
    return { kind: 'key-file', path };
  }
  const socket = door.get('SSH_AUTH_SOCK');
  if (socket !== undefined) return { kind: 'agent', socket };
  if (needed)
    door.problem(
      'SSH_PRIVATE_KEY_FILE',
      'is not set and no SSH agent is running: set it to the path of the private key, or start an agent (SSH_AUTH_SOCK).',
    );
  return null;
}

/** Container env files and systemd units pass `~` on unchanged, because no shell reads them. */
function atHome(door: Door, path: string): string {
  return path.startsWith('~/') ? join(door.get('HOME') ?? homedir(), path.slice(2)) : path;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
