import { type BackupFile, backupLabel, type RestoreCopy } from '../../domain/database/backup.ts';
import type { DatabaseFacts } from '../../domain/database/facts.ts';
import type { Migration } from '../../domain/database/migrations.ts';
import { lostBesideRows, replayRefusal } from '../../domain/database/restore-facts.ts';
import { type TableChange, tableChanges } from '../../domain/database/row-changes.ts';
import type { LoadedApplication } from '../../domain/host/environment.ts';
import type { Survey } from '../../domain/host/survey.ts';
import { elsewhereRefusal } from '../../domain/host/unit-rules.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { type CommitInfo, commitLabel } from '../../domain/version/commit.ts';
import type { DiskMigrations, HostProbes } from '../ports/host-probes.ts';
import type { Preflight } from './preflight.ts';
import { Refused, refuseIf } from './refused.ts';

/** What a question to a host needs, whether for a rollback, an undo or the readiness check. */
export type HostQuestions = Pick<Preflight, 'host' | 'site' | 'progress' | 'approvedBuild'>;

export interface KnownMigrations {
  /** The migrations that the new code knows. */
  readonly target: DiskMigrations;
  readonly live: DiskMigrations;
}

export interface JudgedMigrations extends KnownMigrations {
  /** Rows of the database that count for nothing, because no code knows them any more. */
  readonly legacy: readonly Migration[];
}

export function liveMigrations({ host, site }: HostQuestions): Promise<DiskMigrations> {
  return host.migrations(`${site.root}/app`, `${site.root}/venv`);
}

/**
 * Why this code can't be started in its own environment, or would listen where nobody asks it; null: it can, or what the unit
 * starts is unknown.
 */
export async function startRefusal(
  { host, progress }: HostQuestions,
  start: {
    readonly survey: Survey;
    readonly application: LoadedApplication | null;
    readonly target: CommitInfo;
    readonly tree: string;
    readonly venv: string;
  },
  refuse: (problem: string) => Refusal,
): Promise<Refusal | null> {
  const { survey, application, target, tree, venv } = start;
  if (application === null) return null;
  await progress(`whether ${commitLabel(target)} starts`);
  const { problem, listens } = await host.tryStart(tree, venv, application);
  return problem === null ? elsewhereRefusal(survey, target, listens) : refuse(problem);
}

/**
 * The private copy of a backup, and what restoring it takes beside rows. Errors: throws Refused if it can't be replayed on
 * this server.
 */
export async function stageBackup(
  { host, progress, runId }: Pick<Preflight, 'host' | 'progress' | 'runId'>,
  backup: BackupFile,
  { leftAlone = [] }: DatabaseFacts,
  refuse: (problem: string) => Refusal,
): Promise<{ readonly restore: RestoreCopy; readonly lostBeside: readonly string[] }> {
  await progress('what the database has beside rows');
  const facts = await host.restoreFacts(runId, backup, leftAlone);
  if ('problem' in facts) throw new Refused(refuse(facts.problem));
  refuseIf(replayRefusal(backup, facts, leftAlone));
  await progress(`a private copy of ${backupLabel(backup)}`);
  const restore = await host.stageRestore(runId, backup, { leftAlone, server: facts.server });
  if ('problem' in restore) throw new Refused(refuse(restore.problem));
  return { restore, lostBeside: lostBesideRows(facts, backup.objects ?? []) };
}

/** The rows of each table now, beside `rows`; null: they could not be counted. */
export async function rowsBeside(
  { host, progress }: Pick<HostQuestions, 'progress'> & { readonly host: Pick<HostProbes, 'countRows'> },
  saying: string,
  rows: Readonly<Record<string, number>>,
  applied: readonly Migration[],
): Promise<readonly TableChange[] | null> {
  await progress(saying);
  const counted = await host.countRows();
  return 'problem' in counted ? null : tableChanges(counted.tables, rows, applied);
}
