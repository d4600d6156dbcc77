import type { BackupFile } from '../../domain/database/backup.ts';
import type { OwnedByOthers } from '../../domain/database/facts.ts';
import type { RestoredAside, StartedAside } from '../../domain/rehearsal/rehearsal.ts';
import type { RehearsalLimits } from '../../domain/site/site.ts';
import type { Problem } from './host-error.ts';

/**
 * A rollback tried aside, while the site stays as it is. Every method throws HostError; why a part could not be held, or failed,
 * is a value.
 */
export interface HostRehearsal {
  /** Restores a backup into the side database, which takes the place of one that an earlier rehearsal left. */
  restoreAside(
    backup: BackupFile,
    leftAlone: readonly OwnedByOthers[],
    limits: RehearsalLimits,
  ): Promise<RestoredAside | Problem>;
  /** Starts a prepared version on the side database, sealed off from everything else, and asks it for pages. */
  startAside(
    prepared: { readonly tree: string; readonly venv: string },
    limits: RehearsalLimits,
  ): Promise<StartedAside | Problem>;
  /** Takes away what a rehearsal has left. */
  leaveRehearsal(limits: RehearsalLimits): Promise<void>;
}
