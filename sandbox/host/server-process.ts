import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from './shell.ts';

/** A part of the demo host that answers questions in its own process. It ends when this process does. */
export interface ServerProcess {
  /** Rejects when the process ends. */
  readonly died: Promise<never>;
}

/** Starts a built program and waits until it says that it is ready. Errors: if it ends first. */
export async function startServerProcess(
  name: string,
  argv: readonly string[],
  environment: Environment,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, argv, {
    env: { ...environment },
    // Its own session, so that Ctrl-C in a terminal does not reach it before the demo ends it.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the demo host's ${name} has ended (${code ?? signal})`);
  });
  died.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), died]);
  return { died };
}
