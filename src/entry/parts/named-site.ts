import { findSite } from '../../commands/find-site.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';

/** A person's mistake or policy's no: its text is printed as it is, and the program ends with exit code 1. */
export class UsageStop extends Error {
  override readonly name = 'Stop';
}

/** The site that was typed. Errors: throws Stop with the sites to choose from. */
export function namedSite(sites: readonly Site[], text: string): Site {
  const found = findSite(sites, text);
  if (found.kind === 'found') return found.site;
  throw usageStop(found, `Sites: ${sites.map(siteKey).join(', ')}.`);
}

/** A problem in the words of the slash command, for a terminal: no backticks, and hints at Slack give way to `instead`. */
export function usageStop(
  problem: { readonly sentence: string; readonly next: string },
  instead: string,
): UsageStop {
  const next = problem.next.includes('/rollback') ? instead : problem.next;
  return new UsageStop(`${problem.sentence}\n${next}`.replaceAll('`', ''));
}
