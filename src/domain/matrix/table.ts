import { endsSection, isHeading, linesOf, type MarkdownLine } from '../text/markdown.ts';

/** What people have written down about one site. */
export interface MatrixRow {
  readonly slug: string;
  readonly environment: string;
  /** As written, e.g. `v0.6.0`. */
  readonly version: string;
  /** As written, e.g. `2025-12-29`. */
  readonly date: string;
  readonly outcome: string;
  readonly notes: string;
}

export type MatrixColumn = keyof MatrixRow | 'name';

const COLUMNS: Readonly<Record<MatrixColumn, string>> = {
  name: 'site name',
  slug: 'slug',
  environment: 'environment',
  version: 'current version',
  date: 'last deploy date',
  outcome: 'last upgrade outcome',
  notes: 'notes',
};

const NEEDED: readonly MatrixColumn[] = ['slug', 'environment', 'version'];

/** The table under `## Active Sites`. */
export interface SitesTable {
  readonly header: MarkdownLine;
  /** Every line under the separator, the blank ones too. */
  readonly body: readonly MarkdownLine[];
  /** The last line that is not blank: a new row goes after it. */
  readonly last: MarkdownLine;
  readonly rows: readonly TableRow[];
  /** Which cell of a row belongs to a column; -1: the table has no such column. */
  indexOf(column: MatrixColumn): number;
}

export interface TableRow extends MatrixRow {
  readonly name: string;
  readonly line: MarkdownLine;
}

/**
 * The table under `## Active Sites` and no other: the examples further down have the same header. Rows may be padded or not;
 * `(example)` and blank rows do not count. null: there is no such table.
 */
export function sitesTable(text: string): SitesTable | null {
  const lines = linesOf(text);
  const begin = lines.findIndex((line) => isHeading(line, /^Active Sites$/i));
  if (begin < 0) return null;
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex(endsSection);
  return firstTable(end < 0 ? rest : rest.slice(0, end));
}

function firstTable(section: readonly MarkdownLine[]): SitesTable | null {
  for (let at = 0; at < section.length - 1; at += 1) {
    const header = section[at];
    const separator = section[at + 1];
    if (header === undefined || separator === undefined || !isRow(header) || !isSeparator(separator))
      continue;
    const names = cellsOf(header.text).map((cell) => plain(cell).toLowerCase());
    if (NEEDED.some((column) => !names.includes(COLUMNS[column]))) continue;
    const after = section.slice(at + 2);
    const stop = after.findIndex((line) => !isRow(line));
    const body = stop < 0 ? after : after.slice(0, stop);
    const indexOf = (column: MatrixColumn) => names.indexOf(COLUMNS[column]);
    return {
      header,
      body,
      last: body.findLast((line) => !isBlank(line)) ?? separator,
      rows: body.filter((line) => !isBlank(line)).flatMap((line) => rowOf(line, indexOf)),
      indexOf,
    };
  }
  return null;
}

function rowOf(line: MarkdownLine, indexOf: SitesTable['indexOf']): readonly TableRow[] {
  const cells = cellsOf(line.text);
  const value = (column: MatrixColumn) => plain(cells[indexOf(column)] ?? '');
  const row: TableRow = {
    line,
    name: value('name'),
    slug: value('slug'),
    environment: value('environment'),
    version: value('version'),
    date: value('date'),
    outcome: value('outcome'),
    notes: value('notes'),
  };
  return row.slug === '' || plain(cells[0] ?? '') === '(example)' ? [] : [row];
}

function isRow({ text, literal }: MarkdownLine): boolean {
  return !literal && /^[ \t]*\|/.test(text);
}

function isSeparator({ text }: MarkdownLine): boolean {
  return /^[ \t]*\|[ \t:|-]*-[ \t:|-]*$/.test(text);
}

function isBlank({ text }: MarkdownLine): boolean {
  return /^[\s:|-]*$/.test(text);
}

/** The text between the pipes of a row, with its spaces. A pipe after a backslash is text. */
export function cellsOf(row: string): readonly string[] {
  return row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/);
}

function plain(cell: string): string {
  return cell
    .trim()
    .replaceAll('\\|', '|')
    .replace(/^`(.*)`$/, '$1');
}

/** Slug and environment together are the key; a site may have a row for each environment. */
export function isRowOf(
  row: Pick<MatrixRow, 'slug' | 'environment'>,
  site: Pick<MatrixRow, 'slug' | 'environment'>,
): boolean {
  return row.slug === site.slug && row.environment.toLowerCase() === site.environment.toLowerCase();
}
