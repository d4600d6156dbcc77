import { z } from 'zod';
import type { RehearsalLimits } from '../domain/site/site.ts';
import { parseDuration, parseSize } from './values/duration.ts';
import { duration, section, text } from './values/schema-parts.ts';

const DEFAULT_WITHIN = '20m';
const DEFAULT_KEEP_FREE = '2GB';

const rehearsalWithin = duration('smh', 60_000, 6 * 3_600_000, 'a duration from 1m to 6h, such as 20m');
const size = text(/^\d{1,6}(?:MB|GB)$/, 'a size in MB or GB, such as 500MB or 2GB');

export const rehearsal = z
  .union(
    [
      z.boolean(),
      section({
        within: rehearsalWithin.optional().describe('How long each part may take. Default: 20m.'),
        keepFree: size.optional().describe("How much of the site's disk has to stay free. Default: 2GB."),
      }),
    ],
    { error: 'true, false, or limits such as { within: 20m, keepFree: 2GB }' },
  )
  .optional()
  .describe(
    'Also try the rollback aside: restore the newest backup into a database of its own, and start that version on it. Default: true.',
  );

/** The rehearsals of a site; absent if it wants none. */
export function rehearsalOf(raw: z.infer<typeof rehearsal>): { readonly rehearsal?: RehearsalLimits } {
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
