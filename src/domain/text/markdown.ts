/** One line of a file. */
export interface MarkdownLine {
  /** Offset of its first character. */
  readonly at: number;
  /** Without its ending. */
  readonly text: string;
  /** `\n`, `\r\n`, or nothing at the end of the file. */
  readonly ending: string;
  /** Inside a code block or a comment, where nothing is a heading or a table. */
  readonly literal: boolean;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

export function linesOf(text: string): readonly MarkdownLine[] {
  const lines: MarkdownLine[] = [];
  let fence: string | null = null;
  let comment = false;
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const stop = feed < 0 ? text.length : feed + 1;
    const whole = text.slice(at, stop);
    const ending = /\r?\n$/.exec(whole)?.[0] ?? '';
    const line = whole.slice(0, whole.length - ending.length);
    const [, mark = '', rest = ''] = FENCE.exec(line) ?? [];
    const begins = fence === null && !comment && mark !== '' && !(mark.startsWith('`') && rest.includes('`'));
    if (fence === null && !begins && /^ {0,3}<!--/.test(line)) comment = true;
    lines.push({ at, text: line, ending, literal: fence !== null || begins || comment });
    if (begins) fence = mark;
    else if (fence !== null && mark.startsWith(fence) && rest.trim() === '') fence = null;
    if (comment && line.includes('-->')) comment = false;
    at = stop;
  }
  return lines;
}

/** Whether the line is this heading of the second level, in any of Markdown's spellings. */
export function isHeading({ text, literal }: MarkdownLine, title: RegExp): boolean {
  const found = /^ {0,3}##[ \t]+(.*?)(?:[ \t]+#*)?[ \t]*$/.exec(text)?.[1];
  return !literal && found !== undefined && title.test(found);
}

/** Whether the line ends a section of the second level: a heading of the first or second. */
export function endsSection({ text, literal }: MarkdownLine): boolean {
  return !literal && /^ {0,3}#{1,2}(?:[ \t]|$)/.test(text);
}

/** How the file ends its lines, judged by the first. */
export function lineEnding(lines: readonly MarkdownLine[]): string {
  return lines[0]?.ending || '\n';
}
