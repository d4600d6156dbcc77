import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** The program that makes real hosts. It is not part of this repository. */
export const TEST_HOST_PROGRAM =
  process.env['ROLLBACK_TEST_HOST'] ??
  fileURLToPath(new URL('../../../../shared/test-host/test-host.sh', import.meta.url));

/** Real hosts need root and that program. */
export function canMakeHosts(): boolean {
  return process.getuid?.() === 0 && existsSync(TEST_HOST_PROGRAM);
}

export interface TestHost {
  readonly name: string;
  readonly address: string;
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  readonly fingerprint: string;
  /** Runs a program as root on the host, not over SSH. */
  run(...argv: readonly string[]): Promise<string>;
  /** Runs a shell command as root on the host. */
  shell(command: string): Promise<string>;
  sql(database: string, query: string): Promise<string>;
  /** Copies a file of this machine onto the host. */
  bring(file: string, to: string): Promise<void>;
  control(verb: string, ...rest: readonly string[]): Promise<string>;
  /** Resets the host to its golden state, but keeps the environments that the bot has built: each takes half a minute. */
  reset(): Promise<void>;
  destroy(): Promise<void>;
}

/** Only the environments and their directory are kept. What the bot knows about runs is lost with the disk. */
const PACK_ENVIRONMENTS = `cd /srv/sum && shopt -s nullglob && homes=(*/.rollback-bot/venvs)
tar -cf - --no-recursion "\${homes[@]%/venvs}" --recursion "\${homes[@]}" -T /dev/null`;
const UNPACK_ENVIRONMENTS = 'tar -C /srv/sum -xpf -';

/** Boots a host in its golden state. Takes seconds, or minutes if images must be built first. */
export async function bootTestHost(name: string): Promise<TestHost> {
  await pullPlug(name);
  await control('reset', name);
  const info = JSON.parse(await control('info', name)) as {
    address: string;
    key: string;
    known_hosts: string;
  };
  const run = async (...argv: readonly string[]) => (await control('exec', name, '--', ...argv)).trim();
  const aside = mkdtempSync(join(tmpdir(), `${name}-`));
  return {
    name,
    address: info.address,
    privateKeyFile: info.key,
    knownHostsFile: info.known_hosts,
    fingerprint: fingerprintOf(info.known_hosts, info.address),
    run,
    shell: (command) => run('bash', '-c', command),
    sql: (database, query) => run('runuser', '-u', 'postgres', '--', 'psql', '-XAtc', query, database),
    bring: (file, to) =>
      throughShell(`"$0" exec "$1" -- sh -c 'mkdir -p "\${0%/*}" && cat >"$0"' "$2" <"$3"`, name, to, file),
    control: (verb, ...rest) => control(verb, name, ...rest),
    reset: async () => {
      const archive = join(aside, 'environments.tar');
      await throughShell(`"$0" exec "$1" -- bash -c "$2" >"$3"`, name, PACK_ENVIRONMENTS, archive);
      await pullPlug(name);
      await control('reset', name);
      await throughShell(`"$0" exec "$1" -- bash -c "$2" <"$3"`, name, UNPACK_ENVIRONMENTS, archive);
    },
    destroy: async () => {
      rmSync(aside, { recursive: true });
      await pullPlug(name);
      await control('destroy', name);
    },
  };
}

/** Powers it off. Its disk is thrown away anyway, and a clean shutdown would take half a minute. */
async function pullPlug(name: string): Promise<void> {
  await control('crash', name).catch((error: Error) => {
    if (!/ is not up\b/.test(error.message)) throw error;
  });
}

/** Runs a shell command with the program that makes the hosts as `$0`. */
async function throughShell(command: string, ...argv: readonly string[]): Promise<void> {
  await exec('bash', ['-c', command, TEST_HOST_PROGRAM, ...argv]);
}

async function control(verb: string, ...rest: readonly string[]): Promise<string> {
  const { stdout } = await exec(TEST_HOST_PROGRAM, [verb, ...rest], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

function fingerprintOf(knownHostsFile: string, address: string): string {
  const line = readFileSync(knownHostsFile, 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${address} `));
  if (!line) throw new Error(`no host key of ${address} in ${knownHostsFile}`);
  const key = line.split(' ').slice(1).join(' ');
  return execFileSync('ssh-keygen', ['-lf', '-'], { input: key, encoding: 'utf8' }).split(' ')[1] ?? '';
}
