import { expect, test } from 'vitest';
import { echo } from '../../src/commands/echo.ts';

test.each([
  ['acme', '`acme`'],
  ['', '`(empty)`'],
  ['\n\u202e', '`(empty)`'],
  ['a\n\nb\u0000c', '`a b c`'],
  ['`*bold*`', "`'*bold*'`"],
  ['a\u202eb', '`a b`'],
  ['x'.repeat(60), `\`${'x'.repeat(60)}\``],
  ['x'.repeat(61), `\`${'x'.repeat(59)}…\``],
  ['😀'.repeat(61), `\`${'😀'.repeat(59)}…\``],
])('%j is echoed as %s', (text, shown) => {
  expect(echo(text)).toBe(shown);
});
