import type { CommitInfo } from './evidence.ts';
import { type Site, siteKey } from './site.ts';
import { commitLabel } from './version.ts';

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

/** The matrix as it could be had. */
export type MatrixReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreachable'; readonly why: string };

const COLUMNS = {
  slug: 'slug',
  environment: 'environment',
  version: 'current version',
  date: 'last deploy date',
  outcome: 'last upgrade outcome',
  notes: 'notes',
} as const satisfies Record<keyof MatrixRow, string>;

const NEEDED: readonly (keyof MatrixRow)[] = ['slug', 'environment', 'version'];

/**
 * The rows of the table under `## Active Sites` and of no other: the examples further down have the same header. Rows may be
 * padded or not; `(example)` and empty rows are none. Null: there is no such table.
 */
export function parseMatrix(text: string): readonly MatrixRow[] | null {
  const [header, ...rows] = activeSites(text).filter((line) => line.startsWith('|'));
  if (header === undefined) return null;
  const names = cells(header).map((name) => name.toLowerCase());
  if (NEEDED.some((key) => !names.includes(COLUMNS[key]))) return null;
  return rows
    .filter((row) => !/^\|[\s:|-]*$/.test(row))
    .map((row) => {
      const values = cells(row);
      const value = (key: keyof MatrixRow) => values[names.indexOf(COLUMNS[key])] ?? '';
      return {
        name: values[0] ?? '',
        row: {
          slug: value('slug'),
          environment: value('environment'),
          version: value('version'),
          date: value('date'),
          outcome: value('outcome'),
          notes: value('notes'),
        },
      };
    })
    .filter(({ name, row }) => row.slug !== '' && name !== '(example)')
    .map(({ row }) => row);
}

function activeSites(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const begin = lines.findIndex((line) => /^## +Active Sites$/i.test(line));
  if (begin < 0) return [];
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => /^#{1,2} /.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

function cells(row: string): readonly string[] {
  return row
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) =>
      cell
        .trim()
        .replaceAll('\\|', '|')
        .replace(/^`(.*)`$/, '$1'),
    );
}

/** What the matrix says about a site, and what is wrong with that beside what the host runs. */
export function judgeMatrix(
  reading: MatrixReading,
  site: Pick<Site, 'slug' | 'environment'>,
  live: CommitInfo,
): { readonly row: MatrixRow | null; readonly warnings: readonly string[] } {
  if (reading.kind === 'none') return { row: null, warnings: [] };
  if (reading.kind === 'unreachable')
    return { row: null, warnings: [`The matrix of sites could not be read: ${reading.why}.`] };
  const all = parseMatrix(reading.text);
  if (all === null)
    return { row: null, warnings: ['The matrix of sites has no table under "## Active Sites".'] };
  const rows = all.filter(({ slug, environment }) => slug === site.slug && environment === site.environment);
  const [row] = rows;
  if (row === undefined || rows.length > 1)
    return {
      row: null,
      warnings: [`The matrix of sites has ${rows.length || 'no'} rows for ${siteKey(site)}.`],
    };
  const since = row.date === '' ? '' : ` since ${row.date}`;
  return {
    row,
    warnings: isVersionOf(row.version, live)
      ? []
      : [`The matrix says that ${row.version} is live${since}, the host runs ${commitLabel(live)}.`],
  };
}

/** Whether people have written down that the site was rolled back from this version. */
export function wasLeft(row: Pick<MatrixRow, 'outcome'> | null, commit: CommitInfo): boolean {
  const [, version] = /^rolled back from `?([\w.+-]+)/i.exec(row?.outcome ?? '') ?? [];
  return version !== undefined && isVersionOf(version, commit);
}

function isVersionOf(version: string, { pin, tags, commit }: CommitInfo): boolean {
  const wanted = bare(version);
  return (
    [...(pin === null ? [] : [pin]), ...tags].some((name) => bare(name) === wanted) || commit === version
  );
}

function bare(version: string): string {
  return version.replace(/^v/, '');
}

/** What `.sum/stack.yml` of the live commit says; null: it does not say. */
export interface StackFile {
  readonly slug: string | null;
  readonly environment: string | null;
  readonly domain: string | null;
  /** Tag or branch of sum-core. */
  readonly core: string | null;
}

/** Where `.sum/stack.yml` contradicts requirements.txt or the configuration: one of them is wrong, or the host is. */
export function stackWarnings(
  stack: StackFile | null,
  site: Pick<Site, 'slug' | 'environment' | 'domain'>,
  live: Pick<CommitInfo, 'pin'>,
): readonly string[] {
  if (stack === null) return [];
  const pairs: readonly (readonly [
    what: string,
    said: string | null,
    other: string | null,
    where: string,
  ])[] = [
    ['the slug', stack.slug, site.slug, 'the configuration says'],
    ['the environment', stack.environment, site.environment, 'the configuration says'],
    ['the domain', stack.domain, site.domain, 'the configuration says'],
    ['sum-core', stack.core, live.pin, 'requirements.txt pins'],
  ];
  return pairs.flatMap(([what, said, other, where]) =>
    said === null || other === null || bare(said) === bare(other)
      ? []
      : [`.sum/stack.yml of the live code gives ${what} as ${said}, and ${where} ${other}.`],
  );
}
