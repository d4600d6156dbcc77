import { withoutEmojiNames } from './emoji-names.ts';
import { oneLine } from './printable.ts';
import { redacted } from './redact.ts';

/**
 * What has an effect within a paragraph or a cell of Markdown (GitHub's flavour). An underscore inside a word has none, and
 * names are full of them.
 */
const MARKS =
  /[\\`*~[\]<>|$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w+(?:;|$))|^#|#(?=[\p{L}\p{N}])|(?<=(?<![A-Za-z0-9])www)\.|(?<=\b(?:mailto|xmpp)):/gu;

/** Addresses, of mail as well, and mentions are looked for in the finished text, so that escaping them changes nothing: a space breaks them. */
const SCHEME = /:(?=\/\/)/g;
const MENTION = /(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}])|@(?=(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}(?![\p{L}\p{N}]))/gu;

/** Text of others for a paragraph or a cell of Markdown: one line, no markup, no link, nobody mentioned, no secret. */
export function markdownText(text: string, limit: number): string {
  return withoutEmojiNames(oneLine(redacted(text), limit))
    .replaceAll(SCHEME, ': ')
    .replaceAll(MENTION, '@ ')
    .replaceAll(MARKS, String.raw`\$&`);
}

/** Between backticks nothing can be escaped, so the few characters that still have an effect there are replaced. */
export function markdownCode(text: string, limit: number): string {
  const line = oneLine(text, limit);
  return `\`${line.replaceAll('`', "'").replaceAll('|', '¦').replaceAll('<@', '< @')}\``;
}
