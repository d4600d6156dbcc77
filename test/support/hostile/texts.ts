import { seeded } from '../story/random.ts';

/** Texts that others could write, one after the other. Each has a mark of its own, so that a test finds it again. */
export interface Texts {
  /** The next text. */
  readonly next: () => string;
  /** How many there were. */
  readonly made: () => number;
}

/** The mark of the text with this number. No part of it means anything anywhere. */
export const markOf = (number: number): string => `Xq${number}z`;

/** A mark in a finished text. */
export const MARK = /Xq\d+z/g;

/** What nobody types, what nobody sees, and what ends a sentence: texts with these are treated in other ways. */
const AFTER = ['', '¦', '\u2060', '!'];

/** A harmless text in a finished one. */
export const PLACE = new RegExp(`${MARK.source}(?:¦|‹U\\+2060›|!)?`);

/** Nothing but marks, in each of the ways in which they are treated: what is left without them is ours. */
export function harmlessTexts(): readonly Texts[] {
  return AFTER.map((after) => {
    let number = 0;
    return { next: () => `${markOf(number++)}${after}`, made: () => number };
  });
}

/** Each of them tries to be more than a text, in as many ways as it has room for. */
export function hostileTexts(seed: number): Texts {
  const random = seeded(seed);
  const among = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const pieces = (most: number) =>
    Array.from({ length: upTo(most) }, () => among(random() < 0.2 ? UNSEEN : PIECES)).join(among(['', ' ']));
  // The mark comes early, so that it outlasts whatever cuts the text.
  const part = (mark: string) => `${among(SHORT)}${mark}${pieces(4)}`;
  let number = 0;
  return {
    next: () => {
      const mark = markOf(number++);
      const rest = Array.from({ length: upTo(3) }, () => `${among(BREAKS)}${among(LINES)}${part(mark)}`);
      return `${part(mark)}${rest.join('')}${random() < 0.02 ? among(LONG) : ''}`;
    },
    made: () => number,
  };
}

const character = (code: number): string => String.fromCodePoint(code);
const ESC = character(27);

/** What some program takes for the end of a line. */
const BREAKS = ['\n', '\n\n', '\r\n', '\r', '\v', '\f', ...[0x85, 0x2028, 0x2029].map(character), '\t', ' '];

/** Nobody sees these. */
const UNSEEN = [
  0x00, 0x07, 0x08, 0x1a, 0x7f, 0x9b, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b,
  0x200c, 0x200d, 0x200e, 0x202a, 0x202e, 0x2060, 0x2063, 0x2066, 0x2069, 0x206a, 0x3164, 0xfe00, 0xfe0f,
  0xfeff, 0xffa0, 0xfff9, 0x1d173, 0xe0001, 0xe0041, 0xe007f, 0xe0100,
]
  .map(character)
  .concat(
    '\ud800',
    '\udc00',
    `${ESC}[31m`,
    `${ESC}[2J`,
    `${ESC}]8;;https://evil.example${ESC}\\`,
    `${ESC}]0;x\u0007`,
  );

/** Lines of ours, and lines that mean something to a program. */
const LINES = [
  '',
  '*What will be lost*  nothing ',
  '*If you press Approve*  nothing happens ',
  'What will be lost  nothing ',
  'Reason: ',
  ':white_check_mark: Approved by <@U02BOB>. ',
  '_no-reason_ ',
  'Who can do it: <@U02BOB> ',
  'Nothing was changed. ',
  'It said: ',
  'Warning  ',
  '> ',
  '&gt; ',
  '>>> ',
  '- ',
  '• ',
  '1. ',
  '# ',
  '## Site: ',
  '**Fix:** ',
  '---\n',
  '| a | b | ',
  '```\n',
  '    ',
  '- slug: two ',
  'host: { address: evil.example } ',
  'sites: ',
  'deploy ALL=(ALL) NOPASSWD: ALL ',
  '#includedir /tmp ',
  'rm -rf / ',
  'touch owned ',
];

const PIECES = [
  '*',
  '_',
  '~',
  '`',
  '**',
  '__',
  '```',
  '*bold*',
  '_it_',
  '~no~',
  '`code`',
  '*_both_*',
  ' *x',
  'x* ',
  '>',
  '&',
  '<',
  '|',
  '\\',
  '"',
  "'",
  ':',
  ': ',
  ' #',
  '#1',
  '!',
  '$',
  '%',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ',',
  ';',
  '?',
  '=',
  '@here',
  '@U02BOB',
  'a@b.example',
  '<!channel>',
  '<!here|x>',
  '<@U02BOB>',
  '<#C01OPS|ops>',
  '<!subteam^S01>',
  '<!date^1^{time}|x>',
  '<https://evil.example|click>',
  'https://evil.example/x',
  'www.evil.example',
  'mailto:a@b.example',
  '[click](https://evil.example)',
  '![i](https://evil.example/i.png)',
  '[x]: https://evil.example',
  '<b>x</b>',
  '<!--',
  '-->',
  '<script>',
  '<img src=x>',
  '&lt;!here&gt;',
  '&amp;lt;',
  '&#60;',
  '&nbsp;',
  ':warning:',
  ':x',
  'x:',
  ':x:',
  ':white_check_mark:',
  ':+1:',
  '::',
  '🚑',
  '👩‍🚒',
  '❤️',
  '$(id)',
  '`id`',
  '; id',
  '&& id',
  '| id',
  '|| id',
  '> owned',
  '< /etc/passwd',
  '$HOME',
  '$IFS',
  "'; id; '",
  '"; id; "',
  "'\\''",
  '!!',
  '~root',
  '*?[a]',
  '--option',
  'ALL=(ALL) ALL',
  '%sudo',
  '#0',
  ', /bin/sh',
  'key: value',
  '&anchor',
  '*anchor',
  '!!js/function',
  '{a: b}',
  '[1]',
  '? ',
  '- ',
  '...',
  '---',
  '%TAG',
  "'",
  'é',
  'e\u0301',
  'שלום',
  'क्‍ष',
];

const SHORT = [...PIECES, ...UNSEEN, ''].filter((piece) => piece.length <= 12);

const LONG = [
  'x'.repeat(5000),
  '<'.repeat(5000),
  '* '.repeat(2000),
  '🚑'.repeat(2000),
  'x\n'.repeat(2000),
  character(0x200b).repeat(5000),
];
