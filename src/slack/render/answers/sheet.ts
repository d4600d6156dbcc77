import type { Mark, Sheet } from '../../../report/sheet.ts';
import { cut, LIMITS } from '../blocks/text.ts';

const MARKS: Readonly<Record<Mark, string>> = {
  done: ':white_check_mark:',
  broken: ':x:',
  now: ':arrow_forward:',
  ahead: ':white_small_square:',
  passed: ':white_check_mark:',
  failed: ':x:',
  'not-checked': ':grey_question:',
};

/** A sheet as Slack text for one person. `more` says where to read the rest if not everything fits. */
export function sheetText({ title, rows, parts }: Sheet, more: string): string {
  return fitted(
    [
      ...(title === '' ? [] : [`*${title}*`]),
      ...rows.map(([name, value]) => `*${name}*  ${value}`),
      ...parts
        .filter(({ lines }) => lines.length > 0)
        .flatMap((part) => [
          `*${part.title}*`,
          ...part.lines.map(({ mark, text }) => `${mark ? MARKS[mark] : '•'} ${text}`),
        ]),
    ],
    more,
  );
}

/** In characters, so that no single line can push out all others. */
const LINE = 600;

/** As many whole lines as one section holds, then where to read the rest. */
function fitted(lines: readonly string[], more: string): string {
  const short = lines.map((line) => cut(line, LINE));
  const all = short.join('\n');
  if (all.length <= LIMITS.sectionText) return all;
  const rest = `… ${more}`;
  let length = 0;
  const fitting = short.filter((line) => {
    length += line.length + 1;
    return length + rest.length <= LIMITS.sectionText;
  });
  return [...fitting, rest].join('\n');
}
