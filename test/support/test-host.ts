import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** The program that makes real hosts; it is no part of this repository. */
export const TEST_HOST_PROGRAM =
  process.env['ROLLBACK_TEST_HOST'] ??
  fileURLToPath(new URL('../../../shared/test-host/test-host.sh', import.meta.url));

/** Real hosts need root and the program that makes them. */
export function canMakeHosts(): boolean {
  return process.getuid?.() === 0 && existsSync(TEST_HOST_PROGRAM);
}

export interface TestHost {
  readonly name: string;
  readonly address: string;
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  readonly fingerprint: string;
  /** As root on the host, not over SSH. */
  run(...argv: readonly string[]): Promise<string>;
  /** A shell command as root on the host. */
  shell(command: string): Promise<string>;
  sql(database: string, query: string): Promise<string>;
  control(verb: string, ...rest: readonly string[]): Promise<string>;
  destroy(): Promise<void>;
}

/** Boots a host in its golden state. Takes seconds, minutes where images have to be built first. */
export async function bootTestHost(name: string): Promise<TestHost> {
  await control('reset', name);
  const info = JSON.parse(await control('info', name)) as {
    address: string;
    key: string;
    known_hosts: string;
  };
  const run = async (...argv: readonly string[]) => (await control('exec', name, '--', ...argv)).trim();
  return {
    name,
    address: info.address,
    privateKeyFile: info.key,
    knownHostsFile: info.known_hosts,
    fingerprint: fingerprintOf(info.known_hosts, info.address),
    run,
    shell: (command) => run('bash', '-c', command),
    sql: (database, query) => run('runuser', '-u', 'postgres', '--', 'psql', '-XAtc', query, database),
    control: (verb, ...rest) => control(verb, name, ...rest),
    destroy: async () => {
      await control('destroy', name);
    },
  };
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
