import type { Finding, SiteReadiness, ToldFinding } from '../../domain/readiness/findings.ts';

/** What the bot adds to a readiness check: who could approve, and what it has told people. */
export interface ReadinessReport {
  /** When Slack was asked, ISO 8601. */
  readonly askedAt: string;
  readonly approvers: readonly Finding[];
  readonly told: readonly ToldFinding[];
}

/** The newest readiness check of each site, and what came of it. `site`: its key. */
export interface ReadinessStore {
  /** null: there is none yet. */
  look(site: string): Promise<SiteReadiness | null>;
  report(site: string): Promise<ReadinessReport | null>;
  writeLook(site: string, look: SiteReadiness): Promise<void>;
  writeReport(site: string, report: ReadinessReport): Promise<void>;
}

/** Wakes the worker that checks and the bot that tells. Doubled wake-ups do no harm. */
export interface Nights {
  /** A worker should check the site's readiness. */
  look(site: string): Promise<void>;
  /** The bot should tell Slack what the newest check found. */
  report(site: string): Promise<void>;
}
