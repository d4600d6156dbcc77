import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AuthContext, Connection, ServerChannel } from 'ssh2';
import ssh2 from 'ssh2';

export interface SshServerOptions {
  readonly user: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SshServer {
  readonly port: number;
  /** The host key's fingerprint as ssh-keygen -lf prints it. */
  readonly fingerprint: string;
  /** The only key that may log in. */
  readonly privateKey: string;
  readonly close: () => Promise<void>;
}

/** An SSH server on loopback. Its commands run as real processes of the current user. */
export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const hostKey = keyPair();
  const userKey = keyPair();
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => undefined);
    connection.once('close', () => connections.delete(connection));
    connection.on('authentication', (context) => authenticate(context, options.user, userKey.public));
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => run(command, acceptExec(), options));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the SSH server has no port');
  return {
    port: address.port,
    fingerprint: fingerprint(hostKey.public),
    privateKey: userKey.private,
    close: async () => {
      for (const connection of connections) connection.end();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

function authenticate(context: AuthContext, user: string, publicKey: string): void {
  if (isAllowed(context, user, publicKey)) context.accept();
  else context.reject(['publickey']);
}

function isAllowed(context: AuthContext, user: string, publicKey: string): boolean {
  const allowed = ssh2.utils.parseKey(publicKey);
  if (allowed instanceof Error || context.method !== 'publickey' || context.username !== user) return false;
  if (!allowed.getPublicSSH().equals(context.key.data)) return false;
  const { signature, blob } = context;
  // A client first asks whether the key is acceptable, and only then signs with it.
  return signature === undefined || (blob !== undefined && allowed.verify(blob, signature) === true);
}

/** Like sshd: a shell in its own session, which may outlive its channel. */
function run(command: string, channel: ServerChannel, { cwd, environment }: SshServerOptions): void {
  channel.on('error', () => undefined);
  const child = spawn('sh', ['-c', command], {
    cwd,
    detached: true,
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('error', () => channel.close());
  child.once('close', (code, signal) => report(channel, code, signal));
  channel.once('close', () => letGo(child));
}

function report(channel: ServerChannel, code: number | null, signal: NodeJS.Signals | null): void {
  if (code === null) channel.exit((signal ?? 'SIGKILL').replace(/^SIG/, ''));
  else channel.exit(code);
  channel.end();
}

/** Closes the pipes. The process notices when it next uses them, or never. */
function letGo(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** About one in a few hundred keys that ssh2 makes cannot be used, so each one is checked. */
function keyPair(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    const [secret, open] = [ssh2.utils.parseKey(pair.private), ssh2.utils.parseKey(pair.public)];
    if (secret instanceof Error || open instanceof Error) continue;
    if (secret.getPublicSSH().equals(open.getPublicSSH())) return pair;
  }
}

function fingerprint(publicKey: string): string {
  const bytes = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}
