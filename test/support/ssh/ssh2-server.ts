import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { homedir, userInfo } from 'node:os';
import type { AuthContext, Connection, ServerChannel, ServerConfig } from 'ssh2';
import ssh2 from 'ssh2';

import { hasSshd, type SshdOptions, startSshd, type TestHost } from './sshd.ts';

export interface Ssh2ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly algorithms?: ServerConfig['algorithms'];
  /** Answers a command in place of the shell. False leaves the command to the shell. */
  readonly onCommand?: (command: string, channel: ServerChannel, connection: Connection) => boolean;
  /** Refuses every channel, or every command on an open channel. */
  readonly refuse?: 'channels' | 'commands';
  /** How often it refuses before it accepts (default: always). */
  readonly refusals?: number;
  /** Decides about a valid login (default: yes). Called once for each connection. */
  readonly onLogin?: (context: AuthContext, connection: Connection) => void;
  /** Called with every accepted connection. */
  readonly onConnection?: (connection: Connection) => void;
}

export interface Ssh2Server extends TestHost {
  /** How many clients tried to log in, by any method. */
  readonly logins: number;
  /** How many commands came. */
  readonly commands: number;
  readonly refusals: number;
}

/** A real sshd if there is one, otherwise the stand-in. */
export function startTestHost(options: Pick<SshdOptions, 'env'> = {}): Promise<TestHost> {
  return hasSshd ? startSshd(options) : startSsh2Server(options);
}

/** An SSH server in this process that runs commands with `sh -c` as the current user. */
export async function startSsh2Server(options: Ssh2ServerOptions = {}): Promise<Ssh2Server> {
  const hostKey = makeKeyPair();
  const userKey = makeKeyPair();
  const user = userInfo().username;
  const connections = new Set<Connection>();
  const children = new Set<ChildProcess>();
  let logins = 0;
  let commands = 0;
  let refusals = 0;

  const refuses = (what: 'channels' | 'commands'): boolean => {
    if (options.refuse !== what || refusals >= (options.refusals ?? Number.POSITIVE_INFINITY)) return false;
    refusals += 1;
    return true;
  };
  const onExec = (command: string, channel: ServerChannel, connection: Connection): void => {
    commands += 1;
    channel.on('error', () => {});
    if (options.onCommand?.(command, channel, connection) === true) return;
    const child = runInShell(command, channel, options.env ?? {});
    children.add(child);
    child.once('close', () => children.delete(child));
  };
  const config: ServerConfig = {
    hostKeys: [hostKey.private],
    ...(options.algorithms === undefined ? {} : { algorithms: options.algorithms }),
  };
  const server = new ssh2.Server(config, (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.once('close', () => connections.delete(connection));
    options.onConnection?.(connection);
    acceptKey(connection, user, userKey.public, {
      onTry: () => {
        logins += 1;
      },
      onLogin: (context) => {
        if (options.onLogin === undefined) context.accept();
        else options.onLogin(context, connection);
      },
    });
    connection.on('session', (accept, reject) => {
      if (refuses('channels')) {
        reject();
        return;
      }
      accept().on('exec', (acceptExec, rejectExec, { command }) => {
        if (refuses('commands')) rejectExec();
        else onExec(command, acceptExec(), connection);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  const [type = '', base64 = ''] = hostKey.public.split(' ');
  return {
    address: '127.0.0.1',
    port: address.port,
    user,
    privateKey: userKey.private,
    fingerprint: sha256(base64),
    knownHosts: [`[127.0.0.1]:${address.port} ${type} ${base64}`],
    get logins() {
      return logins;
    },
    get commands() {
      return commands;
    },
    get refusals() {
      return refusals;
    },
    stop: async () => {
      for (const child of children) endGroup(child);
      for (const connection of connections) connection.end();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** About one in three hundred keys that ssh2 makes is malformed (3 in 1,000 were; none of ssh-keygen's). */
export function makeKeyPair(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    const privateKey = ssh2.utils.parseKey(pair.private);
    const publicKey = ssh2.utils.parseKey(pair.public);
    if (privateKey instanceof Error || publicKey instanceof Error) continue;
    if (privateKey.getPublicSSH().equals(publicKey.getPublicSSH())) return pair;
  }
}

function acceptKey(
  connection: Connection,
  user: string,
  publicKey: string,
  { onTry, onLogin }: { onTry: () => void; onLogin: (context: AuthContext) => void },
): void {
  const allowed = ssh2.utils.parseKey(publicKey);
  if (allowed instanceof Error) throw allowed;
  connection.on('authentication', (context) => {
    onTry();
    if (context.method !== 'publickey' || context.username !== user) {
      context.reject(['publickey']);
    } else if (!allowed.getPublicSSH().equals(context.key.data)) {
      context.reject(['publickey']);
    } else if (context.signature === undefined) {
      // A client first asks whether the key is acceptable.
      context.accept();
    } else if (context.blob !== undefined && allowed.verify(context.blob, context.signature) === true) {
      onLogin(context);
    } else {
      context.reject(['publickey']);
    }
  });
}

function runInShell(
  command: string,
  channel: ServerChannel,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const { username, shell } = userInfo();
  const child = spawn('sh', ['-c', command], {
    cwd: homedir(),
    // Like sshd: its own session and almost no environment.
    detached: true,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      HOME: homedir(),
      USER: username,
      LOGNAME: username,
      SHELL: shell ?? '/bin/sh',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('close', (code, signal) => {
    if (code !== null) channel.exit(code);
    else channel.exit((signal ?? 'SIGKILL').replace(/^SIG/, ''));
    channel.end();
  });
  // A closed channel closes the pipes. The program notices when it writes, or never.
  channel.once('close', () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  });
  return child;
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function sha256(base64: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64').replace(/=+$/, '')}`;
}
