import { backupProblem, nothingFits, passedOver, shortlistBackups } from '../domain/backup.ts';
import { capacityRefusal, databaseRefusal } from '../domain/gate.ts';
import type { MigrationVerdict } from '../domain/migrations.ts';
import { refusal } from '../domain/reason.ts';
import type { AppliedOnDatabase, DiskMigrations } from './host-port.ts';
import type { Preflight } from './preflight.ts';
import { accepted, Refused, refuseIf } from './refused.ts';

/** The newest backup that fits, and its private copy on the host. Errors: throws Refused where none does. */
export async function chooseBackup(
  preflight: Preflight,
  database: AppliedOnDatabase,
  verdict: MigrationVerdict,
  { target: code, live }: { readonly target: DiskMigrations; readonly live: DiskMigrations },
  freeBytes: number,
) {
  const { host, site, request, runId, looking } = preflight;
  refuseIf(databaseRefusal(database));
  await looking('which backup fits');
  if ('error' in code)
    throw new Refused(
      refusal(
        'cannot-tell-migrations',
        `It cannot be told which backup fits: the migrations of the code cannot be read (${code.error}).`,
        'Nothing is restored on a guess.',
      ),
    );
  const before = firstUnwanted(verdict);
  const {
    candidates,
    others,
    refusal: no,
  } = shortlistBackups(await host.listBackups(), { slug: site.slug, before, named: request.backup });
  refuseIf(no);
  const rejected = [...others];
  for (const candidate of candidates) {
    const file = await host.readBackup(candidate);
    const problem = backupProblem(file, code, live);
    if (problem === null) {
      refuseIf(capacityRefusal(freeBytes, database, file));
      await looking(`a private copy of ${file.name}`);
      const staged = accepted(
        await host.stageRestore(runId, file, database.foreignExtensions),
        'host-errored',
        'Ask again.',
      );
      return { backup: file, restore: staged, others: [...rejected, ...passedOver(candidates, file)] };
    }
    if (request.backup !== null)
      throw new Refused(
        refusal(
          problem.code,
          `The backup ${file.name} cannot be used: ${problem.sentence}.`,
          'Leave --backup out, and the newest one that fits is proposed.',
        ),
      );
    rejected.push({ name: file.name, why: problem.sentence });
  }
  throw new Refused(nothingFits(rejected));
}

function firstUnwanted(verdict: MigrationVerdict): string | null {
  const unwanted = verdict.kind === 'applied' || verdict.kind === 'behind' ? verdict.unwanted : [];
  return unwanted.map((row) => row.appliedAt).sort()[0] ?? null;
}
