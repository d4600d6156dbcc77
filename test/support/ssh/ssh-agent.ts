import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A real ssh-agent that holds one key. */
export async function startAgent(privateKey: string): Promise<{ socket: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'agent-'));
  const socket = join(directory, 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  // It prints the socket when it listens there.
  await once(agent.stdout, 'data');
  const key = join(directory, 'key');
  await writeFile(key, privateKey, { mode: 0o600 });
  await promisify(execFile)('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return {
    socket,
    stop: async () => {
      agent.kill('SIGTERM');
      await once(agent, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
