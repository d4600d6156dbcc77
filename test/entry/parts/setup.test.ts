import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSetup, sshCredentials } from '../../../src/entry/parts/setup.ts';
import { sshHosts } from '../../../src/ssh/host.ts';
import { site } from '../../support/story/site.ts';

const NEEDS = { slack: false, approvals: false, redis: false };
const NOT_A_LEVEL =
  'LOG_LEVEL is not a level: set it to one of trace, debug, info, warn, error, fatal, silent.';

const home = mkdtempSync(join(tmpdir(), 'rollback-setup-'));
writeFileSync(join(home, 'good.yml'), readFileSync('rollback.example.yml'));
writeFileSync(join(home, 'bad.yml'), 'sites: 7\n');
afterAll(() => rmSync(home, { recursive: true }));

const problems = async (variables: Record<string, string>) => {
  const setup = await readSetup(NEEDS, { HOME: home, ...variables });
  return 'problems' in setup ? setup.problems : [];
};

test('a file that can be read is no problem beside one of the environment', async () => {
  expect(await problems({ ROLLBACK_CONFIG: '~/good.yml' })).toEqual([]);
  expect(await problems({ ROLLBACK_CONFIG: '~/good.yml', LOG_LEVEL: 'loud' })).toEqual([NOT_A_LEVEL]);
});

test('the problems of environment and file are said at once', async () => {
  expect(await problems({ ROLLBACK_CONFIG: '~/bad.yml', LOG_LEVEL: 'loud' })).toEqual([
    NOT_A_LEVEL,
    expect.stringContaining(`${home}/bad.yml`),
  ]);
});

test('a file that is not there is named by its whole path', async () => {
  expect(await problems({ ROLLBACK_CONFIG: '~/none.yml', LOG_LEVEL: 'loud' })).toEqual([
    NOT_A_LEVEL,
    `${home}/none.yml: can't be read (ENOENT). Set ROLLBACK_CONFIG to the path of the configuration.`,
  ]);
});

test('a key that was taken away is a host that cannot be asked, in words', async () => {
  const identity = { kind: 'key-file', path: `${home}/no-key` } as const;
  const ssh = { identity, knownHostsFile: `${home}/no-known-hosts` };
  const hosts = sshHosts(sshCredentials({ ssh }));

  await expect(hosts.connect(site())).rejects.toMatchObject({
    failure: 'no-login',
    message: expect.stringMatching(/^the bot can't read its own login: ENOENT: .*no-key/),
  });
});

test('known hosts that cannot be read are not taken for none', async () => {
  const credentials = sshCredentials({ ssh: { identity: null, knownHostsFile: home } });

  await expect(credentials()).rejects.toThrow('EISDIR');
});
