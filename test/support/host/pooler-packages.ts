import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestHost } from './test-host.ts';
import { POOLER_PACKAGES } from './unit-preparations.ts';

const exec = promisify(execFile);
const PACKAGES = ['pgbouncer', 'libevent-2.1-7', 'libc-ares2'];

/** Test hosts have no network. So this machine asks the Debian mirror that they were made from. */
export async function bringPooler(host: TestHost): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rollback-pooler-'));
  try {
    await exec('apt-get', ['download', '-qq', ...PACKAGES], { cwd: folder });
    for (const name of await readdir(folder))
      await host.bring(join(folder, name), `${POOLER_PACKAGES}/${name}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
