import { lineEnding, linesOf, type MarkdownLine } from '../text/markdown.ts';
import {
  cellsOf,
  isRowOf,
  type MatrixColumn,
  type MatrixRow,
  type SitesTable,
  sitesTable,
  type TableRow,
} from './table.ts';

/** How one site's row changes. */
export interface RowChange {
  readonly slug: string;
  readonly environment: string;
  /** New values for an existing row; every other cell stays as it is. */
  readonly cells: Partial<Readonly<Record<MatrixColumn, string>>>;
  /** The whole row, if there is none yet. */
  readonly added: Partial<Readonly<Record<MatrixColumn, string>>>;
}

/** The changed file, or why a person has to repair it first. */
export type Edited =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'impossible'; readonly why: string };

const DAY = /^\d{4}-\d\d-\d\d$/;

/**
 * The matrix with one row changed, or added after the last one, and not a byte of anything else. A row with a later day
 * stays as it is: someone has deployed since.
 */
export function editMatrix(text: string, change: RowChange): Edited {
  const table = sitesTable(text);
  if (table === null)
    return { kind: 'impossible', why: 'the matrix has no table of sites under "## Active Sites"' };
  const rows = table.rows.filter((row) => isRowOf(row, change));
  const [row] = rows;
  if (rows.length > 1)
    return {
      kind: 'impossible',
      why: `the matrix has ${rows.length} rows for ${change.slug}, ${change.environment}`,
    };
  if (row === undefined) return { kind: 'text', text: withRow(text, table, change.added) };
  const isNewer = DAY.test(row.date) && row.date > (change.cells.date ?? row.date);
  if (isNewer) return { kind: 'text', text };
  return { kind: 'text', text: replaced(text, row.line, changedRow(table, row, change.cells)) };
}

function changedRow(table: SitesTable, { line }: TableRow, cells: RowChange['cells']): string {
  const widths = cellsOf(table.header.text).map(({ length }) => length);
  const wanted = wantedCells(table, cells);
  const most = Math.max(0, ...wanted.map(([index]) => index + 1));
  return wanted.reduce(
    (row, [index, value]) => withCell(row, index, value, widths[index] ?? 0),
    complete(line.text, most),
  );
}

/** Adds the cells that a short row lacks. */
function complete(row: string, count: number): string {
  const missing = count - cellsOf(row).length;
  if (missing <= 0) return row;
  const whole = row.replace(/[ \t]+$/, '');
  return `${/(?<!\\)\|$/.test(whole) && whole.trim() !== '|' ? whole : `${whole} |`}${'  |'.repeat(missing)}`;
}

function withCell(row: string, index: number, value: string, width: number): string {
  const pipes = [...row.matchAll(/(?<!\\)\|/g)].map((found) => found.index);
  const from = (pipes[index] ?? -1) + 1;
  const to = pipes[index + 1] ?? row.length;
  const old = row.slice(from, to);
  const [, lead = '', body = '', trail = ''] = /^([ \t]*)(.*?)([ \t]*)$/.exec(old) ?? [];
  const text = escapedCell(/^`.*`$/.test(body) ? `\`${value}\`` : value);
  // An empty cell is all spaces, and the pattern takes them all as its lead.
  const begin = body === '' ? ' ' : lead;
  const isPadded = body === '' || old.length === width || trail.length > 1;
  const end = trail === '' && body !== '' ? '' : ' ';
  const cell = isPadded ? `${begin}${text}${end}`.padEnd(old.length) : `${begin}${text}${trail}`;
  return row.slice(0, from) + cell + row.slice(to);
}

function withRow(text: string, table: SitesTable, cells: RowChange['added']): string {
  const values = new Map(wantedCells(table, cells));
  const row = cellsOf(table.header.text)
    .map((title, index) => ` ${escapedCell(values.get(index) ?? '')} `.padEnd(title.length))
    .join('|');
  const { at, text: last, ending } = table.last;
  const behind = at + last.length + ending.length;
  const eol = lineEnding(linesOf(text));
  const line = ending === '' ? `${eol}|${row}|` : `|${row}|${eol}`;
  return text.slice(0, behind) + line + text.slice(behind);
}

function wantedCells(table: SitesTable, cells: RowChange['cells']): readonly (readonly [number, string])[] {
  return (Object.keys(cells) as MatrixColumn[])
    .map((column) => [table.indexOf(column), cells[column] ?? ''] as const)
    .filter(([index]) => index >= 0);
}

function escapedCell(value: string): string {
  return value
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/(?<!\\)\|/g, '\\|');
}

function replaced(text: string, { at, text: old }: MarkdownLine, row: string): string {
  return text.slice(0, at) + row + text.slice(at + old.length);
}

const CARRIED = ['version', 'date', 'outcome', 'notes'] as const satisfies readonly (keyof MatrixRow)[];

/**
 * `onto` with the changes that `branch` made since `origin`, row by row. If both changed a row, the later day wins; on the
 * same day the branch does, because its reviewers see that.
 */
export function carryRows(origin: string, branch: string, onto: string): Edited {
  const before = sitesTable(origin)?.rows ?? [];
  const present = sitesTable(onto)?.rows ?? [];
  const isGone = (row: TableRow) =>
    before.some((one) => isRowOf(one, row)) && !present.some((one) => isRowOf(one, row));
  const changes = (sitesTable(branch)?.rows ?? [])
    .filter((row) => !isGone(row))
    .flatMap((row) => rowSince(before, row));
  return changes.reduce<Edited>(
    (edited, change) => (edited.kind === 'text' ? editMatrix(edited.text, change) : edited),
    { kind: 'text', text: onto },
  );
}

function rowSince(before: readonly TableRow[], row: TableRow): readonly RowChange[] {
  const old = before.find((one) => isRowOf(one, row));
  if (old?.line.text === row.line.text) return [];
  const { line: _, ...added } = row;
  const changed = CARRIED.filter((column) => old?.[column] !== row[column]);
  const cells = Object.fromEntries(
    [...new Set([...changed, 'date' as const])].map((column) => [column, row[column]]),
  );
  return [{ slug: row.slug, environment: row.environment, cells, added }];
}

/** A row in the order of the platform's columns, for people who add it by hand. */
export function rowText({ added }: RowChange): string {
  const order: readonly MatrixColumn[] = [
    'name',
    'environment',
    'slug',
    'version',
    'date',
    'outcome',
    'notes',
  ];
  return `| ${order.map((column) => escapedCell(added[column] ?? '')).join(' | ')} |`;
}
