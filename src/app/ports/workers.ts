/** Who is working on a run. A lease that nobody renews ends on its own. */
export interface Leases {
  /** True if `owner` has the lease now (taken or renewed) for another `ttlMs`. */
  take(runId: string, owner: string, ttlMs: number): Promise<boolean>;
  release(runId: string, owner: string): Promise<void>;
}

/** Wakes workers and the bot. A lost or doubled wake-up does no harm: both read the record and continue from there. */
export interface Wakeups {
  /** A worker should take the run further, at once or after `delayMs`. */
  advance(runId: string, delayMs?: number): Promise<void>;
  /** Slack should show the run as it stands, and its stakeholders should hear the update that is due. */
  show(runId: string): Promise<void>;
  /** Stakeholders should hear the update that is due. */
  tell(runId: string): Promise<void>;
}
