import { type ChildProcess, spawn } from 'node:child_process';

export interface Program {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly timeoutMs: number;
}

export interface ProgramEnd {
  /** null: it was killed. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** No more of a program's output than this is kept, in bytes. */
const MOST_OUTPUT = 16 * 1024 * 1024;

/**
 * Runs a program without a shell and without a terminal. When its time is up, kills it and everything that it started.
 * Errors: rejects if it can't be started.
 */
export function runProgram(program: Program, running?: Set<ChildProcess>): Promise<ProgramEnd> {
  const { file, argv, env, cwd, input = '', timeoutMs } = program;
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { env, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    running?.add(child);
    keep(child.stdout, stdout);
    keep(child.stderr, stderr);
    const timer = setTimeout(() => {
      timedOut = true;
      killWithChildren(child);
    }, timeoutMs);
    const over = () => {
      clearTimeout(timer);
      running?.delete(child);
    };
    child.once('error', (error) => {
      over();
      reject(error);
    });
    child.once('close', (code) => {
      over();
      const said = Buffer.concat(stderr).toString('utf8');
      resolve({ code, stdout: Buffer.concat(stdout), stderr: said, timedOut });
    });
    // If a program does not read its input to the end, its exit code says so.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function keep(stream: NodeJS.ReadableStream, into: Buffer[]): void {
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MOST_OUTPUT) into.push(chunk);
  });
}

/** The program leads its own process group, so everything that it started ends with it. */
export function killWithChildren(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
}
