import type { Mode } from '../plan/mode.ts';

/** A run is either a rollback or an undo. */
export function kindOf({ undo }: Pick<RollbackRequest, 'undo'>): 'rollback' | 'undo' {
  return undo === undefined ? 'rollback' : 'undo';
}

/** What one person asked for, already validated. */
export interface RollbackRequest {
  /** `slug@environment` of a configured site. */
  readonly site: string;
  /** As typed: a tag, a sum-core version or a commit; null for database-only. */
  readonly version: string | null;
  /** null: the evidence chooses. */
  readonly mode: Mode | null;
  /** Name of a file in the site's `backups/`; null: the evidence chooses. */
  readonly backup: string | null;
  readonly reason: string | null;
  readonly dryRun: boolean;
  /** The run to take back; version, mode and backup follow from it. Absent: this is no undo. */
  readonly undo?: string;
  /** Slack user id of the requester. */
  readonly requester: string;
  /** Slack channel id in which the run is shown. */
  readonly channel: string;
}
