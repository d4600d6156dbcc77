import { type BackupFile, backupLabel, type ListedBackup } from '../../domain/database/backup.ts';
import {
  type BackupProblem,
  type BackupsRead,
  backupProblem,
  nothingFits,
  passedOver,
  type RejectedBackup,
  shortlistBackups,
  unjudgedRefusal,
} from '../../domain/database/choose-backup.ts';
import { capacityRefusal, databaseRefusal } from '../../domain/database/facts.ts';
import type { MigrationVerdict } from '../../domain/database/migrations.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import type { HostSession } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';
import type { AppliedOnDatabase } from '../ports/host-probes.ts';
import { type JudgedMigrations, stageBackup } from './ask-host.ts';
import type { Preflight } from './preflight.ts';
import { Refused, refuseIf } from './refused.ts';

/** The newest backup that fits, and its private copy on the host. Errors: throws Refused if none does. */
export async function chooseBackup(
  preflight: Preflight,
  database: AppliedOnDatabase,
  verdict: MigrationVerdict,
  { target: code, live, legacy }: JudgedMigrations,
  freeBytes: number,
) {
  const { host, site, request, progress } = preflight;
  refuseIf(databaseRefusal(database));
  await progress('which backup fits');
  if ('error' in code)
    throw new Refused(
      refusal(
        'cannot-tell-migrations',
        `Can't tell which backup fits: the migrations of the code can't be read (${code.error}).`,
        'The bot never restores a backup on a guess.',
      ),
    );
  const before = firstUnwanted(verdict);
  const {
    candidates,
    others,
    refusal: no,
  } = shortlistBackups(await host.listBackups(), { slug: site.slug, before, named: request.backup });
  refuseIf(no);
  const read = await readUntilFit(host, candidates, (file) => backupProblem(file, code, live, legacy));
  const { fit, rejected } = read;
  const rest = [
    ...others,
    ...rejected.map(({ file, problem }) => ({ name: file.name, why: problem.sentence })),
  ];
  const [first] = rejected;
  if (request.backup !== null && first !== undefined) throw new Refused(namedRefusal(first));
  refuseIf(unjudgedRefusal(read, (option) => commandWith(request, option)));
  if (fit === null) throw new Refused(nothingFits(rest));
  refuseIf(capacityRefusal(freeBytes, database, fit));
  const staged = await stageBackup(preflight, fit, database, (problem) =>
    refusal('host-errored', `The backup ${backupLabel(fit)}: ${problem}.`, 'Ask again.'),
  );
  return { backup: fit, ...staged, others: [...rest, ...passedOver(candidates, fit)] };
}

function namedRefusal({ file, problem }: RejectedBackup): Refusal {
  return refusal(
    problem.code,
    problem.code === 'backup-unjudged'
      ? `The bot can't judge the backup ${backupLabel(file)}, and restores nothing that it can't judge: ${problem.sentence}.`
      : `The backup ${backupLabel(file)} can't be used: ${problem.sentence}.`,
    'Leave out --backup, and the bot proposes the newest one that fits.',
  );
}

/** The same request with a backup of the requester's choice, to be typed in Slack. */
function commandWith({ site, version, mode }: RollbackRequest, option: string): string {
  const what = version ?? '--database-only';
  return `/rollback ${site} ${what}${mode === 'full' ? ' --full' : ''} ${option}`;
}

/** Reading takes minutes each: if the bot can't judge so many, it can't judge the next one either. */
const MOST_UNJUDGED = 3;

/**
 * Reads backups to their end, in this order, until one has no problem. One that the bot can't judge may be good: the caller
 * must not take an older one without asking (`unjudgedRefusal`).
 */
export async function readUntilFit(
  host: Pick<HostSession, 'readBackup'>,
  candidates: readonly ListedBackup[],
  problemOf: (file: BackupFile) => BackupProblem | null,
): Promise<BackupsRead> {
  const rejected: RejectedBackup[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const unjudged = rejected.filter(({ problem }) => problem.code === 'backup-unjudged');
    if (unjudged.length >= MOST_UNJUDGED) return { fit: null, rejected, unread: candidates.slice(index) };
    const file = await readInTime(host, candidate);
    const problem = problemOf(file);
    if (problem === null) return { fit: file, rejected, unread: [] };
    rejected.push({ file, problem });
  }
  return { fit: null, rejected, unread: [] };
}

/** One that is too large to be read in time is one that the bot can't judge. */
async function readInTime(host: Pick<HostSession, 'readBackup'>, listed: ListedBackup): Promise<BackupFile> {
  try {
    return await host.readBackup(listed);
  } catch (error) {
    if (!(error instanceof HostError) || error.failure !== 'timed-out') throw error;
    const problem = 'reading it to its end took too long';
    return { ...listed, problem, unjudged: true, sha256: null, restoredBytes: 0, migrations: [], rows: {} };
  }
}

/** When the first migration ran that the target does not know; null: none did. */
export function firstUnwanted(verdict: MigrationVerdict): string | null {
  const unwanted = verdict.kind === 'applied' || verdict.kind === 'behind' ? verdict.unwanted : [];
  return unwanted.map((row) => row.appliedAt).sort()[0] ?? null;
}
