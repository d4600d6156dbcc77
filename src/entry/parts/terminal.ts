import type { Refusal } from '../../domain/refusal.ts';
import { oneLine, unbroken } from '../../domain/text/printable.ts';

/** In characters. */
const LONGEST_LINE = 4000;

/** Text of others stays in its line, and draws nothing. */
export function inLine(text: string): string {
  return oneLine(text, LONGEST_LINE);
}

/** A text of ours in several lines, which holds text of others. */
export function inLines(text: string): string {
  return text.split('\n').map(unbroken).join('\n');
}

/** A refusal, its sentence in one line. */
export function refusalLines({ sentence, next }: Pick<Refusal, 'sentence' | 'next'>): string {
  return `${inLine(sentence)}\n${inLines(next)}`;
}

/** For a person who is waiting; scripts see only what comes of it. */
export function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`checking ${inLine(what)} …\n`);
}

/** JSON for other programs, in which a terminal finds nothing to act on. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\u007f-\u009f\p{Default_Ignorable_Code_Point}]/gu,
    (found) => Array.from({ length: found.length }, (_, at) => unit(found.charCodeAt(at))).join(''),
  );
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
