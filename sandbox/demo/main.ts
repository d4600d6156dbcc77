import { parseArgs } from 'node:util';
import { runAuto } from './auto/run-auto.ts';
import { type Stage, setStage, startDemo } from './demo.ts';
import { missingRequirements } from './requirements.ts';
import { welcome } from './welcome.ts';

/** `npm run demo`, or `npm run demo -- --auto` to watch the main job with nobody at the keyboard. */

const INTERRUPTED = 130;
const USAGE = 'usage: npm run demo [-- --auto]';

process.exitCode = await main();
// A browser may keep connections open. They must not keep the demo running.
process.exit();

async function main(): Promise<number> {
  const auto = readAuto(process.argv.slice(2));
  if (auto === null) return complain(USAGE);
  const missing = missingRequirements();
  if (missing !== null) return complain(missing);
  // The reader may go away, as in `| head`. The demo must still be ended.
  process.stdout.on('error', () => undefined);
  const stage = setStage();
  const stopped = stopRequested();
  try {
    return await Promise.race([
      play(stage, auto),
      stopped.then((signal) => {
        print(`\n${signal}: stopping everything …`);
        return auto ? INTERRUPTED : 0;
      }),
    ]);
  } catch (error) {
    return complain(`The demo has stopped: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await stage.clear();
  }
}

async function play(stage: Stage, auto: boolean): Promise<number> {
  const began = Date.now();
  print('Starting PostgreSQL, two sites with a history, an SSH server, Redis, Slack, bot and worker …');
  const demo = await startDemo(stage);
  const startedMs = Date.now() - began;
  if (auto) return (await Promise.race([runAuto(demo, startedMs, print), demo.died])) ? 0 : 1;
  print(welcome(demo, Math.round(startedMs / 1000)));
  return demo.died;
}

function readAuto(args: readonly string[]): boolean | null {
  try {
    const { values } = parseArgs({ args: [...args], options: { auto: { type: 'boolean', default: false } } });
    return values.auto;
  } catch {
    return null;
  }
}

function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): number {
  process.stderr.write(`${line}\n`);
  return 1;
}
