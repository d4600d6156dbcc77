import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that the demo needs until its end. */
export interface Child {
  /** Its name in messages. */
  readonly name: string;
  /** The text with which it said that it is ready. */
  readonly ready: string;
  /** Rejects if it ends on its own. */
  readonly died: Promise<never>;
  readonly stop: () => Promise<void>;
}

interface ChildOptions {
  readonly name: string;
  readonly argv: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Matches its output once it is ready. */
  readonly ready: RegExp;
}

/** How long a process may take to end after SIGTERM. */
const STOP_MS = 8_000;
const TAIL = 2_000;

/** Starts a process and waits until it is ready. Errors: if it ends first, with its last output. */
export async function startChild({ name, argv, environment, ready }: ChildOptions): Promise<Child> {
  const [program = '', ...args] = argv;
  // Its own session: otherwise Ctrl-C would end it together with this process, which has to stop all parts in order.
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
    throw new Error(`${name} has ended (${how}). Its last output:\n${said.trim()}`);
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
