import { isReviewOpen } from '../../../domain/after/review.ts';
import type { Run } from '../../../domain/run/run.ts';
import { type Site, siteKey } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { quarantineText } from '../plan/quarantine.ts';

/** Nobody reads more lines than this. */
const MOST = 40;

/** `readiness`: the newest readiness check in one line, by site key. `left`: runs that have left something to do. */
export function siteList(
  sites: readonly Site[],
  activeOn: ReadonlyMap<string, string>,
  readiness: ReadonlyMap<string, string> = new Map(),
  left: readonly Run[] = [],
): string {
  if (sites.length === 0) return 'No sites are configured.';
  const lines = sites.slice(0, MOST).map((site) => {
    const busy = activeOn.get(siteKey(site));
    const words = [
      busy ? `${busy} is under way` : undefined,
      readiness.get(siteKey(site)),
      ...quarantineText(site, left),
      ...reviewText(site, left),
    ];
    const said = words.filter((one) => one !== undefined).join('; ');
    const domain = said === '' ? escaped(site.domain) : `${escaped(`${site.domain}:`)} ${said}`;
    return `• *${escaped(site.slug)}* (${site.environment}) ${escaped(oneLine(site.name))}, ${domain}`;
  });
  return [...lines, ...(sites.length > MOST ? [`and ${sites.length - MOST} more`] : [])].join('\n');
}

/** One phrase for each run of the site whose broken glass nobody has reviewed yet. */
function reviewText(site: Site, runs: readonly Run[]): readonly string[] {
  return runs
    .filter((run) => run.request.site === siteKey(site) && isReviewOpen(run))
    .map(({ id }) => `${id} waits for the review of its broken glass`);
}
