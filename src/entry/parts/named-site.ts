import { findSite } from '../../commands/find-site.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';

/** A person's mistake, or a refusal. The program prints its text as it is and ends with exit code 1. */
export class UsageStop extends Error {
  override readonly name = 'Stop';
}

/** The site that was typed. Errors: throws UsageStop with the sites to choose from. */
export function namedSite(sites: readonly Site[], text: string): Site {
  const found = findSite(sites, text);
  if (found.kind === 'found') return found.site;
  throw usageStop(found, `Sites: ${sites.map(siteKey).join(', ')}.`);
}

/** A problem of the slash command, for a terminal: no backticks, and `instead` in place of a hint at Slack. */
export function usageStop(
  problem: { readonly sentence: string; readonly next: string },
  instead: string,
): UsageStop {
  const next = problem.next.includes('/rollback') ? instead : problem.next;
  return new UsageStop(`${problem.sentence}\n${next}`.replaceAll('`', ''));
}
