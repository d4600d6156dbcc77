import type { BackupFile } from '../../domain/database/backup.ts';
import type { PreparedEnvironment } from '../../domain/host/environment.ts';
import type { RehearsalFacts } from '../../domain/plan/plan.ts';
import { judgeRehearsal, type RehearsalVerdict } from '../../domain/rehearsal/judge.ts';
import type { Rehearsal } from '../../domain/rehearsal/rehearsal.ts';
import type { RehearsalLimits } from '../../domain/site/site.ts';
import { commitLabel } from '../../domain/version/commit.ts';
import type { HostSession } from '../ports/host.ts';
import type { AppliedOnDatabase } from '../ports/host-probes.ts';
import type { Evidence, Preflight } from './preflight.ts';
import { accepted, Refused } from './refused.ts';

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
 * Tries the rollback aside, as far as a database would be restored: people wait for a dry run, and the site does not. Errors:
 * throws Refused with what went wrong there.
 */
export async function rehearsalFacts(
  { host, site, progress }: Pick<Preflight, 'host' | 'site' | 'progress'>,
  { backup, database, target, prepared, survey }: Evidence,
): Promise<RehearsalFacts | undefined> {
  if (site.rehearsal === undefined || backup === null) return undefined;
  await progress('whether it works, by trying it aside');
  const live = { tree: `${site.root}/app`, venv: `${site.root}/venv` };
  const started = { label: commitLabel(target ?? survey.live), prepared: prepared ?? live };
  const { verdict } = await rehearse(host, { backup, database, target: started }, site.rehearsal);
  switch (verdict.kind) {
    case 'failed':
      throw new Refused(verdict.refusal);
    case 'passed':
      return { passed: true, sentence: `${verdict.sentence}.` };
    case 'not-held':
      return { passed: false, sentence: `It was not rehearsed, because ${verdict.why}. ${verdict.next}` };
  }
}

/**
 * Tries a rollback aside: the backup is restored, and the target started on it. The site stays as it is, and nothing is left.
 * Errors: throws HostError, and Refused if the host can't be asked.
 */
export async function rehearse(
  host: HostSession,
  { backup, database, target }: RehearsalOf,
  limits: RehearsalLimits,
): Promise<{ readonly verdict: RehearsalVerdict; readonly rehearsal: Rehearsal }> {
  const rehearsal = await held(host, { backup, database, target }, limits);
  const rehearsing = { version: target?.label ?? null, backup, role: database.role };
  return { verdict: judgeRehearsal(rehearsing, rehearsal), rehearsal };
}

async function held(
  host: HostSession,
  { backup, database, target }: RehearsalOf,
  limits: RehearsalLimits,
): Promise<Rehearsal> {
  const { leftAlone = [] } = database;
  const restored = accepted(await host.restoreAside(backup, leftAlone, limits), 'host-errored', NEXT);
  if (restored.why !== null || restored.failed !== null) return { restored, started: null };
  try {
    const started =
      target === null ? null : accepted(await host.startAside(target.prepared, limits), 'host-errored', NEXT);
    return { restored, started };
  } finally {
    await host.leaveRehearsal(limits);
  }
}

const NEXT = "Nothing was changed. Look at the worker's log if it happens again.";
