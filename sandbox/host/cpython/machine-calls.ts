import { spawnSync } from 'node:child_process';
import { accessSync, linkSync, readFileSync, renameSync, statfsSync } from 'node:fs';
import { constants, hostname, userInfo } from 'node:os';
import { z } from 'zod';
import { INSIDE } from './inside.ts';
import type { FileStream } from './machine-files.ts';

/** A call's result, or the name of the error that Python raises. */
type Result<T> = { readonly value: T } | { readonly error: string };

export interface Ended {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Calls that a program in WebAssembly cannot make to the kernel itself. Only `gaps.py` uses them. */
export function machineCalls(streamOf: (fd: number) => FileStream) {
  return {
    hostname,
    getuid: () => process.getuid?.() ?? 0,
    geteuid: () => process.geteuid?.() ?? 0,
    userName,
    access: (path: string, mode: number) => result(() => accessSync(path, mode)),
    rename: (from: string, to: string) => result(() => renameSync(from, to)),
    link: (from: string, to: string) => result(() => linkSync(from, to)),
    statvfs: (path: string) =>
      result(() => {
        const { bsize, blocks, bfree, bavail, files, ffree } = statfsSync(path);
        return [bsize, bsize, blocks, bfree, bavail, files, ffree, ffree, 0, 255];
      }),
    sleep: (seconds: number) =>
      void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000),
    flock: (fd: number, options: string) => result(() => flock(streamOf(fd), options)),
    run: (text: string, input?: Uint8Array) => result(() => run(text, input)),
  };
}

function result<T>(call: () => T): Result<T> {
  try {
    return { value: call() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      return { error: error.code };
    throw error;
  }
}

class CallError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Empty if nobody has this number. */
function userName(uid: number): string {
  try {
    if (uid === process.getuid?.()) return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return process.env['USER'] ?? '';
  }
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.split(':')[2] === String(uid));
  return line?.split(':')[0] ?? '';
}

/** flock(1) locks the open file, not the process, so the file stays locked until this process closes it. */
function flock({ nfd }: FileStream, options: string): void {
  if (nfd === undefined) throw new CallError('EBADF');
  const { status, error } = spawnSync('flock', [...options.split(' '), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', nfd],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new CallError('EWOULDBLOCK');
}

const wanted = z.object({
  argv: z.tuple([z.string()], z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  /** Seconds; null for no limit. */
  timeout: z.number().nullable(),
});

/** Runs a program to its end. `text` is JSON. Without `input`, standard input is empty. */
function run(text: string, input?: Uint8Array): Ended {
  const { argv, cwd, env, timeout } = wanted.parse(JSON.parse(text));
  const [program, ...args] = argv;
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...env, [INSIDE]: '1' },
    maxBuffer: Number.POSITIVE_INFINITY,
    killSignal: 'SIGKILL',
    ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] as const } : { input }),
    ...(timeout === null ? {} : { timeout: timeout * 1000 }),
  });
  if (error !== undefined) throw error;
  return {
    code: status ?? -(signal === null ? 0 : constants.signals[signal]),
    // The interpreter does not take a Buffer for a Uint8Array.
    stdout: new Uint8Array(stdout),
    stderr: new Uint8Array(stderr),
  };
}
