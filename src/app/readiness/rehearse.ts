import { type BackupFile, backupLabel } from '../../domain/database/backup.ts';
import type { PreparedEnvironment } from '../../domain/host/environment.ts';
import { bad, type Finding, good } from '../../domain/readiness/findings.ts';
import { judgeRehearsal, startMs } from '../../domain/rehearsal/judge.ts';
import type { Rehearsal, RehearsalLimits, Rehearsed } from '../../domain/rehearsal/rehearsal.ts';
import { accepted } from '../plan/refused.ts';
import type { HostSession } from '../ports/host.ts';
import type { AppliedOnDatabase } from '../ports/host-probes.ts';

/** What a rehearsal tries. */
export interface RehearsalOf {
  readonly backup: BackupFile;
  readonly database: AppliedOnDatabase;
  /** null: only the backup is restored. */
  readonly target: {
    readonly label: string;
    readonly prepared: Pick<PreparedEnvironment, 'tree' | 'venv'>;
  } | null;
}

/**
 * Tries a rollback aside: the backup is restored, and the target started on it. The site stays as it is, and nothing is left.
 * Errors: throws HostError, and Refused if the host can't be asked.
 */
export async function rehearse(
  host: HostSession,
  { backup, database, target }: RehearsalOf,
  limits: RehearsalLimits,
): Promise<{ readonly finding: Finding; readonly rehearsed?: Rehearsed }> {
  const rehearsal = await held(host, { backup, database, target }, limits);
  const rehearsing = { version: target?.label ?? null, backup, role: database.role };
  const verdict = judgeRehearsal(rehearsing, rehearsal);
  switch (verdict.kind) {
    case 'failed':
      return { finding: bad('rehearsal', verdict.refusal) };
    case 'not-held':
      // Most hosts begin without the right to make a database. That is no news every night.
      return { finding: good('rehearsal', `it was not rehearsed, because ${verdict.why}. ${verdict.next}`) };
    case 'passed':
      return {
        finding: good('rehearsal', verdict.sentence),
        rehearsed: {
          version: target?.label ?? null,
          backup: backupLabel(backup),
          restoreMs: rehearsal.restored.ms,
          startMs: rehearsal.started && startMs(rehearsal.started),
        },
      };
  }
}

async function held(
  host: HostSession,
  { backup, database, target }: RehearsalOf,
  limits: RehearsalLimits,
): Promise<Rehearsal> {
  const { leftAlone = [] } = database;
  const restored = accepted(await host.restoreAside(backup, leftAlone, limits), 'host-errored', ASK_AGAIN);
  if (restored.why !== null || restored.failed !== null) return { restored, started: null };
  try {
    const started =
      target === null
        ? null
        : accepted(await host.startAside(target.prepared, limits), 'host-errored', ASK_AGAIN);
    return { restored, started };
  } finally {
    await host.leaveRehearsal(limits);
  }
}

const ASK_AGAIN = "Nothing was changed. Look at the worker's log if it happens again.";
