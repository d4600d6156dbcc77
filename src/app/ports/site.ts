import type { HealthReading } from '../../domain/host/health.ts';
import type { Check } from '../../domain/run/event.ts';
import type { Site } from '../../domain/site/site.ts';

export interface Inventory {
  readonly sites: readonly Site[];
  byKey(key: string): Site | undefined;
}

/** Asks a site from outside, as its visitors do. Never throws: a missing answer is part of the answer. */
export interface SiteProbe {
  health(site: Site): Promise<HealthReading>;
  /** May take half a minute: a test that does not pass at once is repeated. */
  smokeTests(site: Site, about: SmokeRun): Promise<Smoke>;
}

export interface SmokeRun {
  /** Marks the entries that the tests leave behind. */
  readonly run: string;
  /** When the site was started, by the host's clock, ISO 8601. A health report from before that says nothing about it. */
  readonly startedAt: string;
}

export interface Smoke {
  readonly checks: readonly Check[];
  /** The reading that the health check judged. */
  readonly health: HealthReading;
}
