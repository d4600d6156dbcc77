import { spawn } from 'node:child_process';
import { once } from 'node:events';
/** Runs a program to its end and returns what it printed. Errors: what it complained about, when it fails. */
export async function run([program = '', ...args], { cwd, environment }) {
    const child = spawn(program, args, { cwd, env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (chunk) => out.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => err.push(chunk));
    await once(child, 'close');
    if (child.exitCode === 0)
        return out.join('').trim();
    throw new Error(`${program} ${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}: ${err.join('').trim()}`);
}
