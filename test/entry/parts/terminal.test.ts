import { expect, test } from 'vitest';
import { inLine, jsonText } from '../../../src/entry/parts/terminal.ts';

const esc = '\u001b';

test('text of others stays in its line of the terminal, and draws nothing', () => {
  expect(inLine(`a\n${esc}[2Jb\u009b1mc\u202e\r\nfix: rm -rf`)).toBe(
    'a ‹U+001B›[2Jb‹U+009B›1mc‹U+202E› fix: rm -rf',
  );
  expect(inLine('x'.repeat(10_000))).toHaveLength(4000);
});

test('JSON means the same, and a terminal finds nothing to act on', () => {
  const value = { name: `a${esc}[2J\u009b2J\u202e\u{e0041}é` };
  const text = jsonText(value);

  expect(text).toBe(String.raw`{"name":"a\u001b[2J\u009b2J\u202e\udb40\udc41é"}`);
  expect(JSON.parse(text)).toEqual(value);
  expect(jsonText({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
});
