import { describe, expect, it } from 'vitest';
import { apart, heard, heardOnError } from '../../src/remote/apart.ts';

const BEGIN = '\n\u001erollback-bot\u001e\n';
const END = '\n\u001eended 0\u001e\n';

describe('what a command printed', () => {
  it.each([
    ['alone', `${BEGIN}{}\n${END}`, '{}\n', 0, ''],
    ['after a greeting', `Welcome\n${BEGIN}{}\n${END}`, '{}\n', 0, 'Welcome\n'],
    ['on the line of a greeting', `Welcome${BEGIN}{}${END}`, '{}', 0, 'Welcome'],
    ['before a farewell', `${BEGIN}{}\n${END}bye`, '{}\n', 0, 'bye'],
    ['between both', `a\n${BEGIN}{}\n${END}b\n`, '{}\n', 0, 'a\nb\n'],
    ['nothing', `${BEGIN}${END}`, '', 0, ''],
    ['with its exit code', `${BEGIN}\n\u001eended 127\u001e\n`, '', 127, ''],
    [
      'with something like the mark',
      `${BEGIN}x\n\u001eended 1\u001e\ny${END}`,
      'x\n\u001eended 1\u001e\ny',
      0,
      '',
    ],
    ['cut off', `hi${BEGIN}{"a":`, '{"a":', null, 'hi'],
    ['cut off in the mark', `${BEGIN}{}\n\u001eended 1`, '{}\n\u001eended 1', null, ''],
  ])('%s', (_, stdout, said, code, beside) => {
    expect(heard(stdout)).toEqual({ said, code, beside });
  });

  it.each(['', 'Welcome\n', 'exec: fish: not found', '\u001erollback-bot\u001e', '{"a":1}\n'])(
    'is nothing if the login ran something else: %j',
    (stdout) => {
      expect(heard(stdout)).toEqual({ said: null, code: null, beside: stdout });
    },
  );

  it('leaves out what start-up files print as errors', () => {
    expect(heardOnError(`locale: nonsense\n${BEGIN}mkdir: no\n`)).toBe('mkdir: no\n');
    expect(heardOnError('exec: fish: not found\n')).toBe('exec: fish: not found\n');
  });
});

it('a command stands behind the program that runs it', () => {
  expect(apart("'touch' 'a b'")).toMatch(/^'sh' '-c' '[\s\S]*' 'apart\.sh' 'touch' 'a b'$/);
});
