export interface HealthReading {
  /** HTTP status, or null if nothing answered. */
  readonly status: number | null;
  /** What the site says of itself (ok, degraded, unhealthy), or what went wrong. */
  readonly word: string;
  readonly failing: readonly string[];
}
