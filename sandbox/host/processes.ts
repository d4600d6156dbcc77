import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Every process except this one with a path under `directory` in its environment or arguments, or as its working directory.
 * That finds everything that the host started, even if it has left its group and its session.
 */
export function processesNaming(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && names(pid, directory));
}

function names(pid: number, directory: string): boolean {
  return ['environ', 'cmdline'].some((file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(directory);
    } catch {
      // Ended meanwhile, or of another user.
      return false;
    }
  });
}

const LOOKS = 50;

/** Kills them, and those that they start meanwhile, until there are none. */
export async function killProcessesNaming(directory: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const found = processesNaming(directory);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
    await sleep(20);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended meanwhile.
  }
}
