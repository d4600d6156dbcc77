import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { apart } from '../../../src/remote/apart.ts';
import * as probes from '../../../src/remote/probes.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const PROBES = new URL('../../../src/remote/probes/', import.meta.url);
const CHECK = fileURLToPath(new URL('names.py', import.meta.url));

const PATHS = readdirSync(PROBES, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.py'),
);
const textsOf = (paths: readonly string[]): ReadonlyMap<string, string> =>
  new Map(paths.map((path) => [basename(path), readFileSync(new URL(path, PROBES), 'utf8')]));
const isLibrary = (path: string) => path.includes('lib/');
const LIBRARIES = textsOf(PATHS.filter(isLibrary));
const OWN = textsOf(PATHS.filter((path) => !isLibrary(path)));

/** The Python program in a command line. */
function sourceOf(command: string): string {
  const packed = /^'python3' '-I' '-c' '.*b64decode\("(.*)"\).*' '\{.*\}'$/s.exec(command)?.[1];
  if (packed === undefined) throw new Error(`no Python program: ${command.slice(0, 200)}`);
  return inflateSync(Buffer.from(packed, 'base64')).toString();
}

/** The names of its libraries and its own file, in order. */
function partsOf(own: string, source: string): Readonly<Record<string, string>> {
  const before = [...LIBRARIES]
    .filter(([, text]) => source.includes(text))
    .toSorted(([, one], [, other]) => source.indexOf(one) - source.indexOf(other));
  return Object.fromEntries([...before, [own, OWN.get(own) ?? '']]);
}

const COMMANDS: readonly (readonly [file: string, command: string])[] = Object.entries(probes).map(
  ([name, command]) => {
    const file = `${name.replace(/Command$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.py`;
    return [
      file,
      (command as (root: unknown, attempt: unknown) => string)({ root: '/srv' }, { run: 'a', number: 1 }),
    ];
  },
);

describe.skipIf(!hasPython)('every probe', () => {
  it('compiles, has every name that it uses, and lists no library that it does not need', () => {
    const asked = Object.fromEntries(
      COMMANDS.map(([file, command]) => [file, partsOf(file, sourceOf(command))]),
    );
    const said = execFileSync('python3', ['-I', CHECK], { input: JSON.stringify(asked), encoding: 'utf8' });

    expect(JSON.parse(said)).toEqual(Object.fromEntries(COMMANDS.map(([file]) => [file, []])));
  });

  it('fits into a packet that every server for SSH has to take, with what runs it', () => {
    for (const [file, command] of COMMANDS)
      expect([file, Buffer.byteLength(apart(command)) < 32_000]).toEqual([file, true]);
  });

  it('is one of the files, and its text consists of its libraries and its own file', () => {
    for (const [file, command] of COMMANDS)
      expect(Object.values(partsOf(file, sourceOf(command))).join('\n')).toBe(sourceOf(command));

    expect(COMMANDS.map(([file]) => file).toSorted()).toEqual([...OWN.keys()].toSorted());
  });

  it('is checked by a program that finds each of these mistakes', () => {
    const broken = {
      'a.py': { 'lib.py': 'def f():\n    return g()\n', 'a.py': 'print(f(), later)\nlater = 1\n' },
      'b.py': { 'b.py': 'print("\\d")\n' },
      'c.py': { 'lib.py': 'x = 1\n', 'c.py': 'print(2)\n' },
    };
    const said = execFileSync('python3', ['-I', CHECK], { input: JSON.stringify(broken), encoding: 'utf8' });

    expect(JSON.parse(said)).toEqual({
      'a.py': ['line 4 uses later before it is there', 'g is nowhere'],
      'b.py': [expect.stringContaining('does not compile: invalid escape sequence')],
      'c.py': ['needs nothing of lib.py'],
    });
  });
});
