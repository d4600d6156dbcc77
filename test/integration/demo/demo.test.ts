import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { missingRequirements } from '../../../sandbox/demo/requirements.ts';
import { processesNaming } from '../../../sandbox/host/processes.ts';
import { hasRealRedis } from '../../support/redis/redis.ts';

const LAUNCHER = fileURLToPath(new URL('../../../scripts/demo.mjs', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  /** All its files are below this directory. */
  readonly directory: string;
  readonly said: () => string;
  readonly says: (text: RegExp) => Promise<RegExpExecArray>;
  /** Its exit code, once no process holds its output any more. */
  readonly ended: Promise<number | null>;
}

function startDemo(
  { onTestFinished }: TestContext,
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Running {
  const directory = mkdtempSync(join(tmpdir(), 'demo-test-'));
  const { REDIS_URL: _ofSomeoneElse, ...inherited } = process.env;
  const child = spawn(process.execPath, [LAUNCHER, ...argv], {
    env: { ...inherited, TMPDIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const take = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = once(child, 'close').then(() => child.exitCode);
  const running: Running = {
    child,
    directory,
    said: () => said,
    says: async (text) => {
      await expect.poll(() => said, { interval: 50 }).toMatch(text);
      const found = text.exec(said);
      if (found === null) throw new Error(`it did not say ${text.source}`);
      return found;
    },
    ended,
  };
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  return running;
}

/** Processes and files that are left. While the demo's own process lives it counts too: its environment has the directory. */
function leftovers({ directory }: Running): readonly unknown[] {
  return [...processesNaming(directory), ...(existsSync(directory) ? readdirSync(directory) : [])];
}

/** The process of a part, found by text in its command line. */
function pidOf({ directory }: Running, word: string): number {
  const found = processesNaming(directory);
  const pid = found.find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes(word));
  if (pid === undefined) throw new Error(`no process of the demo has ${word} in its command line`);
  return pid;
}

/** If the demo cannot run here, it says why, and its tests do not run either. */
const missing = missingRequirements();
if (missing !== null) console.warn(missing);

describe.skipIf(missing !== null)('npm run demo -- --auto', () => {
  it.concurrent.for([
    ['redis-server', hasRealRedis(), {}],
    ['the embedded Redis', true, { ROLLBACK_DEMO_REDIS: 'embedded' }],
  ] as const)(
    'plays the main job with %s, checks it from outside and leaves nothing behind',
    async ([, isThere, environment], context) => {
      context.skip(!isThere, 'there is no redis-server on this machine');
      const demo = startDemo(context, ['--auto'], environment);

      const code = await demo.ended;
      if (code !== 0) throw new Error(`it ended with ${code}:\n${demo.said()}`);
      expect(demo.said()).toContain('You asked for this rollback, so you cannot approve it yourself.');
      expect(demo.said()).toContain('Acme Kitchens is back. It was down for ');
      expect(demo.said()).toContain('All checks passed.');
      expect(demo.said()).not.toContain('  ✗ ');
      const lines = demo.said().split('\n');
      expect(lines.filter((line) => line.length > 100 && line.includes(' ', 13))).toEqual([]);
      expect(leftovers(demo)).toEqual([]);
    },
  );
});

describe.skipIf(missing !== null)('npm run demo', () => {
  it('serves the page, and leaves nothing behind when it is stopped', async (context) => {
    const demo = startDemo(context, []);
    const [, page = ''] = await demo.says(/^ {2}(http:\S+)$/m);

    expect((await fetch(page)).status).toBe(200);

    demo.child.kill('SIGTERM');

    expect(await demo.ended).toBe(0);
    expect(leftovers(demo)).toEqual([]);
  });

  it('says which part died, and ends all others', async (context) => {
    const demo = startDemo(context, []);
    await demo.says(/Ctrl-C stops the demo/);

    process.kill(pidOf(demo, 'entry/cli.js\0worker'), 'SIGKILL');

    expect(await demo.ended).toBe(1);
    expect(demo.said()).toContain('The demo has stopped: the worker has ended (SIGKILL)');
    expect(leftovers(demo)).toEqual([]);
  });

  it('leaves nothing behind even if it is killed', async (context) => {
    const demo = startDemo(context, []);
    await demo.says(/Ctrl-C stops the demo/);

    demo.child.kill('SIGKILL');

    await expect.poll(() => leftovers(demo)).toEqual([]);
  });

  it('prints its usage if it does not know an option', async (context) => {
    const demo = startDemo(context, ['--fast']);

    expect(await demo.ended).toBe(1);
    expect(demo.said()).toContain('usage: npm run demo');
  });
});
