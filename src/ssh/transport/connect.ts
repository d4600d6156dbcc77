import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, NodeSSH } from 'node-ssh';
import ssh2 from 'ssh2';
import type { HostAddress, JumpHost } from '../../domain/site/site.ts';
import { ConnectError } from './connect-error.ts';
import { openSocket, type SocketMaker } from './dial.ts';
import {
  checkHostKey,
  describeVerdict,
  type HostKeyAlgorithm,
  type HostKeyExpectation,
  type HostKeyVerdict,
  hostKeyAlgorithms,
} from './host-key.ts';
import { keyType } from './key-blob.ts';
import { knownHostKeys } from './known-hosts.ts';
import { type Link, type LinkError, watchLink } from './link.ts';
import { forward, joinLinks, type Station, stationsTo } from './route.ts';

export interface Credentials {
  /** PEM text. */
  readonly privateKey?: string;
  /** Path of the agent's socket, as in SSH_AUTH_SOCK. */
  readonly agent?: string;
  /** Text of the known_hosts file, '' if there is none. */
  readonly knownHosts: string;
}

export interface ConnectOptions {
  /** For everything together, jump hosts included: name lookup, TCP, key exchange, login. */
  readonly deadlineMs?: number;
  /** Makes the byte stream to the first station. Default: a TCP connection of our own. */
  readonly sock?: SocketMaker;
  /** The time between two questions whether the host is still there. Three without an answer end the connection. */
  readonly keepaliveMs?: number;
}

export interface Connection {
  readonly link: Link;
  /** Fingerprint of the key that was verified. */
  readonly hostKey: string;
}

const DEADLINE_MS = 20_000;

/** So a silent host is given up 20 s later. With the site down, nobody has more time to give away. */
const KEEPALIVE_MS = 5_000;

const KEEPALIVE_TRIES = 3;

/** An sshd with many clients at once (`MaxStartups`), or one that is restarting, turns some away before their login. */
const TRIES = 4;

const LONGEST_PAUSE_MS = 1_000;

/** The modern algorithms that ssh2 offers. AES-GCM needs no MAC, so the Terrapin attack does not apply. */
const ALGORITHMS = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
  cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
} satisfies Config['algorithms'];

/** What one call needs in every attempt. */
interface LoginTarget {
  readonly host: JumpHost;
  readonly name: string;
  readonly isJump: boolean;
  readonly credentials: Credentials;
  readonly expectation: HostKeyExpectation;
  readonly options: ConnectOptions;
  readonly deadline: AbortSignal;
  readonly deadlineMs: number;
}

/**
 * Connects, verifies the host key, then logs in, and does the same at each jump host before. One deadline, which starts now,
 * holds for everything. Throws ConnectError only.
 */
export async function connect(
  host: HostAddress,
  credentials: Credentials,
  options: ConnectOptions = {},
): Promise<Connection> {
  checkCredentials(credentials);
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  const passed: { link: Link; station: Station }[] = [];
  try {
    for (const station of stationsTo(host)) {
      const { at, name, isJump } = station;
      const before = passed.at(-1);
      const connection = await tryUntilLetIn({
        host: at,
        name,
        isJump,
        credentials,
        expectation: {
          pinned: at.fingerprint,
          known: knownHostKeys(credentials.knownHosts, at.address, at.port),
        },
        options: before ? { ...options, sock: () => forward(before.link, before.station, station) } : options,
        deadline: deadline.signal,
        deadlineMs,
      });
      if (!isJump) {
        joinLinks(passed, connection.link);
        return connection;
      }
      passed.push({ link: connection.link, station });
    }
    throw new Error('a route ends with its host');
  } catch (error) {
    for (const { link } of passed.toReversed()) link.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The pause is random: clients that were turned away together must not come back together. */
async function tryUntilLetIn(target: LoginTarget): Promise<Connection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryKeyTypes(target);
    } catch (error) {
      if (!(error instanceof TurnedAway) || tries === TRIES) throw error;
      await sleep(Math.random() * LONGEST_PAUSE_MS, undefined, { signal: target.deadline }).catch(() => {
        throw error;
      });
    }
  }
}

/** The host ended the connection before it knew who we are. Nothing is wrong with login or keys. */
class TurnedAway extends ConnectError {}

/**
 * A pinned fingerprint does not say which type of key it is, and a host with several keys presents any of them. So a
 * mismatch is final only after we have asked for every type that the host has. Until then, the host learns nothing from us.
 */
async function tryKeyTypes(target: LoginTarget): Promise<Connection> {
  const excluded: string[] = [];
  let mismatch: ConnectError | undefined;
  for (;;) {
    const algorithms = hostKeyAlgorithms(target.expectation, excluded);
    if (mismatch !== undefined && algorithms.length === 0) throw mismatch;
    const progress: Progress = { stage: 'connecting' };
    try {
      return await attempt(target, algorithms, progress);
    } catch (error) {
      const problem = asConnectError(error, target, progress);
      if (mismatch !== undefined && /no matching host key/i.test(problem.message)) throw mismatch;
      if (target.expectation.pinned === undefined || progress.verdict?.kind !== 'changed') throw problem;
      mismatch ??= problem;
      excluded.push(progress.keyType ?? '');
    }
  }
}

