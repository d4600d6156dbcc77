import { codePoint, firstInvisible } from '../domain/text/printable.ts';

const NAMES: Readonly<Record<string, string>> = {
  '\u0000': 'a null character',
  '\u001b': 'an escape character',
  '\u00ad': 'a soft hyphen',
  '\u061c': 'an Arabic letter mark',
  '\u200b': 'a zero-width space',
  '\u200e': 'a left-to-right mark',
  '\u200f': 'a right-to-left mark',
  '\u2028': 'a line separator',
  '\u2029': 'a paragraph separator',
  '\u202a': 'a left-to-right embedding',
  '\u202b': 'a right-to-left embedding',
  '\u202c': 'the end of a text direction',
  '\u202d': 'a left-to-right override',
  '\u202e': 'a right-to-left override',
  '\u2060': 'a word joiner',
  '\u2066': 'a left-to-right isolate',
  '\u2067': 'a right-to-left isolate',
  '\u2068': 'a first-strong isolate',
  '\u2069': 'the end of an isolate',
  '\ufeff': 'a byte order mark',
  '\ufe0f': 'a variation selector',
  '\u3164': 'a Hangul filler',
};

/** The first character that a command may not hold, by name: `U+202E, a right-to-left override`; null if there is none. */
export function refusedCharacter(text: string): string | null {
  const found = firstInvisible(text);
  if (found === null) return null;
  return `${codePoint(found)}, ${NAMES[found] ?? (/\p{Cc}/u.test(found) ? 'a control character' : 'an invisible character')}`;
}
