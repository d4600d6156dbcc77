import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeSSH } from 'node-ssh';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SshServer, startSshServer } from '../../../sandbox/host/ssh-server.ts';

let directory: string;
let server: SshServer;
let client: NodeSSH;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rollback-ssh-'));
  server = await startSshServer({
    user: 'deploy',
    cwd: directory,
    environment: { PATH: process.env['PATH'] ?? '', HOME: directory },
  });
  client = await connect('deploy', server.privateKey);
});

afterAll(async () => {
  client?.dispose();
  await server?.close();
  rmSync(directory, { recursive: true, force: true });
});

const connect = (username: string, privateKey: string) =>
  new NodeSSH().connect({ host: '127.0.0.1', port: server.port, username, privateKey });

it('runs a command in the home directory and passes on its input', async () => {
  const { code, stdout, stderr } = await client.execCommand('pwd; cat; echo oops >&2', { stdin: 'typed\n' });

  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${directory}\ntyped`, stderr: 'oops' });
});

it.each([
  ['exit 7', { code: 7, signal: null }],
  ['kill -TERM $$', { code: null, signal: 'TERM' }],
])('says how a command ended: %s', async (command, { code, signal }) => {
  const ended = await client.execCommand(command);

  expect(ended.code).toBe(code);
  expect(ended.signal?.replace('SIG', '') ?? null).toBe(signal);
});

it('lets a detached program continue after the connection', async () => {
  const mark = join(directory, 'mark');
  const other = await connect('deploy', server.privateKey);
  await other.execCommand(`setsid -f sh -c 'sleep 0.3; touch ${mark}' </dev/null >/dev/null 2>&1`);
  other.dispose();

  await expect.poll(() => existsSync(mark)).toBe(true);
});

it('refuses any other key', async () => {
  await expect(connect('root', server.privateKey)).rejects.toThrow('authentication');
});
