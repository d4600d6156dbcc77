import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
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

describe("the machine's files", () => {
  it('get the usual modes', () => {
    expect(
      answer(`os.makedirs("a/b", mode=0o700)
open("plain", "w").close()
os.close(os.open("private", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
open("x", "w").close(); os.chmod("x", 0o750)
os.link("x", "y")
modes = [oct(os.stat(name).st_mode) for name in ("a/b", "plain", "private", "x")]
print(json.dumps(modes + [os.stat("y").st_nlink, os.path.samefile("x", "y"), os.access("x", os.X_OK), os.access("plain", os.X_OK)]))`),
    ).toEqual([
      '0o40700',
      `0o100${(0o666 & ~process.umask()).toString(8)}`,
      `0o100${(0o600 & ~process.umask()).toString(8)}`,
      '0o100750',
      2,
      true,
      true,
      false,
    ]);
  });

  it('are read anew each time', () => {
    expect(
      answer(`seen = []
for command in ("mkdir x", "rmdir x && ln -s there x && mkdir there", "rm x && echo text >x", "rm x && mkfifo x", "rm x"):
    subprocess.run(["sh", "-c", command])
    seen.append([os.path.isdir("x"), os.path.islink("x"), os.path.isfile("x"), os.path.exists("x"), os.path.realpath("x") == os.path.abspath("x")])
print(json.dumps(seen))`),
    ).toEqual([
      [true, false, false, true, true],
      [true, true, false, true, false],
      [false, false, true, true, true],
      [false, false, false, true, true],
      [false, false, false, false, true],
    ]);
  });

  it('can be linked, replaced in one step and removed with everything below', () => {
    mkdirSync(join(work, 'real/deep'), { recursive: true });
    writeFileSync(join(work, 'old'), 'old');
    writeFileSync(join(work, 'new'), 'new');
    linkSync(join(work, 'old'), join(work, 'as-it-was'));

    expect(
      answer(`import shutil
os.symlink("real", "link")
os.rename("new", "old")
shutil.rmtree("not-there", ignore_errors=True)
facts = [os.readlink("link"), os.path.realpath("link/deep"), open("old").read(), open("as-it-was").read()]
shutil.rmtree("real")
print(json.dumps(facts))`),
    ).toEqual(['real', join(work, 'real/deep'), 'new', 'old']);
    expect(readdirSync(work).toSorted()).toEqual(['as-it-was', 'link', 'old']);
  });

  it.each([
    ['os.rename("gone", "x")', 'FileNotFoundError'],
    ['open("gone")', 'FileNotFoundError'],
    ['os.open("link", os.O_RDONLY | os.O_NOFOLLOW)', 'OSError'],
    ['os.makedirs("link")', 'FileExistsError'],
  ])('raise %s as %s', (source, kind) => {
    expect(
      answer(`os.symlink("/etc/passwd", "link")
try:
    ${source}
except OSError as problem:
    print(json.dumps(type(problem).__name__))`),
    ).toBe(kind);
  });

  it('can be packed, hashed and written to the disk', () => {
    const said = answer(`import gzip, hashlib
with open("x.gz", "wb") as file:
    file.write(gzip.compress(b"a" * 100000, mtime=0))
    file.flush()
    os.fsync(file.fileno())
print(json.dumps([hashlib.sha256(gzip.open("x.gz").read()).hexdigest(), os.stat("x.gz").st_mtime]))`) as [
      string,
      number,
    ];

    const plain = Buffer.alloc(100_000, 'a');

    expect(said[0]).toBe(createHash('sha256').update(plain).digest('hex'));
    expect(gunzipSync(readFileSync(join(work, 'x.gz')))).toEqual(plain);
    expect(Math.abs(said[1] - Date.now() / 1000)).toBeLessThan(600);
  });
});

describe('the machine itself', () => {
  it('has the name, users, boot id, processes and programs of this machine', () => {
    expect(
      answer(`import pwd, shutil, socket
print(json.dumps([socket.gethostname(), pwd.getpwuid(os.geteuid()).pw_name, pwd.getpwuid(os.stat("/etc/passwd").st_uid).pw_name,
  open("/proc/sys/kernel/random/boot_id").read().strip(), os.readlink("/proc/${process.pid}/cwd"), open("/proc/${process.pid}/stat").read().split(" ")[0],
  shutil.which("sh") is not None, shutil.which("not-there")]))`),
    ).toEqual([
      hostname(),
      userInfo().username,
      'root',
      readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      process.cwd(),
      String(process.pid),
      true,
      null,
    ]);
  });

  it('raises KeyError for a user number that nobody has', () => {
    expect(python('import pwd; pwd.getpwuid(987654)').stderr).toContain('KeyError: ');
  });

  it('has no network for Python, which says so', () => {
    expect(python('import socket; socket.create_connection(("127.0.0.1", 1), 2)')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\nNotImplementedError: the demo host's Python has no network\n$/),
    });
  });

  it('has disk space and a clock', () => {
    expect(
      answer(`import time
disk, began = os.statvfs("."), time.time()
time.sleep(0.2)
print(json.dumps([disk.f_bavail * disk.f_frsize > 0, time.time() - began >= 0.19]))`),
    ).toEqual([true, true]);
  });
});

it('ends when its parent is gone', async () => {
  const socket = `${places.run}/other.sock`;
  const other = spawn(process.execPath, [SERVER, socket], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');

  other.stdin.end();

  expect(await once(other, 'exit')).toEqual([0, null]);
});
