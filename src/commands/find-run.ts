import type { Site } from '../domain/site.ts';
import { echo } from './echo.ts';
import { findSite } from './find-site.ts';
import { problem, type UsageProblem } from './problem.ts';

/** What to say where neither a run nor a site has this name: the site of a run's id is what people mistype. */
export function unknownRun(sites: readonly Site[], text: string): UsageProblem {
  const [, slug] = /^(.+)-\d+$/.exec(text) ?? [];
  const found = findSite(sites, slug ?? text);
  if (found.kind === 'problem' && slug === undefined) return found;
  const isKnown = sites.some((site) => site.slug === slug);
  const next = isKnown || found.kind === 'found' ? '`/rollback history` lists the newest runs.' : found.next;
  return problem(`There is no run ${echo(text)}.`, next);
}
