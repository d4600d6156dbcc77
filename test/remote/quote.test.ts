import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandLine, pythonProgram, quote } from '../../src/remote/quote.ts';

const SHELLS = ['dash', 'bash', 'sh'];
const here = (program: string) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;

/** What a command printed, byte for byte. */
function output(shell: string, command: string): string {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', command], {
    env: { PATH: process.env['PATH'] },
  });
  if (status !== 0) throw new Error(`${shell} ended with ${status}: ${stderr.toString()}`);
  return stdout.toString();
}

const EVERY_CHARACTER = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1)).join('');

const HOSTILE: readonly (readonly [what: string, word: string])[] = [
  ['nothing', ''],
  ['a space', ' '],
  ['a quote', "'"],
  ['quotes at both ends', "''a''"],
  ['the quoting itself', String.raw`'\''`],
  ['double quotes', '"$HOME"'],
  ['a variable', `$HOME $\{PATH} $$`],
  ['a substitution', '$(echo owned) `echo owned`'],
  ['a backslash at the end', 'a\\'],
  ['a newline', 'a\nb\n'],
  ['a carriage return', 'a\r\nb'],
  ['a way out', "'; echo owned; '"],
  ['operators', '; & | && || < > >> ( ) { } ! #'],
  ['patterns', '* ? [a-z] ~ ~root'],
  ['an option', '--upload-pack=touch /tmp/owned'],
  ['a history mark', '!!'],
  ['an assignment', 'PATH=/tmp'],
  ['other scripts', 'größe 日本語 🚑'],
  ['marks that turn the direction', '\u202eevil\u2066'],
  ['every ASCII character', EVERY_CHARACTER],
  ['something long', "it's long ".repeat(10_000)],
];

describe.each(SHELLS)('a quoted word in %s', (shell) => {
  it.skipIf(!here(shell)).each(HOSTILE)('stays %s', (_, word) => {
    expect(output(shell, `printf %s ${quote(word)}`)).toBe(word);
  });

  it.skipIf(!here(shell))('is one of as many arguments as there are words', () => {
    const argv = ['printf', '%s\\n', 'a b', '', "c'd", '$e', '*'];

    expect(output(shell, commandLine(argv))).toBe("a b\n\nc'd\n$e\n*\n");
  });
});

describe('quoting', () => {
  it('throws on NUL, which would cut the word off', () => {
    expect(() => quote('a\0b')).toThrow('a command word cannot hold a NUL character');
    expect(() => commandLine(['echo', '\0'])).toThrow('NUL');
  });

  it('quotes every word, harmless or not', () => {
    expect(commandLine(['git', '-C', '/srv/a b', "it's"])).toBe(String.raw`'git' '-C' '/srv/a b' 'it'\''s'`);
  });
});

describe('a Python program', () => {
  const echo = 'import json, sys\nprint(json.dumps([json.loads(sys.argv[1]), len(sys.argv)]))\n';

  it.skipIf(!here('python3')).each(HOSTILE.filter(([what]) => what !== 'something long'))(
    'gets %s as a value and never as code or an option',
    (_, word) => {
      const parameters = { version: word, [word]: [word], nested: { word } };

      expect(JSON.parse(output('sh', pythonProgram(echo, parameters)))).toEqual([parameters, 2]);
    },
  );

  it.skipIf(!here('python3'))('may hold any quotes itself', () => {
    expect(output('sh', pythonProgram(`print('"it\\'s"', """$HOME""")\n`, {}))).toBe('"it\'s" $HOME\n');
  });

  it('runs isolated from the modules and the environment of the site', () => {
    expect(pythonProgram('pass', {})).toBe("'python3' '-I' '-c' 'pass' '{}'");
  });
});
