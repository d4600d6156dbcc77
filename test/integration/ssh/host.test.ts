import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { keepRecordCommand } from '../../../src/remote/run-commands.ts';
import { sshHosts } from '../../../src/ssh/host.ts';
import { hasSshd, startSshd, type TestHost } from '../../support/ssh/sshd.ts';
import { site } from '../../support/story/site.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasSshd || !hasPython)('the answer of a host', () => {
  let host: TestHost;
  let root = '';
  let session: HostSession;

  beforeAll(async () => {
    host = await startSshd();
    root = join(mkdtempSync(join(tmpdir(), 'host-')), 'acme-kitchens');
    mkdirSync(join(root, '.rollback-bot', 'runs', 'acme-kitchens-7'), { recursive: true });
    const { address, port, user, fingerprint, privateKey } = host;
    const hosts = sshHosts(async () => ({ privateKey, knownHosts: '' }));
    session = await hosts.connect(site({ root, host: { address, port, user, fingerprint } }));
  });
  afterAll(async () => {
    session?.close();
    await host?.stop();
    rmSync(join(root, '..'), { recursive: true, force: true });
  });

  it('about a lost run is its record, exact to the byte because it is signed', async () => {
    const run = join(root, '.rollback-bot', 'runs', 'acme-kitchens-7');
    const record = '{"reason": "token: expired, password=abc", "log": "\u001b[1m10%\\r20%"}\n';
    writeFileSync(join(run, 'record'), record);

    expect(await session.lostRecords(null)).toEqual([{ run: 'acme-kitchens-7', record }]);

    writeFileSync(join(run, 'recorded'), '');
    expect(await session.lostRecords(null)).toEqual([]);
    // For the bot the run has not ended: its own record is older than the mark.
    expect(await session.lostRecords('acme-kitchens-7')).toEqual([{ run: 'acme-kitchens-7', record }]);
    expect(await session.lostRecords('acme-kitchens-6')).toEqual([]);
  });

  it('about a kept run stays whole if the connection breaks before the next record has arrived', async () => {
    const run = join(root, '.rollback-bot', 'runs', 'acme-kitchens-8');
    await session.keepRecord('acme-kitchens-8', 'whöle');
    const command = keepRecordCommand(root, 'acme-kitchens-8', 'and a longer one');

    const cut = spawnSync('sh', ['-c', command], { input: 'and a', encoding: 'utf8' });

    expect([cut.status, cut.stderr]).toEqual([1, 'the record did not arrive whole\n']);
    expect(readFileSync(join(run, 'record'), 'utf8')).toBe('whöle');
    expect(readdirSync(run)).toEqual(['record']);
  });

  it('about migrations that cannot be loaded contains no secrets, neither known nor unknown ones', async () => {
    writeFileSync(join(root, '.env'), 'MAILER=correcthorse9\n');
    const venv = join(root, 'venv');
    mkdirSync(join(venv, 'bin'), { recursive: true });
    const says = 'ImproperlyConfigured: mailer correcthorse9 at smtp://bot:hunter2@mail.example';
    writeFileSync(join(venv, 'bin', 'python'), `#!/bin/sh\necho '${says}' >&2\nexit 1\n`, { mode: 0o755 });

    expect(await session.migrations(root, venv)).toEqual({
      error: 'ImproperlyConfigured: mailer [REDACTED MAILER] at smtp://bot:[REDACTED]@mail.example',
    });
  });
});
