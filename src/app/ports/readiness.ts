import type { Finding, SiteReadiness, ToldFinding } from '../../domain/readiness/findings.ts';

/** What the Slack side adds to a look: who could approve, and what people have been told of. */
export interface ReadinessReport {
  /** When Slack was asked, ISO 8601. */
  readonly askedAt: string;
  readonly approvers: readonly Finding[];
  readonly told: readonly ToldFinding[];
}

/** The newest look at each site and what came of it. `site`: its key. */
export interface ReadinessStore {
  /** null: there is none yet. */
  look(site: string): Promise<SiteReadiness | null>;
  report(site: string): Promise<ReadinessReport | null>;
  writeLook(site: string, look: SiteReadiness): Promise<void>;
  writeReport(site: string, report: ReadinessReport): Promise<void>;
}

/** Wakes who looks and who tells. Doubled wake-ups do no harm. */
export interface Nights {
  /** A worker should look at the site. */
  look(site: string): Promise<void>;
  /** Slack should hear what the newest look found. */
  report(site: string): Promise<void>;
}
