import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inspectedSshHosts } from '../../../src/ssh/host.ts';
import { site } from '../../entry/fixtures.ts';
import { type Ssh2Server, startSsh2Server } from '../../support/ssh/ssh2-server.ts';
import { closedPort } from './ports.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)('the origin of a site', () => {
  let host: Ssh2Server;
  let root: string;

  beforeEach(async () => {
    host = await startSsh2Server();
    root = await mkdtemp(join(tmpdir(), 'rollback-site-'));
    execFileSync('git', ['init', '--quiet', '--bare', join(root, 'origin.git')]);
    execFileSync('git', ['init', '--quiet', join(root, 'app')]);
  });

  afterEach(async () => {
    await host.stop();
    await rm(root, { recursive: true, force: true });
  });

  const remote = (...words: readonly string[]) =>
    execFileSync('git', ['-C', join(root, 'app'), 'remote', ...words]);

  async function look() {
    const hosts = inspectedSshHosts(async () => ({ privateKey: host.privateKey, knownHosts: '' }));
    try {
      const { address, port, user, fingerprint } = host;
      const session = await hosts.connect({ ...site, root, host: { address, port, user, fingerprint } });
      return await session.origin();
    } finally {
      hosts.close();
    }
  }

  test('answers', async () => {
    remote('add', 'origin', join(root, 'origin.git'));

    expect(await look()).toEqual({
      user: host.user,
      owner: host.user,
      origin: join(root, 'origin.git'),
      originProblem: null,
      confinesBuilds: expect.any(Boolean),
    });
  });

  test('is gone, or never existed', async () => {
    expect(await look()).toMatchObject({ origin: null, originProblem: null });

    remote('add', 'origin', join(root, 'gone.git'));
    expect(await look()).toMatchObject({ originProblem: expect.stringContaining('gone.git') });
  });

  test('hides the login in its address', async () => {
    const closed = await closedPort();
    remote('add', 'origin', `http://bot:hunter2@127.0.0.1:${closed}/x.git`);
    const answer = JSON.stringify(await look());

    expect(answer).toContain(`http://127.0.0.1:${closed}/x.git`);
    expect(answer).not.toContain('hunter2');
  });
});
