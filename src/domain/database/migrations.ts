import { oneLine } from '../text/printable.ts';
import type { RanHere } from '../version/lives.ts';

/**
 * Did migrations run that the target does not know? `cannot-tell` never becomes `none`.
 *
 * - `none`: the database is exactly what the target expects.
 * - `applied`: the live database is ahead of the target; old code on it looks healthy and loses data.
 * - `behind`: the target expects migrations that the database does not have.
 */
export type MigrationVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'applied'; readonly unwanted: readonly AppliedMigration[] }
  | {
      readonly kind: 'behind';
      readonly missing: readonly Migration[];
      readonly unwanted: readonly AppliedMigration[];
    }
  | { readonly kind: 'cannot-tell'; readonly why: string };

export function migrationLabel({ app, name }: Migration): string {
  return `${app}.${name}`;
}

/**
 * Compares what the database has with what the target's code and packages know. If someone started a rollback by hand, the
 * code that ran the newest migrations may be gone: it explains whatever was applied since `upgradedAt` (ISO 8601), when it
 * replaced the target.
 */
export function migrationVerdict(
  { applied, target, live }: MigrationFindings,
  upgradedAt: string | null = null,
): MigrationVerdict {
  if ('error' in target)
    return { kind: 'cannot-tell', why: `the target's migrations can't be read: ${target.error}` };
  const beyond = unknownRows(applied, target, live);
  const strays = strayRows(beyond, live).filter((row) => !isSince(row, upgradedAt));
  if (strays.length > 0) {
    const newest =
      strays
        .map(({ appliedAt }) => appliedAt)
        .sort()
        .at(-1) ?? '';
    return {
      kind: 'cannot-tell',
      why: `the database has ${someLabels(strays)}, which neither the live code nor the target knows, and nothing says that the target ran here after that (${newest.slice(0, 16).replace('T', ' ')} UTC). The bot can judge a version that did`,
    };
  }
  const missing = missingMigrations(target, applied);
  if (missing.length > 0) return { kind: 'behind', missing, unwanted: beyond };
  return beyond.length > 0 ? { kind: 'applied', unwanted: beyond } : { kind: 'none' };
}

/**
 * Rows of migrations that no code knows any more: an app that was removed, or files that were deleted after a squash. They
 * were there when the target ran here, so they count for nothing. A row keeps its time when a database is restored. If the
 * live code can't be read, it could know the row: then the target must have run for a day, and not know the app at all.
 */
export function legacyRows(
  { applied, target, live }: MigrationFindings,
  ran: RanHere | null,
): readonly AppliedMigration[] {
  if (ran === null || 'error' in target) return [];
  const beyond = unknownRows(applied, target, live);
  const apps = new Set(target.map(({ app }) => app));
  const unexplained =
    'error' in live ? beyond.filter(({ app }) => ran.lasted && !apps.has(app)) : strayRows(beyond, live);
  return unexplained.filter(({ appliedAt }) => Date.parse(appliedAt) < Date.parse(ran.until));
}

/** One line of warning; none without such rows. `code`: what ran here with them. */
export function legacyWarning(rows: readonly Migration[], code: string): readonly string[] {
  return rows.length === 0
    ? []
    : [
        `The database has ${someLabels(rows)}, which no code here knows any more. ${rows.length === 1 ? 'It was' : 'They were'} applied before ${code} last ran here, so ${rows.length === 1 ? 'it counts' : 'they count'} for nothing.`,
      ];
}

export function without<Row extends Migration>(
  rows: readonly Row[],
  legacy: readonly Migration[],
): readonly Row[] {
  const labels = new Set(legacy.map(migrationLabel));
  return rows.filter((row) => !labels.has(migrationLabel(row)));
}

/** What is in the database may be called anything; for people. */
const LONGEST_LABEL = 100;

/** Three of them, and how many more there are. */
export function someLabels(rows: readonly Migration[]): string {
  const shown = rows
    .slice(0, 3)
    .map((row) => oneLine(migrationLabel(row), LONGEST_LABEL))
    .join(', ');
  return rows.length > 3 ? `${shown} and ${rows.length - 3} more` : shown;
}

/** What Django says about all of these rows together; null: the code does not know them all. */
export function traitsOf(
  rows: readonly Migration[],
  code: MigrationFindings['live'],
): Pick<DiskMigration, 'harmless' | 'reversible'> | null {
  if ('error' in code) return null;
  const nodes = rows.map((row) => code.find((node) => migrationLabel(node) === migrationLabel(row)));
  return nodes.every((node) => node !== undefined)
    ? {
        harmless: nodes.every((node) => node.harmless),
        reversible: nodes.every((node) => node.reversible),
      }
    : null;
}

