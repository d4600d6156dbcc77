import { endsSection, isHeading, lineEnding, linesOf, type MarkdownLine } from '../text/markdown.ts';

/** One entry of the incident log, in the platform's five fields. Each is one line of Markdown. */
export interface Incident {
  readonly slug: string;
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  readonly version: string;
  readonly symptom: string;
  readonly fix: string;
  readonly followUp: string;
}

/** Two spaces at the end of a line are Markdown's line break. */
export function incidentEntry({ slug, date, version, symptom, fix, followUp }: Incident): string {
  return `## Site: ${slug}

**Date:** ${date}  
**Version:** ${version}  
**Symptom:** ${symptom}  
**Fix:** ${fix}  
**Follow-up:** ${followUp}

---
`;
}

export const FOLLOW_UPS = /^Follow-?\s?Up Tracking$/i;

/** The log with an entry after all others: before `## Follow-Up Tracking`, or at the end if there is no such heading. */
export function insertIncident(text: string, entry: string): string {
  const lines = linesOf(text);
  const next = lines.findLast((line) => isHeading(line, FOLLOW_UPS));
  const at = next?.at ?? text.length;
  const before = lines.filter((line) => line.at < at);
  const eol = lineEnding(lines);
  const insert = `${gapAfter(before)}${entry}${next === undefined ? '' : '\n'}`;
  return text.slice(0, at) + insert.replaceAll('\n', eol) + text.slice(at);
}

/** What separates the entry from the text before it. A rule right under a line of text would make that line a heading. */
function gapAfter(before: readonly MarkdownLine[]): string {
  const last = before.findLast(({ text }) => text.trim() !== '');
  if (last === undefined) return '';
  const final = before.at(-1);
  const lineEnd = final?.ending === '' ? '\n' : '';
  const blank = final?.text.trim() === '' ? lineEnd : `${lineEnd}\n`;
  return isRule(last) || /^ {0,3}#/.test(last.text) ? blank : `${blank}---\n\n`;
}

function isRule({ text }: MarkdownLine): boolean {
  return /^ {0,3}(?:-[ \t]*){3,}$/.test(text);
}

/** `onto` with the entries that only `branch` has, unchanged. */
export function carryIncidents(origin: string, branch: string, onto: string): string {
  const known = new Set([...entriesOf(origin), ...entriesOf(onto)]);
  return entriesOf(branch)
    .filter((entry) => !known.has(entry))
    .reduce(insertIncident, onto);
}

function entriesOf(text: string): readonly string[] {
  const lines = linesOf(text);
  return lines.flatMap((line, index) => {
    if (!isHeading(line, /^Site:/)) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex(endsSection);
    const own = [line, ...(end < 0 ? rest : rest.slice(0, end))];
    const last = own.findLastIndex((one) => one.text.trim() !== '' && !isRule(one));
    return [
      `${own
        .slice(0, last + 1)
        .map((one) => one.text)
        .join('\n')}\n\n---\n`,
    ];
  });
}
