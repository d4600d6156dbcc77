import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
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

/** A Redis writes its title over its arguments and its environment: only its working directory tells whose it is. */
function names(pid: number, directory: string): boolean {
  const reads = [
    () => readFileSync(`/proc/${pid}/environ`, 'utf8'),
    () => readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    () => readlinkSync(`/proc/${pid}/cwd`),
  ];
  return reads.some((read) => {
    try {
      return read().includes(directory);
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
