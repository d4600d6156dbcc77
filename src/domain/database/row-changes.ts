import type { Migration } from './migrations.ts';

/** The rows of a table now and in the backup. */
export interface TableChange {
  readonly table: string;
  /** What people call it if its name begins with an app's, e.g. `leads` for `website_lead`. */
  readonly words: string;
  /** null: there is no such table now. */
  readonly now: number | null;
  /** `now` was counted, and is not the planner's estimate. */
  readonly exact: boolean;
  /** null: the backup has no such table. */
  readonly inBackup: number | null;
}

/** Tables of Django and Wagtail that people neither fill nor miss. */
const BOOKKEEPING = [
  /^django_(?:admin_log|content_type|migrations|session)$/,
  /^django_celery_/,
  /^auth_(?:group_permissions|permission)$/,
  /^wagtailsearch_/,
  /^wagtailcore_(?:modellogentry|pagelogentry|referenceindex)$/,
  /_rendition$/,
  /heartbeat$/,
];

/** The tables of both sides, the one with the largest change first; the last entry may stand for all others. */
export function tableChanges(
  now: Readonly<Record<string, RowCount>>,
  backup: Readonly<Record<string, number>>,
  migrations: readonly Migration[],
): readonly TableChange[] {
  const apps = [...new Set(migrations.map(({ app }) => app))];
  const tables = [...new Set([...Object.keys(now), ...Object.keys(backup)])].sort();
  const named = tables.map((table) => ({ table, words: inText(table, apps) }));
  const all = named
    .map(({ table, words }) => ({
      table,
      // People would mix up two tables of the same name.
      words: named.filter((other) => other.words === words).length > 1 ? table : words,
      now: now[table]?.rows ?? null,
      exact: now[table]?.exact ?? true,
      inBackup: backup[table] ?? null,
    }))
    .sort((a, b) => Math.abs(difference(b)) - Math.abs(difference(a)));
  return all.length > MOST_TABLES
    ? [...all.slice(0, MOST_TABLES - 1), together(all.slice(MOST_TABLES - 1))]
    : all;
}

/** Of tables beyond this, people only need to know what they hold together. */
const MOST_TABLES = 200;

function together(rest: readonly TableChange[]): TableChange {
  const words = `${rest.length} more tables`;
  const sum = (count: (change: TableChange) => number | null) =>
    rest.reduce((total, change) => total + (count(change) ?? 0), 0);
  return {
    table: words,
    words,
    now: sum(({ now }) => now),
    exact: rest.every(({ exact }) => exact),
    inBackup: sum(({ inBackup }) => inBackup),
  };
}

/** Rows that the restore removes; below zero: rows that it brings back. */
export function difference({ now, inBackup }: TableChange): number {
  return (now ?? 0) - (inBackup ?? 0);
}

/** The changes that people need to see before they decide: in tables that they know. */
export function changesThatMatter(changes: readonly TableChange[]): readonly TableChange[] {
  return changes.filter(
    (change) => difference(change) !== 0 && !BOOKKEEPING.some((pattern) => pattern.test(change.table)),
  );
}

/** `leads: 12 rows now, 9 in the backup` */
export function changeText(change: TableChange): string {
  return changeWordsWith('in the backup', change);
}

/** `where`: what the present rows are compared with, e.g. `after acme-kitchens-7`. */
export function changeWordsWith(where: string, { words, now, exact, inBackup }: TableChange): string {
  const present = now === null ? 'not there now' : `${exact ? '' : 'about '}${rows(now)} now`;
  return `${words}: ${present}, ${inBackup === null ? `not ${where}` : `${inBackup} ${where}`}`;
}

/** How many tables are named beside the sum. */
const MOST_NAMED = 2;

/** `19 rows (leadevents 18, leads 1), edits not counted` */
export function lossShort(changes: readonly TableChange[]): string {
  const gone = changesThatMatter(changes).filter((change) => difference(change) > 0);
  if (gone.length === 0) return 'no row that people entered, edits not counted';
  const about = gone.every(({ exact }) => exact) ? '' : 'about ';
  const named = gone.slice(0, MOST_NAMED).map((change) => `${change.words} ${difference(change)}`);
  const more = gone.length > MOST_NAMED ? ', …' : '';
  const sum = gone.reduce((total, change) => total + difference(change), 0);
  return `${about}${rows(sum)} (${named.join(', ')}${more}), edits not counted`;
}

/** The sum of all changes, in one sentence. */
export function lossSum(changes: readonly TableChange[], where = 'in the backup'): string {
  const matter = changesThatMatter(changes);
  if (matter.length === 0)
    return `every table that people fill has as many rows as ${where}; edits are not counted`;
  const sum = (signed: (change: TableChange) => number) =>
    matter.reduce((total, change) => total + Math.max(0, signed(change)), 0);
  const about = matter.every(({ exact }) => exact) ? '' : 'about ';
  const gone = sum(difference);
  const back = sum((change) => -difference(change));
  const parts = [
    ...(gone > 0 ? [`${about}${rows(gone)} ${gone === 1 ? 'goes' : 'go'}`] : []),
    ...(back > 0
      ? [
          `${about}${rows(back)} that ${back === 1 ? 'was' : 'were'} deleted since ${back === 1 ? 'comes' : 'come'} back`,
        ]
      : []),
  ];
  return `${parts.join(' and ')}; edits are not counted`;
}

function rows(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}

/** `leads` for `website_lead`: the name after the app's. */
function inText(table: string, apps: readonly string[]): string {
  const app = apps.filter((one) => table.startsWith(`${one}_`)).sort((a, b) => b.length - a.length)[0];
  if (app === undefined) return table;
  const word = table.slice(app.length + 1).replaceAll('_', ' ');
  if (word.endsWith('s')) return word;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Rows of a table now; not `exact`: the planner's estimate, because counting took too long. */
export interface RowCount {
  readonly rows: number;
  readonly exact: boolean;
}
