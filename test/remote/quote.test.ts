import { describe, expect, it } from 'vitest';
import { commandLine, pythonProgram, quote } from '../../src/remote/quote.ts';

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
