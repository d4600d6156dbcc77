import type { StackFile } from '../host/survey.ts';
import { type Site, siteKey } from '../site/site.ts';
import { oneLine } from '../text/printable.ts';
import { type CommitInfo, commitLabel } from '../version/commit.ts';
import { isRowOf, type MatrixRow, sitesTable } from './table.ts';

/** The matrix, or why the bot does not have it. */
export type MatrixReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreachable'; readonly why: string };

/** What the matrix says about a site, and where that differs from what the host runs. */
export function judgeMatrix(
  reading: MatrixReading,
  site: Pick<Site, 'slug' | 'environment'>,
  live: CommitInfo,
): { readonly row: MatrixRow | null; readonly warnings: readonly string[] } {
  if (reading.kind === 'none') return { row: null, warnings: [] };
  if (reading.kind === 'unreachable')
    return { row: null, warnings: [`The bot could not read the matrix of sites: ${reading.why}.`] };
  const table = sitesTable(reading.text);
  if (table === null)
    return { row: null, warnings: ['The matrix of sites has no table under "## Active Sites".'] };
  const rows = table.rows.filter((row) => isRowOf(row, site));
  const [found] = rows;
  if (found === undefined || rows.length > 1)
    return {
      row: null,
      warnings: [`The matrix of sites has ${rows.length || 'no'} rows for ${siteKey(site)}.`],
    };
  const { slug, environment, version, date, outcome, notes } = found;
  const row: MatrixRow = {
    slug,
    environment,
    version: asRead(version),
    date: asRead(date),
    outcome: asRead(outcome),
    notes: asRead(notes),
  };
  const said = row.date === '' ? 'is live' : `has been live since ${row.date}`;
  return {
    row,
    warnings: isVersionOf(row.version, live)
      ? []
      : [`The matrix says that ${oneLine(row.version)} ${said}, but the host runs ${commitLabel(live)}.`],
  };
}

/** In characters. */
const LONGEST_CELL = 500;

/** A cell as people read it: a backslash in front of a mark only says that the mark is text. */
function asRead(cell: string): string {
  return oneLine(cell.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1'), LONGEST_CELL);
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

/** Where `.sum/stack.yml` contradicts requirements.txt or the configuration: one is wrong, or it is the wrong host. */
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
      : [`.sum/stack.yml in the live code says ${what} is ${said}, but ${where} ${other}.`],
  );
}
