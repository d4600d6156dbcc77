import { withoutTerminalCodes } from './terminal-codes.ts';

/** What nobody can see: controls, text directions, characters without width or ink, halves of pairs. */
const INVISIBLE = String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]`;

/** Some of them belong to what people see: joiners and selectors of an emoji or a key, joiners of scripts that need them. */
const PICTURE = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?`;
const SEEN = String.raw`${PICTURE}(?:\u200d${PICTURE})*|[0-9#*]\ufe0f\u20e3|[\u0600-\u07ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff][\u200c\u200d]`;

const EACH = new RegExp(`(?:${SEEN})|(${INVISIBLE})`, 'gu');
const RUNS = new RegExp(`(?:${SEEN})|((?:(?![\\n\\t])${INVISIBLE})+)`, 'gu');
const BREAKS_TOO = new RegExp(`(?:${SEEN})|(${INVISIBLE}+)`, 'gu');

/** The first character of a text that nobody can see; null: there is none. */
export function firstInvisible(text: string): string | null {
  for (const [, found] of text.matchAll(EACH)) if (found !== undefined) return found;
  return null;
}

/** `U+202E` */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `‹U+202E›`; the first one of a longer run, so that thousands of them stay short. */
function marked(run: string): string {
  const [first = '', second] = run;
  return `‹${codePoint(first)}${second === undefined ? '' : '…'}›`;
}

function withMarks(text: string, runs: RegExp = RUNS): string {
  return text.replaceAll(runs, (seen: string, run: string | undefined) =>
    run === undefined ? seen : marked(run),
  );
}

/** Text of others in lines, as far as people can see it. What they can't see becomes a mark, so that no two texts look alike. */
export function printable(text: string): string {
  return withMarks(withoutTerminalCodes(text).replaceAll('\r\n', '\n'));
}

/**
 * A line in which every space counts, such as a command: a break in it becomes a mark. So does a terminal code: a piece of one in
 * a text of others must not take our words after it along.
 */
export function unbroken(text: string): string {
  return withMarks(text, BREAKS_TOO);
}

/** Longest name of a site or a version in a title, so that people still see what comes after it. */
const LONGEST_NAME = 60;

/**
 * Text of others in one short line, or a sentence of ours that holds some. Whoever shows it still has to take the meaning of
 * marks out, by the rules of the place.
 */
export function oneLine(text: string, limit: number = LONGEST_NAME): string {
  const spaced = text.replaceAll(/[^\S\ufeff]+/g, ' ');
  return shortened(withMarks(spaced).trim(), limit);
}

/** Cut off with `…`, never through a character, and with no joiner left that joins nothing. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit
    ? text
    : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff\u200c\u200d]+$/, '')}…`;
}
