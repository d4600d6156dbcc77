import type { BackupFile, ListedBackup } from '../../domain/database/backup.ts';
import {
  backupProblem,
  nothingFits,
  passedOver,
  shortlistBackups,
} from '../../domain/database/choose-backup.ts';
import { capacityRefusal, databaseRefusal } from '../../domain/database/facts.ts';
import type { MigrationVerdict } from '../../domain/database/migrations.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { HostSession } from '../ports/host.ts';
import type { AppliedOnDatabase, DiskMigrations } from '../ports/host-probes.ts';
import { stageBackup } from './ask-host.ts';
import type { Preflight } from './preflight.ts';
import { Refused, refuseIf } from './refused.ts';

/** The newest backup that fits, and its private copy on the host. Errors: throws Refused if none does. */
export async function chooseBackup(
  preflight: Preflight,
  database: AppliedOnDatabase,
  verdict: MigrationVerdict,
  { target: code, live }: { readonly target: DiskMigrations; readonly live: DiskMigrations },
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
  const { fit, rejected } = await readUntilFit(host, candidates, (file) => backupProblem(file, code, live));
  const rest = [...others, ...rejected];
  const [first] = rejected;
  if (fit === null && request.backup !== null && first !== undefined)
    throw new Refused(
      refusal(
        first.code,
        `The backup ${first.name} can't be used: ${first.why}.`,
        'Leave out --backup, and the bot proposes the newest one that fits.',
      ),
    );
  if (fit === null) throw new Refused(nothingFits(rest));
  refuseIf(capacityRefusal(freeBytes, database, fit));
  const staged = await stageBackup(preflight, fit, database, (problem) =>
    refusal('host-errored', `The backup ${fit.name}: ${problem}.`, 'Ask again.'),
  );
  return { backup: fit, ...staged, others: [...rest, ...passedOver(candidates, fit)] };
}

/** Reads backups to their end, in this order, until one has no problem. */
export async function readUntilFit(
  host: Pick<HostSession, 'readBackup'>,
  candidates: readonly ListedBackup[],
  problemOf: (file: BackupFile) => Pick<Refusal, 'code' | 'sentence'> | null,
) {
  const rejected: { readonly name: string; readonly why: string; readonly code: Refusal['code'] }[] = [];
  for (const candidate of candidates) {
    const file = await host.readBackup(candidate);
    const problem = problemOf(file);
    if (problem === null) return { fit: file, rejected };
    rejected.push({ name: file.name, why: problem.sentence, code: problem.code });
  }
  return { fit: null, rejected };
}

/** When the first migration ran that the target does not know; null: none did. */
export function firstUnwanted(verdict: MigrationVerdict): string | null {
  const unwanted = verdict.kind === 'applied' || verdict.kind === 'behind' ? verdict.unwanted : [];
  return unwanted.map((row) => row.appliedAt).sort()[0] ?? null;
}
