import type { Site } from '../domain/site/site.ts';
import { echo } from './echo.ts';
import { findSite } from './find-site.ts';
import { type UsageProblem, usageProblem } from './problem.ts';

/** The answer if neither a run nor a site has this name. In a run's id, people mistype the site. */
export function unknownRun(sites: readonly Site[], text: string): UsageProblem {
  // `studio-54` may be a site. Then it is not the 54th run of another one.
  const isSite = sites.some(({ slug }) => slug === text);
  const [, slug] = (isSite ? null : /^(.+)-\d+$/.exec(text)) ?? [];
  const found = findSite(sites, slug ?? text);
  if (found.kind === 'problem' && slug === undefined) return found;
  const isKnown = sites.some((site) => site.slug === slug);
  const next = isKnown || found.kind === 'found' ? '`/rollback history` lists the newest runs.' : found.next;
  return usageProblem(`There is no run ${echo(text)}.`, next);
}
