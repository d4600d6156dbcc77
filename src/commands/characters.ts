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
};

/**
 * Controls, text directions and characters without width: people would approve something else than they read. Joiners are
 * allowed, because emoji and some languages need them.
 */
const REFUSED =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

/** The first character that a command may not hold, by name: `U+202E, a right-to-left override`; null if there is none. */
export function refusedCharacter(text: string): string | null {
  const [found] = REFUSED.exec(text) ?? [];
  if (found === undefined) return null;
  const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return `${code}, ${NAMES[found] ?? (/\p{Cc}/u.test(found) ? 'a control character' : 'an invisible character')}`;
}
