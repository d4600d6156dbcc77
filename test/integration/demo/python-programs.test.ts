import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installPrograms } from '../../../sandbox/host/install-programs.ts';
import { cpythonSocket, type Places, placesIn } from '../../../sandbox/host/places.ts';

const SERVER = fileURLToPath(new URL('../../../dist-sandbox/host/cpython/server.js', import.meta.url));

let places: Places;

let server: ChildProcess;

let work: string;

beforeAll(async () => {
  places = placesIn(mkdtempSync(join(tmpdir(), 'rollback-python-')));
  mkdirSync(places.run);
  installPrograms(places);
  server = spawn(process.execPath, [SERVER, cpythonSocket(places)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(server.stdout ?? server, 'data');
});

afterAll(() => {
  server?.kill('SIGKILL');
  rmSync(places.base, { recursive: true, force: true });
});

beforeEach(() => {
  work = mkdtempSync(join(places.base, 'work-'));
});

/** Calls the host's python3 as a shell on the host does. */
function call(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(join(places.bin, 'python3'), argv, {
    cwd: work,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...environment },
  });
  return { code: status, stdout, stderr };
}

const python = (source: string, ...argv: readonly string[]) => call(['-I', '-c', source, ...argv]);

/** The JSON that a program prints. It must succeed. */
function answer(source: string): unknown {
  const { code, stdout, stderr } = python(`import json, os, subprocess\n${source}`);
  if (code !== 0) throw new Error(`it ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

describe('a Python program of the demo host', () => {
  it('gets its arguments, its environment and its directory', () => {
    const source = 'import json, os, sys; print(json.dumps([sys.argv, dict(os.environ), os.getcwd()]))';
    const said = call(['-I', '-c', source, 'a b', '', '$x "\'\n→'], { LC_ALL: 'C.UTF-8', OTHER: 'ü' });
    const [argv, environment, directory] = JSON.parse(said.stdout);

    expect(argv).toEqual(['-c', 'a b', '', '$x "\'\n→']);
    expect(environment).toMatchObject({ PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', OTHER: 'ü' });
    expect(directory).toBe(work);
  });

  it.each([
    ['pass', 0, ''],
    ['import sys; sys.exit()', 0, ''],
    ['import sys; sys.exit(3)', 3, ''],
    ['import sys; sys.exit(-1)', 255, ''],
    ['import sys; sys.exit("the last word")', 1, 'the last word\n'],
    ['raise SystemExit(False)', 0, ''],
  ])('that is %j ends with %i', (source, code, stderr) => {
    expect(python(source)).toEqual({ code, stdout: '', stderr });
  });

  it('keeps its two outputs apart, and keeps output from before a failure', () => {
    expect(python('import sys; print("ö\\n"); print("no", file=sys.stderr); sys.exit(4)')).toEqual({
      code: 4,
      stdout: 'ö\n\n',
      stderr: 'no\n',
    });
  });

  it('ends with 1 and a traceback of its own lines if nothing catches an exception', () => {
    expect(python('print("began")\ndef f():\n    return {}["gone"]\nf()')).toEqual({
      code: 1,
      stdout: 'began\n',
      stderr:
        'Traceback (most recent call last):\n  File "<string>", line 4, in <module>\n  File "<string>", line 3, in f\nKeyError: \'gone\'\n',
    });
    expect(python('if')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ {2}File "<string>", line 1\n[\s\S]*\nSyntaxError: invalid syntax\n$/),
    });
  });

  it('sees nothing of the previous one', () => {
    call(['-c', 'leaked = 1; import os; os.environ["LEAKED"] = "1"'], { GIVEN: '1' });

    expect(
      python('import os; print("leaked" in globals(), os.environ.get("LEAKED"), os.environ.get("GIVEN"))'),
    ).toEqual({
      code: 0,
      stdout: 'False None None\n',
      stderr: '',
    });
  });

  it('waits for its turn and gets its own answer', async () => {
    const ask = async (number: number) => {
      const child = spawn(join(places.bin, 'python3'), [
        '-c',
        `import time; time.sleep(0.05); print(${number})`,
      ]);
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
      });
      await once(child, 'close');
      return said;
    };

    expect(await Promise.all([1, 2, 3, 4].map(ask))).toEqual(['1\n', '2\n', '3\n', '4\n']);
  });

  it('can only be given with -c', () => {
    const stderr = 'this python3 can only be called as: [-I] -c PROGRAM [ARGUMENT]…\n';

    for (const argv of [[], ['file.py'], ['-m', 'venv', 'x'], ['-I', '-c']])
      expect(call(argv)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('cannot start another one, which would wait for it for ever', () => {
    expect(
      answer(`done = subprocess.run([${JSON.stringify(join(places.bin, 'python3'))}, "-c", "pass"], capture_output=True)
print(json.dumps([done.returncode, done.stderr.decode()]))`),
    ).toEqual([
      1,
      "python3: the demo host's Python does not answer: it is running the program that started this one\n",
    ]);
  });
});

describe('a program that a Python program runs', () => {
  it('gets its input and environment and returns its output, byte for byte', () => {
    expect(
      answer(`done = subprocess.run(["sh", "-c", "cat; printf %s $WORD >&2; exit 7"], input=bytes(range(256)), capture_output=True, env={"WORD": "ä", "PATH": os.environ["PATH"]}, cwd="/")
print(json.dumps([done.returncode, done.stdout == bytes(range(256)), done.stderr.decode()]))
`),
    ).toEqual([7, true, 'ä']);
  });

  it('has no input by default, and can write to the outputs of its parent', () => {
    expect(
      python('import subprocess; print("first"); subprocess.run(["sh", "-c", "cat; pwd; echo oh >&2"])'),
    ).toEqual({ code: 0, stdout: `first\n${work}\n`, stderr: 'oh\n' });
  });

  it('can end by a signal', () => {
    expect(answer('print(subprocess.run(["sh", "-c", "kill -9 $$"], capture_output=True).returncode)')).toBe(
      -9,
    );
  });

  it('is killed after its timeout, and its children hold nothing up', () => {
    const pid = join(work, 'pid');

    expect(
      answer(`try:
    subprocess.run(["sh", "-c", "sleep 600 & echo $! >pid; exec sleep 600"], stdin=subprocess.DEVNULL, capture_output=True, timeout=2)
except subprocess.TimeoutExpired as late:
    print(json.dumps([late.cmd[0], late.timeout]))
`),
    ).toEqual(['sh', 2]);
    // It is still there, with our end of its output.
    process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
  });

  it.each([
    ['["not-there"]', 'FileNotFoundError'],
    ['["/etc/passwd"]', 'PermissionError'],
    ['["true"], cwd="/not-there"', 'FileNotFoundError'],
  ])('raises the usual error for %s', (argv, kind) => {
    expect(
      answer(`try:
    subprocess.run(${argv}, capture_output=True)
except OSError as problem:
    print(json.dumps([type(problem).__name__, problem.strerror]))
`),
    ).toEqual([kind, kind === 'FileNotFoundError' ? 'No such file or directory' : 'Permission denied']);
  });
});

describe('a lock', () => {
  const TRY = `import fcntl
def attempt(kind):
    with open("lock", "a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return "free"
        except OSError as problem:
            return type(problem).__name__
print(json.dumps([attempt(fcntl.LOCK_SH), attempt(fcntl.LOCK_EX)]))`;

  it.each([
    ['-x', ['BlockingIOError', 'BlockingIOError']],
    ['-s', ['free', 'BlockingIOError']],
  ])('of another process, held by flock %s, is respected', async (option, seen) => {
    const holder = spawn('flock', [option, join(work, 'lock'), 'sh', '-c', 'echo held; exec cat']);
    await once(holder.stdout, 'data');

    expect(answer(TRY)).toEqual(seen);

    holder.stdin.end();
    await once(holder, 'close');
    expect(answer(TRY)).toEqual(['free', 'free']);
  });

  it('is held until it is released or the program ends', () => {
    const held = 'subprocess.run(["flock", "-n", "lock", "true"]).returncode';

    expect(
      answer(`import builtins, fcntl
builtins.kept = open("lock", "w")
fcntl.flock(builtins.kept, fcntl.LOCK_EX)
first = ${held}
fcntl.flock(builtins.kept, fcntl.LOCK_UN)
second = ${held}
fcntl.flock(builtins.kept.fileno(), fcntl.LOCK_EX)
print(json.dumps([first, second, ${held}]))`),
    ).toEqual([1, 0, 1]);
    expect(spawnSync('flock', ['-n', join(work, 'lock'), 'true']).status).toBe(0);
  });
});
