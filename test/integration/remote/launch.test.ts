import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/domain/digest.ts';
import { attemptDirectory, programPath } from '../../../src/remote/paths.ts';
import { followCommand, launchCommand, placeCommand, voidCommand } from '../../../src/remote/run-commands.ts';

const run = promisify(execFile);
const DIGEST = 'a'.repeat(64);
const ATTEMPT = { run: 'acme-kitchens-1', number: 1, digest: DIGEST };

/** Begins once, as the switch program does, and runs until the test lets it end. */
const PROGRAM = `#!/bin/sh
run=$2
exec 8>>"$run/alive"
flock -n 8 || exit 0
echo $$ >"$run/pid"
(set -C && cat /proc/sys/kernel/random/boot_id >"$run/started") 2>/dev/null || exit 0
echo begun >>"$run/begun"
while [ ! -e "$run/go" ]; do sleep 0.02; done
echo 'done stable 0' >"$run/result"
`;
const SHA256 = sha256(PROGRAM);

let root: string;
const file = (name: string) => join(attemptDirectory(root, ATTEMPT), name);
const shell = async (command: string): Promise<string> => (await run('sh', ['-c', command])).stdout.trim();
/** Places the program from a file. One that is already there is not read again, and a pipe would break then. */
const place = (text = PROGRAM): Buffer => {
  const from = join(root, 'text');
  writeFileSync(from, text);
  const input = openSync(from, 'r');
  try {
    return execFileSync('sh', ['-c', placeCommand(root, SHA256)], { stdio: [input, 'pipe', 'ignore'] });
  } finally {
    closeSync(input);
  }
};
const launch = (digest = DIGEST) => shell(launchCommand(root, { ...ATTEMPT, digest }, SHA256, null));
const status = async (digest = DIGEST) =>
  (await shell(followCommand(root, { ...ATTEMPT, digest }, { offset: 0, seconds: 0 }))).replace(/^~\n/, '');

/** Follows for longer than a test takes. `looks`: how often it has reported after the first time. */
function follow(sh: string, offset: number) {
  const child = spawn(sh, ['-c', followCommand(root, ATTEMPT, { offset, seconds: 600 }).replace(/^sh/, sh)]);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    printed: () => text.replaceAll('~\n', '').trimStart(),
    looks: () => text.split('~\n').length - 2,
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rollback-launch-'));
});

afterEach(async () => {
  if (existsSync(attemptDirectory(root, ATTEMPT))) {
    writeFileSync(file('go'), '');
    await vi.waitFor(async () => {
      if (/claimed|running/.test(await status())) throw new Error('its program still runs');
    }, 20_000);
  }
  rmSync(root, { recursive: true, force: true });
});

