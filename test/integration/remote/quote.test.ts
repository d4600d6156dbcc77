import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { onPath } from '../../../sandbox/host/install-programs.ts';
import { quote, shellWord } from '../../../src/domain/text/shell.ts';
import { commandLine, pythonProgram } from '../../../src/remote/quote.ts';

const SHELLS = ['dash', 'bash', 'sh'].filter((shell) => onPath(shell) !== null);

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
];
/** Has its own command line: together with the others it would be longer than an argument may be. */
const LONG = "it's long ".repeat(10_000);

describe.each(
  SHELLS.flatMap((shell) => [
    { shell, how: quote },
    { shell, how: shellWord },
  ]),
)('a word made by $how.name in $shell', ({ shell, how }) => {
  let printed: readonly string[];

  beforeAll(() => {
    // A NUL after each word, because no word can contain one. Each word has its own command, so none can hide behind another.
    const script = HOSTILE.map(([, word]) => `printf '%s\\0' ${how(word)}`).join('\n');
    printed = output(shell, script).split('\0');
  });

  it.each(HOSTILE.map(([what, word], index) => ({ what, word, index })))('stays $what', ({ word, index }) => {
    expect(printed[index]).toBe(word);
  });

  it('prints nothing else', () => {
    expect(printed.slice(HOSTILE.length)).toEqual(['']);
  });

  it('may be long', () => {
    expect(output(shell, `printf %s ${how(LONG)}`)).toBe(LONG);
  });

  it('is one argument', () => {
    const argv = ['printf', '%s\\n', 'a b', '', "c'd", '$e', '*'];

    expect(output(shell, commandLine(argv))).toBe("a b\n\nc'd\n$e\n*\n");
  });
});

describe.skipIf(onPath('python3') === null)('a Python program', () => {
  const echo = 'import json, sys\nprint(json.dumps([json.loads(sys.argv[1]), len(sys.argv)]))\n';
  const parameters = Object.fromEntries(
    HOSTILE.map(([what, word]) => [what, { version: word, [word]: [word], nested: { word } }]),
  );
  let said: readonly [typeof parameters, number];

  beforeAll(() => {
    said = JSON.parse(output('sh', pythonProgram(echo, parameters)));
  });

  it.each(HOSTILE)('gets %s as a value and never as code or an option', (what) => {
    expect([said[0][what], said[1]]).toEqual([parameters[what], 2]);
  });

  it('may contain any quotes', () => {
    expect(output('sh', pythonProgram(`print('"it\\'s"', """$HOME""")\n`, {}))).toBe('"it\'s" $HOME\n');
  });
});
