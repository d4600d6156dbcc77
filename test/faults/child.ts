import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('process.js', import.meta.url));
const READY = { bot: 'bot is listening', worker: 'worker is taking jobs' } as const;

export type Half = keyof typeof READY;

/** One process of the product that trials can end in any way. */
export interface Child {
  readonly half: Half;
  readonly pid: number;
  readonly running: () => boolean;
  /** Its log since the last call. */
  readonly takeLog: () => string;
  /** Resolves when it is ready. Errors: its log, if it ends first. */
  readonly ready: () => Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it and waits. Returns its exit code; null if the signal ended it or it had ended before. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export function startChild(half: Half, environment: Readonly<Record<string, string>>): Child {
  const child = spawn(process.execPath, [PROGRAM, half], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let chunks: string[] = [];
  /** Its output until it was ready. */
  let early: string | null = '';
  const isReady = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      const text = chunk.toString();
      chunks.push(text);
      if (early === null) return;
      early += text;
      if (!early.includes(READY[half])) return;
      early = null;
      resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', (code, signal) => reject(new Error(`${half} ended (${code ?? signal}):\n${early}`)));
  });
  // Those who wait for it get the error. A trial may end it before anyone waits.
  isReady.catch(() => undefined);
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('exit', () => process.removeListener('exit', killNow));
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    half,
    pid: child.pid ?? -1,
    running,
    takeLog() {
      const text = chunks.join('');
      chunks = [];
      return text;
    },
    ready: () => isReady,
    signal: (signal) => {
      child.kill(signal);
    },
    async end(signal) {
      if (!running()) return null;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}