/** How far an attempt came. That decides what its failure means. */
interface Progress {
  stage: 'connecting' | 'negotiating' | 'logging in';
  verdict?: HostKeyVerdict;
  keyType?: string;
  /** The host ended the connection without saying why. */
  cutOff?: boolean;
}

async function attempt(
  target: LoginTarget,
  serverHostKey: HostKeyAlgorithm[],
  progress: Progress,
): Promise<Connection> {
  const sock = await openSocket(target, target.deadline, target.options.sock);
  progress.stage = 'negotiating';
  const ssh = new NodeSSH();
  const ready = ssh.connect({
    ...login(target),
    sock,
    algorithms: { ...ALGORITHMS, serverHostKey },
    // Returns a plain boolean: ssh2 would take a promise for consent.
    hostVerifier: (key: Buffer): boolean => {
      progress.verdict = checkHostKey(key, target.expectation);
      progress.keyType = keyType(key);
      return progress.verdict.kind === 'trusted';
    },
    keepaliveInterval: target.options.keepaliveMs ?? KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVE_TRIES,
    // Our own deadline runs before the connection exists; ssh2's would be a second one.
    readyTimeout: 0,
  } as Config);
  const client = ssh.connection;
  if (client === null) {
    sock.destroy();
    await ready;
    throw new Error('node-ssh made no connection');
  }
  const link = watchLink(client, sock);
  client.once('handshake', () => {
    progress.stage = 'logging in';
  });
  const expire = (): void => link.lose('deadline');
  target.deadline.addEventListener('abort', expire);
  try {
    await Promise.race([ready, rejectWhenLost(link)]);
  } catch (error) {
    // node-ssh says "No response from server" for every close; the link knows better.
    const cause = link.error ?? (link.lost === undefined ? error : new Error(link.lost));
    progress.cutOff = link.lost !== undefined && (link.error === undefined || isCut(link.error));
    // This also covers errors that ssh2 throws before it uses the socket; otherwise nobody would close the socket.
    link.lose('connecting failed');
    throw cause;
  } finally {
    target.deadline.removeEventListener('abort', expire);
  }
  if (progress.verdict?.kind !== 'trusted') {
    link.lose('unverified');
    throw new Error('the host key was not verified');
  }
  return { link, hostKey: progress.verdict.presented };
}

function isCut({ level, message }: LinkError): boolean {
  return level === 'client-socket' || message === 'Connection lost before handshake';
}

function rejectWhenLost(link: Link): Promise<never> {
  return new Promise((_, reject) => {
    link.onLost((why) => reject(new Error(why)));
  });
}

function login({ host, credentials }: LoginTarget): Pick<Config, 'username' | 'privateKey' | 'agent'> {
  return {
    username: host.user,
    ...(credentials.privateKey === undefined ? {} : { privateKey: credentials.privateKey }),
    ...(credentials.agent === undefined ? {} : { agent: credentials.agent }),
  };
}

function asConnectError(error: unknown, target: LoginTarget, progress: Progress): ConnectError {
  if (error instanceof ConnectError) return error;
  const { verdict, stage } = progress;
  const { name, isJump, host } = target;
  if (verdict !== undefined && verdict.kind !== 'trusted') return hostKeyError(verdict, target);
  const details = { cause: error, jump: isJump ? host : undefined };
  if (target.deadline.aborted) {
    return new ConnectError(
      'timed-out',
      `${name} did not let us in within ${target.deadlineMs} ms (${stage})`,
      details,
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (stage === 'connecting') {
    return new ConnectError('unreachable', `${name} cannot be reached: ${reason}`, details);
  }
  if (stage === 'logging in' && isLoginProblem(error, reason)) {
    const what = `${name} does not accept our login as ${host.user}: ${reason}`;
    return new ConnectError('authentication', what, details);
  }
  if (progress.cutOff === true) {
    const what = `${name} ended the connection before it let us in (${stage}): ${reason}`;
    return stage === 'negotiating'
      ? new TurnedAway('unreachable', what, details)
      : new ConnectError('unreachable', what, details);
  }
  return new ConnectError('errored', `${stage} at ${name}: ${reason}`, details);
}

function isLoginProblem(error: unknown, reason: string): boolean {
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  // sshd disconnects with this text after MaxAuthTries, e.g. for an agent with many keys.
  return (
    level === 'client-authentication' || level === 'agent' || /too many authentication failures/i.test(reason)
  );
}

function hostKeyError(verdict: HostKeyVerdict, target: LoginTarget): ConnectError {
  return new ConnectError(
    verdict.kind === 'unknown' ? 'host-key-unknown' : 'host-key-changed',
    describeVerdict(verdict, target.name),
    {
      presented: verdict.presented,
      ...(verdict.kind === 'changed' ? { expected: verdict.expected } : {}),
      jump: target.isJump ? target.host : undefined,
    },
  );
}

/** Problems with our own key that we can report without asking the host. */
function checkCredentials({ privateKey, agent }: Credentials): void {
  if (privateKey === undefined && agent === undefined) {
    throw new ConnectError('authentication', 'there is no private key and no agent to log in with');
  }
  if (privateKey === undefined) return;
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) {
    throw new ConnectError('authentication', `the private key cannot be used: ${key.message}`);
  }
  if (!key.isPrivateKey()) {
    throw new ConnectError('authentication', 'the private key cannot be used: it is a public key');
  }
}
