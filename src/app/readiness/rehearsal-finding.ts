import { backupLabel } from '../../domain/database/backup.ts';
import { bad, type Finding, good } from '../../domain/readiness/findings.ts';
import { startMs } from '../../domain/rehearsal/judge.ts';
import type { Rehearsed } from '../../domain/rehearsal/rehearsal.ts';
import type { RehearsalLimits } from '../../domain/site/site.ts';
import { type RehearsalOf, rehearse } from '../plan/rehearse.ts';
import type { HostSession } from '../ports/host.ts';

/** What a rehearsal says about the readiness of a site. Errors: those of `rehearse`. */
export async function rehearsalFinding(
  host: HostSession,
  wanted: RehearsalOf,
  limits: RehearsalLimits,
): Promise<{ readonly finding: Finding; readonly rehearsed?: Rehearsed }> {
  const { verdict, rehearsal } = await rehearse(host, wanted, limits);
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
          version: wanted.target?.label ?? null,
          backup: backupLabel(wanted.backup),
          restoreMs: rehearsal.restored.ms,
          startMs: rehearsal.started && startMs(rehearsal.started),
        },
      };
  }
}
