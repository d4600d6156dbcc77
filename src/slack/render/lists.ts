import { type Site, siteKey } from '../../domain/site.ts';
import { escaped, oneLine } from './text.ts';

/** More lines than this nobody reads. */
const MOST = 40;

export function siteList(sites: readonly Site[], activeOn: ReadonlyMap<string, string>): string {
  if (sites.length === 0) return 'No sites are configured.';
  const lines = sites.slice(0, MOST).map((site) => {
    const busy = activeOn.get(siteKey(site));
    return `• *${escaped(site.slug)}* (${site.environment}) ${escaped(oneLine(site.name))}, ${escaped(site.domain)}${busy ? `: ${busy} is under way` : ''}`;
  });
  return [...lines, ...(sites.length > MOST ? [`and ${sites.length - MOST} more`] : [])].join('\n');
}
