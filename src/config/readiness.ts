import { type NightlyLook, type Site, siteKey } from '../domain/site/site.ts';
import type { ConfigFinding } from './document.ts';
import type { RawConfiguration, RawDefaults } from './schema.ts';
import { parseDuration } from './values/duration.ts';

/** When the nightly readiness checks run. */
export interface ReadinessSettings {
  /** `03:30` */
  readonly at: string;
  readonly timeZone: string;
}

const DEFAULT_AT = '03:30';
/** A daily backup, and two hours for one that is late. */
const DEFAULT_BACKUP_MAX_AGE = '26h';

export function readinessSettings(raw: RawConfiguration['readiness']): ReadinessSettings | null {
  return raw === undefined ? null : { at: raw.at ?? DEFAULT_AT, timeZone: raw.timeZone ?? 'UTC' };
}

/** The nightly readiness check of one site; absent if it has none. */
export function nightlyLook(
  all: RawConfiguration['readiness'],
  { readiness: own = {} }: RawDefaults,
): { readonly readiness?: NightlyLook } {
  const { enabled = true, backupMaxAge, prepare = true } = own;
  if (all === undefined || !enabled) return {};
  return {
    readiness: {
      ...(all.channel !== undefined && { channel: all.channel }),
      backupMaxAgeMs: parseDuration(backupMaxAge ?? DEFAULT_BACKUP_MAX_AGE) ?? 0,
      prepare,
    },
  };
}

/** A report that nobody can hear is worse than none. */
export function readinessWarnings(sites: readonly Site[]): readonly ConfigFinding[] {
  return sites.flatMap((site, index) =>
    site.readiness !== undefined && (site.channel ?? site.readiness.channel) === undefined
      ? [
          {
            path: ['sites', index, 'channel'],
            message: `is missing, so nobody hears when ${siteKey(site)} is no longer ready for a rollback; add it, or readiness.channel`,
          },
        ]
      : [],
  );
}
