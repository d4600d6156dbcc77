/** Where one message of a run was posted, and a hash of what it showed. */
export interface Delivery {
  readonly channel: string;
  readonly ts: string;
  readonly hash: string;
}

/** Which messages of a run exist. A surface is one place in which a run is shown, e.g. `card`. */
export interface Deliveries {
  read(runId: string): Promise<Readonly<Record<string, Delivery>>>;
  /**
   * If Redis does not accept the write, this process keeps it until the next read. Errors: throws if Redis did not accept
   * it.
   */
  write(runId: string, surface: string, delivery: Delivery): Promise<void>;
  /**
   * True for one process within half a minute: it may post this surface, unless a read after the claim shows that it is
   * there.
   */
  claim(runId: string, surface: string): Promise<boolean>;
  /** Gives up this process's claim, so that the next try need not wait. */
  unclaim(runId: string, surface: string): Promise<void>;
}
