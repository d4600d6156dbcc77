import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'rollback-command-'));
const command = join(directory, 'rollback-bot');
// As docs/install.md does in /usr/local/bin.
symlinkSync(resolve('dist/entry/cli.js'), command);
afterAll(() => rmSync(directory, { recursive: true }));

function run(...args: readonly string[]) {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    env: { PATH },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a link to the program works as a command from any directory', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

  expect(run('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('the program finds everything that it needs through the link', () => {
  const { status, stderr } = run('check');

  expect(status).toBe(2);
  expect(stderr).toContain("rollback.yml: can't be read (ENOENT)");
});
