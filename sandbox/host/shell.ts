import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The whole environment of a program on the demo host. */
export type Environment = Readonly<Record<string, string>>;

/** Runs a program to its end and returns its output. Errors: its error output, if it fails. */
export async function run(
  [program = '', ...args]: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: Environment },
): Promise<string> {
  const child = spawn(program, args, { cwd, env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => out.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => err.push(chunk));
  await once(child, 'close');
  if (child.exitCode === 0) return out.join('').trim();
  throw new Error(
    `${program} ${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}: ${err.join('').trim()}`,
  );
}
