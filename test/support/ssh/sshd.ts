import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SSHD = '/usr/sbin/sshd';
const run = promisify(execFile);

export const hasSshd = existsSync(SSHD);

export type HostKeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A host to log in to, whatever server it runs. */
export interface TestHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** PEM text of the key that may log in. */
  readonly privateKey: string;
  /** The fingerprint of the first host key. */
  readonly fingerprint: string;
  /** One known_hosts line for each host key, in the requested order. */
  readonly knownHosts: readonly string[];
  stop(): Promise<void>;
}

export interface SshdOptions {
  readonly hostKeys?: readonly HostKeyType[];
  /** More lines of sshd_config. */
  readonly config?: readonly string[];
  /** PEM text of the key that may log in; a new one if not given. */
  readonly userKey?: string;
  /** Environment of every command (sshd starts with an almost empty one). */
  readonly env?: Readonly<Record<string, string>>;
}

/** A real OpenSSH server for the current user on a free port of 127.0.0.1. */
export async function startSshd(options: SshdOptions = {}): Promise<TestHost> {
  const directory = await mkdtemp(join(tmpdir(), 'sshd-'));
  const types = options.hostKeys ?? ['ed25519'];
  await Promise.all([
    options.userKey === undefined
      ? makeKey(join(directory, 'user'), 'ed25519')
      : keepKey(join(directory, 'user'), options.userKey),
    ...types.map((type) => makeKey(join(directory, type), type)),
  ]);
  await writeFile(join(directory, 'authorized_keys'), await readFile(join(directory, 'user.pub')));
  // As root, sshd insists on this directory. The system only makes it with the service.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });

  const port = await freePort();
  const config = join(directory, 'sshd_config');
  await writeFile(config, sshdConfig(directory, port, types, options));
  const server = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = once(server, 'exit');
  await Promise.race([
    banner(port),
    exited.then(() => {
      throw new Error(`sshd did not start:\n${log}`);
    }),
  ]);

  const publicKeys = await Promise.all(types.map((type) => readFile(join(directory, `${type}.pub`), 'utf8')));
  const first = join(directory, `${types[0] ?? 'ed25519'}.pub`);
  const { stdout: printed } = await run('ssh-keygen', ['-l', '-E', 'sha256', '-f', first]);
  return {
    address: '127.0.0.1',
    port,
    user: userInfo().username,
    privateKey: await readFile(join(directory, 'user'), 'utf8'),
    fingerprint: printed.split(' ')[1] ?? '',
    knownHosts: publicKeys.map((key) => `[127.0.0.1]:${port} ${key.trim()}`),
    stop: async () => {
      // Sessions outlive the listener, so they must be found before it ends.
      const sessions = server.pid === undefined ? [] : descendants(server.pid);
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGTERM');
        await exited;
      }
      for (const pid of sessions) endProcess(pid);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function sshdConfig(
  directory: string,
  port: number,
  types: readonly HostKeyType[],
  { config = [], env = {} }: SshdOptions,
): string {
  return [
    // First, because sshd uses the first of several equal settings.
    ...config,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `PidFile ${join(directory, 'pid')}`,
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    ...types.map((type) => `HostKey ${join(directory, type)}`),
    'UsePAM no',
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'UseDNS no',
    'PrintMotd no',
    ...environmentLines(env),
    '',
  ].join('\n');
}

/** sshd accepts only one SetEnv line. SHLVL keeps bash from reading the .bashrc of the person who runs the tests. */
function environmentLines(env: Readonly<Record<string, string>>): string[] {
  const pairs = Object.entries({ SHLVL: '1', ...env }).map(([name, value]) => `"${name}=${value}"`);
  return [`SetEnv ${pairs.join(' ')}`];
}

async function makeKey(file: string, type: HostKeyType): Promise<void> {
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  await run('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-C', 'test', '-f', file]);
}

async function keepKey(file: string, privateKey: string): Promise<void> {
  await writeFile(file, privateKey, { mode: 0o600 });
  const { stdout } = await run('ssh-keygen', ['-y', '-f', file]);
  await writeFile(`${file}.pub`, stdout);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Resolves when something at the port speaks SSH. */
async function banner(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await speaksSsh(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no SSH server came up at port ${port}`);
}

function speaksSsh(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (speaks: boolean): void => {
      resolve(speaks);
      socket.destroy();
    };
    socket.once('data', (data) => answer(data.toString('latin1').startsWith('SSH-')));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const childrenOf = (parent: number): number[] =>
    table.flatMap(([child, its]) =>
      its === parent && child !== undefined ? [child, ...childrenOf(child)] : [],
    );
  return childrenOf(pid);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
