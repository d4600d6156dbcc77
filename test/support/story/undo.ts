import type { Evidence } from '../../../src/app/plan/preflight.ts';
import { tableChanges } from '../../../src/domain/database/row-changes.ts';
import { type Mode, restoresDatabase } from '../../../src/domain/plan/mode.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import {
  applied,
  backup,
  commit,
  healthy,
  LIVE,
  liveCommit,
  named,
  survey,
  TARGET,
  unhealthy,
} from './evidence.ts';
import { plan } from './run.ts';
import { T } from './site.ts';

/** The run that the undo of every story takes back, and the time when its switch had stopped the site. */
export const UNDONE = 'acme-kitchens-6';

export const STOPPED = '2026-03-01T02:05:00.000Z';

/** After that run: the target is live, and two leads were entered after the restore. */
export const afterRollback = survey({
  live: commit(),
  health: healthy,
  reflog: [
    { commit: TARGET, at: '2026-03-01T02:05:01Z' },
    { commit: LIVE, at: T.upgraded },
    { commit: TARGET, at: '2026-02-01T10:00:00Z' },
  ],
});

/** What that run had kept: the original database. */
export const safetyBackup = backup({
  name: `${UNDONE}/safety.sql.gz`,
  keptBy: UNDONE,
  takenAt: STOPPED,
  migrations: ['website.0001', 'website.0002', 'website.0003_split_lead_name'].map(named),
  rows: { website_lead: 15, website_leadevent: 70 },
});

const known = [applied('website.0001'), applied('website.0002')];

/** The plan of the undo. */
export function undoPlan(mode: Mode = 'full', more: Partial<Evidence> = {}): Plan {
  const restores = restoresDatabase(mode);
  const then = { website_lead: 12 };
  const rows = { website_lead: { rows: 15, exact: true }, website_leadevent: { rows: 70, exact: true } };
  return plan(mode, {
    survey: afterRollback,
    ...(mode === 'database-only' ? {} : { target: { ...liveCommit, source: 'reflog', liveUntil: STOPPED } }),
    modeReason: restores ? `${UNDONE} restored another one` : `${UNDONE} did not touch it`,
    verdict: { kind: 'none' },
    ...(restores
      ? {
          backup: safetyBackup,
          loss: tableChanges({ website_lead: { rows: 14, exact: true } }, then, known),
        }
      : {}),
    undo: {
      facts: {
        run: UNDONE,
        stoppedAt: STOPPED,
        rowsThen: restores ? then : null,
        comesBack: restores ? tableChanges(rows, then, known) : null,
        healthBefore: unhealthy,
        errorsBefore: null,
      },
      packages: mode === 'database-only' ? null : 'e'.repeat(64),
    },
    ...more,
  });
}
