import { HostError } from '../app/ports/host-error.ts';
import type { HostRehearsal } from '../app/ports/host-rehearsal.ts';
import { pagesOf } from '../domain/rehearsal/rehearsal.ts';
import { type RehearsalLimits, type Site, siteKey } from '../domain/site/site.ts';
import { unitNames } from '../domain/site/units.ts';
import { backupPath } from '../remote/paths.ts';
import {
  leaveRehearsalCommand,
  type RehearsalBounds,
  restoreAsideCommand,
  startAsideCommand,
} from '../remote/probes.ts';
import { orProblem } from './answers/parts.ts';
import { leftRehearsal, restoredAside, startedAside } from './answers/rehearsal.ts';
import { askJson } from './ask.ts';
import type { Session } from './transport/session.ts';

/** How long a rehearsal waits for another one on the same host, in seconds. */
const WAIT_SECONDS = 5 * 60;

/** What a rehearsal may need beyond its own limit to end and to take away what it made. */
const TIDY_MS = 60_000;

function deadlineMs({ withinSeconds }: RehearsalLimits): number {
  return (withinSeconds + WAIT_SECONDS) * 1000 + TIDY_MS;
}

/** Rehearsals of one site. */
export function hostRehearsal(session: Session, site: Site): HostRehearsal {
  const { root } = site;
  const bounds = ({ withinSeconds, keepFreeBytes }: RehearsalLimits): RehearsalBounds => ({
    within: withinSeconds,
    keepFree: keepFreeBytes,
    wait: WAIT_SECONDS,
  });
  return {
    restoreAside: (backup, leftAlone, limits) =>
      askJson(
        session,
        restoreAsideCommand({
          root,
          ...bounds(limits),
          site: siteKey(site),
          backup: { path: backupPath(root, backup), sha256: backup.sha256 ?? '' },
          leftAlone,
          roles: backup.roles ?? [],
          extensions: backup.extensions ?? [],
        }),
        orProblem(restoredAside),
        deadlineMs(limits),
      ),
    startAside: ({ tree, venv }, limits) =>
      askJson(
        session,
        startAsideCommand({
          root,
          ...bounds(limits),
          domain: site.domain,
          unit: unitNames(site).gunicorn,
          settings: site.settings ?? null,
          tree,
          venv,
          pages: pagesOf(site.smoke?.form?.path),
        }),
        orProblem(startedAside),
        deadlineMs(limits),
      ),
    leaveRehearsal: async (limits) => {
      const left = await askJson(
        session,
        leaveRehearsalCommand({ root, ...bounds(limits) }),
        orProblem(leftRehearsal),
        deadlineMs(limits),
      );
      const why = 'problem' in left ? left.problem : (left.why ?? left.failed);
      if (why !== null)
        throw new HostError('errored', `the side database of a rehearsal can't be taken away: ${why}`);
    },
  };
}
