import { type MigrationVerdict, migrationLabel } from '../domain/database/migrations.ts';
import { changeText, lossSum } from '../domain/database/row-changes.ts';
import { modeText } from '../domain/plan/mode.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { type CommitInfo, commitLabel } from '../domain/version/commit.ts';
import { notShown } from './facts.ts';
import { code, list, plain, seconds, table } from './markdown.ts';
import { healthText } from './text.ts';

/** What the bot found before it changed anything, and what it chose because of that. */
export function evidence({ facts, binding }: Plan): readonly string[] {
  const { backup, database, liveSince, loss, matrix, otherBackups, target } = facts;
  const rows: readonly (readonly [string, string] | null)[] = [
    ['Live', `${commit(facts.live)}${liveSince === null ? '' : `, since ${seconds(liveSince)}`}`],
    ['Health before', healthText(facts.healthBefore, plain)],
    target === null
      ? ['Target', 'the code stays']
      : ['Target', `${commit(target)}; ${ran(target.liveUntil)}`],
    ['Migrations', migrations(facts.verdict)],
    ['Mode', `${modeText(binding.mode)}, because ${plain(facts.modeReason)}`],
    backup === null
      ? null
      : [
          'Backup',
          `${code(backup.name)}, taken ${seconds(backup.takenAt)}, SHA-256 ${code(backup.sha256 ?? 'unknown')}`,
        ],
    [
      'Database',
      plain(`${database.name} on ${database.host}:${database.port}, PostgreSQL ${database.serverVersion}`),
    ],
    matrix === null
      ? null
      : ['Matrix of sites', plain(`${matrix.version}, ${matrix.date}, ${matrix.outcome}`)],
    ['Environment', environment(facts.installed, facts.environment ?? null)],
  ];
  return [
    table(
      ['', ''],
      rows.filter((row) => row !== null),
    ),
    facts.leftBehind.length === 0
      ? ''
      : `Already started by hand. These did not match the code yet:\n\n${list(facts.leftBehind.map(plain))}`,
    otherBackups.length === 0 ? '' : `Backups that were not chosen:\n\n${list(others(facts))}`,
    lost(loss, backup !== null),
    facts.warnings.length === 0 ? '' : `Warnings:\n\n${list(facts.warnings.map(plain))}`,
  ];
}

function others(facts: Plan['facts']): readonly string[] {
  const more = notShown(facts, facts.otherBackups.length);
  const lines = facts.otherBackups.map(({ name, why }) => `${code(name)}: ${plain(why)}`);
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function commit(info: CommitInfo): string {
  return `${plain(commitLabel(info))} "${plain(info.subject)}", ${code(info.commit)}`;
}

function ran(liveUntil: string | null): string {
  return liveUntil === null ? 'it was never live here' : `it was live here until ${seconds(liveUntil)}`;
}

function migrations(verdict: MigrationVerdict): string {
  const named = (rows: Parameters<typeof migrationLabel>[0][]) => rows.map(migrationLabel).join(', ');
  switch (verdict.kind) {
    case 'none':
      return 'the target knows every migration that has run';
    case 'applied':
      return plain(`applied, and unknown to the target: ${named([...verdict.unwanted])}`);
    case 'behind':
      return plain(`the database lacks ${named([...verdict.missing])}, which the target needs`);
    case 'cannot-tell':
      return plain(`can't tell: ${verdict.why}`);
  }
}

function environment(installed: Plan['facts']['installed'], directory: string | null): string {
  const pins = Object.entries(installed).map(([name, version]) => `${name} ${version}`);
  if (directory === null) return 'it stays';
  return `${code(directory)}${pins.length === 0 ? '' : `: ${plain(pins.join(', '))}`}`;
}

function lost(loss: Plan['facts']['loss'], restores: boolean): string {
  if (!restores) return '';
  if (loss === null) return 'The bot could not count the rows that the restore removes.';
  const lines = loss.map((change) => plain(changeText({ ...change, words: change.table })));
  return `When the plan was made: ${plain(lossSum(loss))}.\n\n${list(lines)}`;
}
