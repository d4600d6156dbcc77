/** Who works on a run right now. A lease that is not renewed ends by itself. */
export interface Leases {
  /** True if `owner` has the lease now (taken or renewed) for another `ttlMs`. */
  take(runId: string, owner: string, ttlMs: number): Promise<boolean>;
  release(runId: string, owner: string): Promise<void>;
}

/** Wakes workers and the Slack side. A lost or doubled wake-up does no harm: both read the record and go on. */
export interface Wakeups {
  /** Somebody should take the run further, at once or after `delayMs`. */
  advance(runId: string, delayMs?: number): Promise<void>;
  /** Slack should show the run as it stands, and its stakeholders should hear what is due. */
  show(runId: string): Promise<void>;
  /** Stakeholders should hear what is due. */
  tell(runId: string): Promise<void>;
}