/** One short text for the digest: the same verdict, the same text. */
export function verdictText(verdict: MigrationVerdict): string {
  switch (verdict.kind) {
    case 'none':
      return 'none';
    case 'applied':
      return `applied ${sorted(verdict.unwanted)}`;
    case 'behind':
      return `behind ${sorted(verdict.missing)} applied ${sorted(verdict.unwanted)}`.replace(
        / applied $/,
        '',
      );
    case 'cannot-tell':
      return 'cannot-tell';
  }
}

function sorted(rows: readonly Migration[]): string {
  return rows.map(migrationLabel).sort().join(',');
}

/** Rows that the code does not know, neither by name nor as a squash of what it knows. */
export function unknownRows<Row extends Migration>(
  rows: readonly Row[],
  code: readonly DiskMigration[],
  live: MigrationFindings['live'],
): readonly Row[] {
  const known = knownLabels(code);
  return rows.filter((row) => !known.has(migrationLabel(row)) && !isSquashOfKnown(row, live, rows, known));
}

function knownLabels(disk: readonly DiskMigration[]): Set<string> {
  return new Set(disk.flatMap((node) => [migrationLabel(node), ...node.replaces.map(migrationLabel)]));
}

/**
 * Is the row a squash of the live code that replaces only migrations which were applied, and which the target knows one by
 * one? Then the schema is the target's, and no data has to go.
 */
function isSquashOfKnown(
  row: Migration,
  live: MigrationFindings['live'],
  applied: readonly Migration[],
  known: ReadonlySet<string>,
): boolean {
  if ('error' in live) return false;
  const replaces = live.find((node) => migrationLabel(node) === migrationLabel(row))?.replaces ?? [];
  const have = new Set(applied.map(migrationLabel));
  return (
    replaces.length > 0 && replaces.map(migrationLabel).every((label) => known.has(label) && have.has(label))
  );
}

function isSince(row: AppliedMigration, upgradedAt: string | null): boolean {
  return upgradedAt !== null && Date.parse(row.appliedAt) >= Date.parse(upgradedAt);
}

/** Rows that neither side can explain: left by a package that is gone, or by code we cannot see. */
function strayRows(
  beyond: readonly AppliedMigration[],
  live: MigrationFindings['live'],
): readonly AppliedMigration[] {
  if ('error' in live) return [];
  const known = knownLabels(live);
  return beyond.filter((row) => !known.has(migrationLabel(row)));
}

/** The target's migrations that the database lacks. A squash is there if all that it replaces was applied. */
export function missingMigrations(
  target: readonly DiskMigration[],
  applied: readonly Migration[],
): readonly Migration[] {
  const have = new Set(applied.map(migrationLabel));
  return target
    .filter((node) => !have.has(migrationLabel(node)))
    .filter(
      (node) =>
        node.replaces.length === 0 || !node.replaces.every((replaced) => have.has(migrationLabel(replaced))),
    )
    .filter((node) => !isReplacedAndDone(node, target, have))
    .map(({ app, name }) => ({ app, name }));
}

function isReplacedAndDone(
  node: Migration,
  target: readonly DiskMigration[],
  have: ReadonlySet<string>,
): boolean {
  const label = migrationLabel(node);
  return target.some(
    (other) =>
      other.replaces.some((replaced) => migrationLabel(replaced) === label) &&
      have.has(migrationLabel(other)),
  );
}

export interface Migration {
  readonly app: string;
  readonly name: string;
}

export interface AppliedMigration extends Migration {
  /** ISO 8601. */
  readonly appliedAt: string;
}

/** The raw answers, which `migrationVerdict` judges. */
export interface MigrationFindings {
  readonly applied: readonly AppliedMigration[];
  /** What Django's loader finds in the target's code and packages, or why it failed. */
  readonly target: readonly DiskMigration[] | { readonly error: string };
  readonly live: readonly DiskMigration[] | { readonly error: string };
}

export interface DiskMigration extends Migration {
  readonly replaces: readonly Migration[];
  /** Code that does not know this migration cannot notice any of its operations. */
  readonly harmless: boolean;
  /** Django can reverse each of its operations. */
  readonly reversible: boolean;
}
