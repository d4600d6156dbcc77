import { markdownCode, markdownText } from '../domain/text/markdown-text.ts';
import type { Voice } from './voice.ts';

/** Pieces of a Markdown file (GitHub's flavour). Text of others is always one line, and its markup has no effect. */
export function markdownVoice(person: (id: string) => string): Voice {
  return {
    person: (id) => plain(person(id)),
    moment: seconds,
    text: plain,
    strong: (words) => `**${words}**`,
  };
}

/** For one piece of text, in characters. */
const LONGEST = 2000;

const LONGEST_CODE = 300;

export function plain(text: string): string {
  return markdownText(text, LONGEST);
}

export function code(text: string): string {
  return markdownCode(text, LONGEST_CODE);
}

/** `2026-03-01 02:20:01 UTC`; text that is not a time stays as it is. */
export function seconds(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time)
    ? plain(iso)
    : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** What would begin a list, a heading of its own or a rule within an item. */
const LEADING = /^[-+=]|(?<=^\d{1,9})[.)](?=\s)/;

/** Cells are Markdown already. Empty without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return rows.length === 0 ? '' : [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line.replace(LEADING, String.raw`\$&`)}`).join('\n');
}

/** Empty without a body. */
export function chapter(title: string, ...paragraphs: readonly string[]): string {
  const body = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
  return body === '' ? '' : `## ${title}\n\n${body}`;
}
