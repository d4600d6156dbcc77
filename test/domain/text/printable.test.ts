import { describe, expect, it } from 'vitest';
import { firstInvisible, oneLine, printable, unbroken } from '../../../src/domain/text/printable.ts';
import { cpuMs } from '../../support/cpu.ts';

const esc = '\u001b';

/** Each of them hides something, or looks like nothing. */
const INVISIBLE: readonly (readonly [what: string, character: string])[] = [
  ['a null character', '\u0000'],
  ['a bell', '\u0007'],
  ['a next line', '\u0085'],
  ['a soft hyphen', '\u00ad'],
  ['a grapheme joiner', '\u034f'],
  ['an Arabic letter mark', '\u061c'],
  ['Hangul fillers', '\u115f'],
  ['Hangul fillers', '\u1160'],
  ['Hangul fillers', '\u3164'],
  ['Hangul fillers', '\uffa0'],
  ['a Khmer vowel without ink', '\u17b4'],
  ['a Mongolian separator', '\u180e'],
  ['a zero-width space', '\u200b'],
  ['a joiner between letters that need none', '\u200d'],
  ['a non-joiner between letters that need none', '\u200c'],
  ['a left-to-right mark', '\u200e'],
  ['a right-to-left override', '\u202e'],
  ['a word joiner', '\u2060'],
  ['an invisible times', '\u2062'],
  ['an isolate', '\u2066'],
  ['a braille blank', '\u2800'],
  ['a variation selector', '\ufe00'],
  ['a variation selector', '\ufe0f'],
  ['a byte order mark', '\ufeff'],
  ['an annotation', '\ufff9'],
  ['half a pair', '\ud800'],
  ['a musical control', '\u{1d173}'],
  ['a tag character', '\u{e0041}'],
  ['a variation selector of the supplement', '\u{e0100}'],
];

describe('what nobody can see', () => {
  it.each(INVISIBLE)('becomes a mark: %s, %j', (_, character) => {
    const code = `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;

    expect(firstInvisible(`v0.5${character}0`)).toBe(character);
    expect(oneLine(`v0.5${character}0`)).toBe(`v0.5${code}0`);
    expect(printable(`v0.5${character}0`)).toBe(`v0.5${code}0`);
  });

  it('does not look like what it stands beside', () => {
    expect(oneLine('v0.5.0\u200b')).not.toBe(oneLine('v0.5.0'));
    expect(oneLine('\ufeffv0.5.0')).toBe('‹U+FEFF›v0.5.0');
  });

  it('stays short, however much of it there is', () => {
    const hidden = Array.from('approve', (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)));

    expect(oneLine(`a${hidden.join('')}b`)).toBe('a‹U+E0061…›b');
    expect(printable(`a${'\u200b'.repeat(10_000)}b`)).toBe('a‹U+200B…›b');
  });
});

describe('text that people see stays as it is', () => {
  it.each([
    'website.0003_split_lead_name',
    'acme_kitchens',
    'feature/x@1',
    "O'Brien & Sons",
    'Crème brûlée, Žluťoučký kůň, Ελλάδα, Привет, 日本語, עברית',
    'می‌خواهم',
    'क्‍ष',
    'done ✅ ❤️ 👩‍🚒 👨‍👩‍👧 🏳️‍🌈 1️⃣',
    'a\u0301 combining accent',
    'price: 5 € (*not* final) <b> `x` ~y~ :z:',
  ])('%s', (text) => {
    expect(oneLine(text)).toBe(text);
    expect(printable(text)).toBe(text);
    expect(firstInvisible(text)).toBeNull();
  });
});

describe('one line', () => {
  it.each([
    [' a\n\tb\u2028c\u2029 d\u00a0e\u3000f\u000bg ', 'a b c d e f g'],
    [`${esc}[31mred${esc}[0m`, '‹U+001B›[31mred‹U+001B›[0m'],
    [`the table x${esc}[: not there now`, 'the table x‹U+001B›[: not there now'],
    [`x${esc}] is lost, y\u0007 is kept`, 'x‹U+001B›] is lost, y‹U+0007› is kept'],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
    [`${'x'.repeat(58)}🚑🚑`, `${'x'.repeat(58)}…`],
    [`${'x'.repeat(56)}👩‍🚒👩‍🚒`, `${'x'.repeat(56)}👩…`],
  ])('%j', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });
});

it('a command keeps its spaces, and a break in it is seen', () => {
  expect(unbroken("cat  'a\n\tb'  # c\u200b")).toBe("cat  'a‹U+000A…›b'  # c‹U+200B›");
});

describe('lines', () => {
  it('keeps the breaks and tabs of a log, and nothing else that moves', () => {
    expect(printable('one\r\ntwo\tthree\rfour\n')).toBe('one\ntwo\tthree‹U+000D›four\n');
    expect(printable(`a\u202eb${esc}[1;31mc\u061cd`)).toBe('a‹U+202E›bc‹U+061C›d');
  });
});

it.each(['\u200b', 'a\u200b', '👩‍', ' ', '\u001b[', 'x'])('a long text of %j takes no long time', (part) => {
  const long = part.repeat(400_000 / part.length);

  expect(cpuMs(() => [oneLine(long), printable(long), firstInvisible(long)])).toBeLessThan(5_000);
});
