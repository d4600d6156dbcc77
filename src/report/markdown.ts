import { printable } from '../domain/text/printable.ts';
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

export function plain(text: string): string {
  return (
    printable(text)
      .replaceAll(/\s+/g, ' ')
      .trim()
      // An underscore inside a word has no effect, and names are full of them.
      .replaceAll(/[\\`*~[\]<>|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)/g, String.raw`\$&`)
  );
}

/** Between backticks nothing can be escaped, so the few characters that still have an effect there are replaced. */
export function code(text: string): string {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim();
  return `\`${line.replaceAll('`', "'").replaceAll('|', '¦').replaceAll('<@', '< @')}\``;
}

/** `2026-03-01 02:20:01 UTC`; text that is not a time stays as it is. */
export function seconds(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time)
    ? plain(iso)
    : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Cells are Markdown already. Empty without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return rows.length === 0 ? '' : [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Empty without a body. */
export function chapter(title: string, ...paragraphs: readonly string[]): string {
  const body = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
  return body === '' ? '' : `## ${title}\n\n${body}`;
}
