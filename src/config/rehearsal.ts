import type { RehearsalLimits } from '../domain/site/site.ts';
import { parseDuration, parseSize } from './duration.ts';
import type { RawSite } from './schema.ts';

const DEFAULT_WITHIN = '20m';
const DEFAULT_KEEP_FREE = '2GB';

/** The rehearsals of a site; absent if it wants none. */
export function rehearsalOf(raw: RawSite['rehearsal']): { readonly rehearsal?: RehearsalLimits } {
  if (raw === false) return {};
  const { within = DEFAULT_WITHIN, keepFree = DEFAULT_KEEP_FREE } =
    raw === true || raw === undefined ? {} : raw;
  return {
    rehearsal: {
      withinSeconds: (parseDuration(within) ?? 0) / 1000,
      keepFreeBytes: parseSize(keepFree) ?? 0,
    },
  };
}