describe('a program', () => {
  it('is placed whole, however often, and never with a missing byte', () => {
    expect(() => place(PROGRAM.slice(0, -1))).toThrow('Command failed');
    expect(existsSync(programPath(root, SHA256))).toBe(false);

    place();
    place();

    expect(readFileSync(programPath(root, SHA256), 'utf8')).toBe(PROGRAM);
  });

  it('begins once, however many workers launch it at the same moment', async () => {
    place();

    const said = await Promise.all(Array.from({ length: 10 }, () => launch()));

    expect(new Set(said)).toEqual(new Set(['launched']));
    await expect.poll(status).toMatch(/^= running \d+$/);
    writeFileSync(file('go'), '');
    await expect.poll(status).toBe('= done done stable 0');
    expect(readFileSync(file('begun'), 'utf8')).toBe('begun\n');
  });

  it('does not begin for a plan other than the one that has the directory', async () => {
    place();
    await launch();

    expect(await launch('b'.repeat(64))).toBe(`claimed ${DIGEST}`);
    expect(await status('b'.repeat(64))).toBe(`= foreign ${DIGEST}`);
  });

  it('that runs reports for how long it has written nothing', async () => {
    place();
    await launch();
    await expect.poll(status).toMatch(/^= running \d+$/);
    appendFileSync(file('journal'), 'a line\n');
    const before = new Date(Date.now() - 600_000);
    utimesSync(file('journal'), before, before);

    expect(Number((await status()).split('= running ')[1])).toBeGreaterThanOrEqual(600);
  });

  describe('of a run whose host knows better than the record', () => {
    const RETRY = { action: 'retry', step: 'static' } as const;
    const attempt = (number: number) => ({ ...ATTEMPT, number });
    const next = (number: number) =>
      shell(launchCommand(root, attempt(number), SHA256, { ...RETRY, attempt: number }));
    const put = (number: number, name: string) => {
      mkdirSync(attemptDirectory(root, attempt(number)), { recursive: true });
      writeFileSync(join(attemptDirectory(root, attempt(number)), name), '');
    };

    it('does not begin if the run has ended there', async () => {
      place();
      put(1, 'recorded');

      expect(await launch()).toBe('ended');
      expect(await status()).toBe('= absent');
      put(1, 'started');
      expect(await next(2)).toBe('ended');
      expect(existsSync(attemptDirectory(root, attempt(2)))).toBe(false);
    });

    it.each<[string, readonly number[], number]>([
      ['the first attempt has not begun', [], 2],
      ['an attempt between has not begun', [1], 3],
      ['a later attempt has begun', [1, 3], 2],
      ['a later attempt than the first has begun', [2], 1],
    ])('does not begin out of turn: %s', async (_, begun, number) => {
      place();
      for (const one of begun) put(one, 'started');

      expect(await (number === 1 ? launch() : next(number))).toBe('out-of-turn');
      expect(existsSync(join(attemptDirectory(root, attempt(number)), 'claim'))).toBe(false);
    });

    it('begins as the next attempt, also after one that was voided', async () => {
      place();
      await shell(voidCommand(root, attempt(1)));
      put(2, 'started');

      expect(await next(3)).toBe('launched');
    });
  });

  it('that was voided never begins, and reports that nothing was done', async () => {
    place();
    await shell(voidCommand(root, ATTEMPT));

    expect(await launch()).toBe('claimed void');
    expect(await status()).toBe('= done untouched expired 0');
    expect(existsSync(file('begun'))).toBe(false);
  });

  it('that has begun cannot be voided', async () => {
    place();
    await launch();
    await expect.poll(status).toMatch(/^= running \d+$/);

    await shell(voidCommand(root, ATTEMPT));

    expect(await status()).toMatch(/^= running \d+$/);
  });

  it('that died without a result counts as interrupted, neither as running nor as one that can begin', async () => {
    place();
    await launch();
    await expect.poll(status).toMatch(/^= running \d+$/);

    process.kill(Number(readFileSync(file('pid'), 'utf8')), 'SIGKILL');

    await expect.poll(status).toBe('= interrupted same-boot');
    await launch();
    expect(readFileSync(file('begun'), 'utf8')).toBe('begun\n');
  });

  it('that died with its host counts as interrupted by a reboot', async () => {
    place();
    await launch();
    await expect.poll(status).toMatch(/^= running \d+$/);
    process.kill(Number(readFileSync(file('pid'), 'utf8')), 'SIGKILL');
    writeFileSync(file('started'), '00000000-0000-0000-0000-000000000000\n');

    await expect.poll(status).toBe('= interrupted rebooted');
  });

  it.each(['dash', 'bash'])('is followed by %s from an offset to its end, byte for byte', async (sh) => {
    place();
    await launch();
    await expect.poll(status).toMatch(/^= running \d+$/);
    writeFileSync(file('journal'), 'known\nfirst\tline\n');
    const following = follow(sh, 'known\n'.length);
    await expect.poll(following.printed).toBe('first\tline\n');

    appendFileSync(file('journal'), 'torn \0 \xe9, ');
    await expect.poll(following.printed).toMatch(/, $/);
    appendFileSync(file('journal'), 'whole\n');
    writeFileSync(file('go'), '');

    expect(await following.ended).toBe(0);
    expect(following.printed()).toBe('first\tline\ntorn \0 \xe9, whole\n= done done stable 0\n');
  });

  it('that dies while it is followed is reported as interrupted', async () => {
    place();
    await launch();
    await expect.poll(status).toMatch(/^= running \d+$/);
    const following = follow('sh', 0);
    await expect.poll(following.looks).toBeGreaterThanOrEqual(1);

    process.kill(Number(readFileSync(file('pid'), 'utf8')), 'SIGKILL');

    expect(await following.ended).toBe(0);
    expect(following.printed()).toBe('= interrupted same-boot\n');
  });
});
