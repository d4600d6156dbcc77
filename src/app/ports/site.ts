import type { HealthReading } from '../../domain/host/health.ts';
import type { Check } from '../../domain/run/event.ts';
import type { Site } from '../../domain/site/site.ts';

export interface Inventory {
  readonly sites: readonly Site[];
  byKey(key: string): Site | undefined;
}

/** Looks at a site from outside, as its visitors do. Never throws: what did not answer is part of the answer. */
export interface SiteProbe {
  health(site: Site): Promise<HealthReading>;
  /** May take half a minute: what does not pass at once is asked again. */
  smokeTests(site: Site, about: SmokeRun): Promise<Smoke>;
}

export interface SmokeRun {
  /** Marks what the tests leave behind. */
  readonly run: string;
  /** When the site was started, by the host's clock, ISO 8601: an older health report proves nothing. */
  readonly startedAt: string;
}

export interface Smoke {
  readonly checks: readonly Check[];
  /** The reading that the health check is about. */
  readonly health: HealthReading;
}
