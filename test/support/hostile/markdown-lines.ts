/** Every line of a Markdown file, with what has an effect there written out: a small reader of GitHub's flavour. */
export function markdownLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readLine);
}

const mark = (what: string): string => `⟦${what}⟧`;

/** What begins a block. */
const BLOCK =
  /^ {0,3}(?:#{1,6}(?= )|[-+*](?= )|\d{1,9}[.)](?= )|>|(?:[-_*] *){3,}$|```|~~~|={1,}$|\[[^\]]*\]:)|^(?: {4}|\t)/;

/** What has an effect within a line, the first that fits; after a backslash, nothing has. */
const INLINE: readonly (readonly [what: string, found: RegExp])[] = [
  ['', /\\[!-/:-@[-`{-~]/y],
  ['code', /(?<ticks>`+)(?!`)(?<inside>.*?[^`])\k<ticks>(?!`)/y],
  ['entity', /&#?\w+;/y],
  ['emphasis', /\*+|~+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/uy],
  ['address', /:\/\/|(?<![A-Za-z0-9])www\.|\bmailto:/y],
  ['mention', /(?<![\p{L}\p{N}])[@#](?=[\p{L}\p{N}])/uy],
  ['mail', /@(?=(?:[\w-]+\.)+[A-Za-z]{2,}(?![\p{L}\p{N}]))/uy],
  ['emoji', /:[a-z0-9_+-]*[a-z][a-z0-9_+-]*:/y],
  ['link', /[[\]]/y],
  ['tag', /[<>]/y],
  ['cell', /\|/y],
  ['formula', /\$/y],
];

function readLine(line: string): string {
  const [block = ''] = BLOCK.exec(line) ?? [];
  let at = block.length;
  let read = block === '' ? '' : mark(`block ${block.trim()}`);
  while (at < line.length) {
    const [what, found] = firstAt(line, at);
    const text = found?.[0] ?? line.charAt(at);
    read += found === null ? text : written(what, text, found.groups?.['inside']);
    at += text.length;
  }
  return read;
}

function written(what: string, text: string, inside: string | undefined): string {
  if (what === '') return text.slice(1);
  return mark(inside === undefined ? `${what} ${text}` : `${what} ${inside}`);
}

function firstAt(line: string, at: number): readonly [string, RegExpExecArray | null] {
  for (const [what, pattern] of INLINE) {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    if (found !== null) return [what, found];
  }
  return ['', null];
}
