import { expect, test } from 'vitest';
import { HELP_LINES, helpText } from '../../src/commands/help.ts';
import { parseCommand } from '../../src/commands/parse.ts';

test('the help begins with an example of a rollback', () => {
  expect(helpText().split('\n')[0]).toBe(
    '`/rollback acme-kitchens v0.5.0` checks the site, shows what it found and what it will do, and changes nothing until people have decided.',
  );
});

const examples = HELP_LINES.flatMap((line) =>
  Array.from(line.matchAll(/`\/rollback ?([^`]*)`/g), ([, text]) => text ?? ''),
);

test.each(examples)('the example "/rollback %s" of the help is understood', (text) => {
  expect(parseCommand(text).kind).not.toBe('problem');
});

test.each(['status', 'history', 'sites', 'cancel', 'help'])('the help explains %s', (command) => {
  expect(examples.map((text) => text.split(' ')[0])).toContain(command);
});

test.each(['--full', '--code-only', '--database-only', '--backup', '--reason', '--dry-run'])(
  'the help explains %s',
  (option) => {
    expect(helpText()).toContain(option);
  },
);
