import { type Refusal, refusal } from '../../domain/refusal.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { People } from '../ports/people.ts';
import type { RunFilter } from '../run/find-runs.ts';
import { type Allowed, notAllowed, onLists } from './permission.ts';

/** What one person may read about, found out once for a whole answer. */
export interface Reading {
  readonly sites: readonly Site[];
  /** All sites, and so also runs of sites that are no longer in the configuration. */
  readonly everything: boolean;
}

/** Whoever has a part in a site may read about it, and those whom the configuration names beside them. */
function readersOf({ readers, requesters, approvers, operators, escalation }: Site): Allowed {
  return readers === 'members'
    ? readers
    : [...new Set([...readers, ...requesters, ...approvers, ...operators, ...escalation])];
}

/** The sites that this person may read about; or why there is none. */
export async function readingOf(
  people: People,
  userId: string,
  all: readonly Site[],
): Promise<Reading | Refusal> {
  const may = await onLists(people, userId, all.map(readersOf), 'read');
  if ('code' in may) return may;
  const sites = all.filter((_, index) => may[index] === true);
  return sites.length === 0 && all.length > 0
    ? refusal(
        'requester-not-allowed',
        'You may not read about the rollbacks of any site.',
        'Have yourself added to the readers in the configuration.',
      )
    : { sites, everything: sites.length === all.length };
}

/** What someone reads instead who may not read about this site. */
export function mayNotRead(site: Site): Refusal {
  const readers = readersOf(site);
  return notAllowed(readers === 'members' ? [] : readers, {
    may: `read about the rollbacks of ${site.name}`,
    key: 'readers',
  });
}

/** The runs that this person may read about. */
export function readableRuns({ sites, everything }: Reading): RunFilter {
  const keys = new Set(sites.map(siteKey));
  const slugs = new Set(sites.map(({ slug }) => slug));
  const mayBe = (id: string) => everything || slugs.has(id.replace(/-\d+$/, ''));
  return {
    mayBe,
    // A record that can't be read hides its environment. So it counts for each environment of its slug.
    is: (known) => everything || (known.kind === 'run' ? keys.has(known.run.request.site) : mayBe(known.id)),
  };
}
