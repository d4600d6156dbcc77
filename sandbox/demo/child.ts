import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that the demo needs all the time. */
export interface Child {
  /** What people call it when it is gone. */
  readonly name: string;
  /** The line by which it said that it is ready. */
  readonly ready: string;
  /** Rejects when it ends by itself. */
  readonly died: Promise<never>;
  readonly stop: () => Promise<void>;
}

interface ChildOptions {
  readonly name: string;
  readonly argv: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Matches what it says once it is ready. */
  readonly ready: RegExp;
}

/** How long a process may take to end by itself. */
const STOP_MS = 8_000;
const TAIL = 2_000;

/** Starts a process and waits until it is ready. Errors: where it ends before, with the last that it said. */
export async function startChild({ name, argv, environment, ready }: ChildOptions): Promise<Child> {
  const [program = '', ...args] = argv;
  // Of its own session, or Ctrl-C would end it at the same moment as us, and nobody would be left to do so in order.
  const child = spawn(program, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let said = '';
  const isReady = new Promise<string>((resolve) => {
    const listen = (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-TAIL);
      const found = ready.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
  });
  const died = ended(child).then((how) => {
    throw new Error(`${name} has ended (${how}). The last that it said:\n${said.trim()}`);
  });
  died.catch(() => undefined);
  return { name, ready: await Promise.race([isReady, died]), died, stop: () => stopChild(child) };
}

async function ended(child: ChildProcess): Promise<string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code === null ? String(signal) : `exit code ${code}`;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
