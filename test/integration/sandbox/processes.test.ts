import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { killProcessesNaming, processesNaming } from '../../../sandbox/host/processes.ts';

let directory: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rollback-processes-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

it.each([
  ['its arguments', () => ({ argv: ['-c', 'read -r end', 'sh', `${directory}/file`], cwd: '/', env: {} })],
  ['its environment', () => ({ argv: ['-c', 'read -r end'], cwd: '/', env: { HOME: directory } })],
  // All that is left of a program that writes a title of its own over the other two, as Redis does.
  ['its working directory alone', () => ({ argv: ['-c', 'read -r end'], cwd: directory, env: {} })],
])('finds and ends a process by %s', async (_, how) => {
  const { argv, cwd, env } = how();
  child = spawn('/bin/sh', argv, { cwd, env, stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');

  expect(processesNaming(directory)).toEqual([child.pid]);

  const gone = once(child, 'exit');
  await killProcessesNaming(directory);

  expect(await gone).toEqual([null, 'SIGKILL']);
  expect(processesNaming(directory)).toEqual([]);
});
