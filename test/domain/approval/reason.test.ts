import { expect, it } from 'vitest';
import { LONGEST_REASON, reasonOf } from '../../../src/domain/approval/reason.ts';

it.each<[what: string, typed: unknown, stored: string | undefined]>([
  ['nothing', undefined, undefined],
  ['an empty line', '', undefined],
  ['spaces alone', ' \t\n ', undefined],
  ['what is no text', { value: 'x' }, undefined],
  ['a line', '  the shop is down ', 'the shop is down'],
  ['several lines', 'one\r\ntwo\u2028three', 'one two three'],
  ['what nobody sees', 'a\u200bb\u202ec', 'a‹U+200B›b‹U+202E›c'],
  ['a colour, of which the mark shows', '\u001b[31mred', '‹U+001B›[31mred'],
  ['an emoji of several characters', '👩‍🚒 on it', '👩‍🚒 on it'],
  ['marks, which each place makes harmless', '*yes* <!channel>', '*yes* <!channel>'],
  ['too much', 'x'.repeat(LONGEST_REASON + 1), `${'x'.repeat(LONGEST_REASON - 1)}…`],
  ['as much as there is room for', 'x'.repeat(LONGEST_REASON), 'x'.repeat(LONGEST_REASON)],
])('keeps one line of %s', (_, typed, stored) => {
  expect(reasonOf(typed).reason).toBe(stored);
});

it('changes nothing in what it has made', () => {
  for (const typed of ['a\u200bb', 'x'.repeat(999), '👩‍🚒'.repeat(99)]) {
    const once = reasonOf(typed).reason;
    expect(reasonOf(once).reason).toBe(once);
  }
});
