const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
const MARKUP = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g;
/** Marks of bold, italic, struck and code text, around one or more words. */
const MARKED = /(?<!\S)(([`*_~])\2*)(?=\S)(.*?\S)\1(?!\S)/g;
const REASON = /(?<!\S)[-‐‑‒–—―−]+reason(?![\p{L}-]).*/isu;

/**
 * The text as it was typed: Slack sends people, channels and links as `<…>`, and escapes `&`, `<` and `>`. A mention becomes
 * plain words, so that nobody is notified when the text is shown again.
 */
export function typedText(text: string): string {
  return text
    .replace(MARKUP, (_, sign: string, target: string, label: string | undefined) => {
      const shown = label ?? target;
      if (sign === '') return shown;
      const mark = sign === '#' ? '#' : '@';
      return shown.startsWith(mark) ? shown : `${mark}${shown}`;
    })
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

/**
 * The words that the person meant: on one line, without the marks that pasted words bring along (`*acme-kitchens*`), and
 * without a second `/rollback` before them. A reason keeps its marks.
 */
export function plainWords(typed: string): string {
  const line = typed.replace(/[\t\r\n]+/g, ' ');
  const reason = REASON.exec(line)?.[0] ?? '';
  const words = withoutMarks(line.slice(0, line.length - reason.length));
  return `${words.replace(/^\s*\/rollback(?!\S)/i, '')}${reason}`;
}

/** Marks may be nested: `*_acme_*`. */
function withoutMarks(text: string): string {
  const less = text.replace(MARKED, '$3');
  return less === text ? text : withoutMarks(less);
}
