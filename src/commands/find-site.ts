import { type Site, siteKey } from '../domain/site/site.ts';
import { echo } from './echo.ts';
import { nearest } from './nearest.ts';
import { type UsageProblem, usageProblem } from './problem.ts';
import { COMMAND_WORDS } from './words.ts';

export type FoundSite = { readonly kind: 'found'; readonly site: Site } | UsageProblem;

const LISTED = 5;

/**
 * The configured site that `slug` or `slug@environment` names. Never the nearest one: a rollback of the wrong site is worse
 * than one more message.
 */
export function findSite(sites: readonly Site[], text: string): FoundSite {
  const [slug = '', environment] = text.split('@');
  const named = sites.filter((site) => site.slug === slug);
  if (named.length === 0) return unknownSite(sites, text, slug);
  const [site, ...others] = named.filter(
    (one) => environment === undefined || one.environment === environment,
  );
  if (site === undefined)
    return usageProblem(
      `${echo(slug)} has no environment ${echo(environment ?? '')}.`,
      `It has ${listed(named.map(siteKey))}.`,
    );
  if (others.length > 0)
    return usageProblem(
      `${echo(slug)} has several environments.`,
      `Say which: ${listed(named.map(siteKey))}.`,
    );
  return { kind: 'found', site };
}

function unknownSite(sites: readonly Site[], text: string, slug: string): UsageProblem {
  if (sites.length === 0)
    return usageProblem(
      'No sites are configured.',
      'Add one to `sites` in the configuration and restart the bot.',
    );
  const meant = meantSites(sites, slug.toLowerCase());
  if (meant.length > 0)
    return usageProblem(`There is no site ${echo(text)}.`, `Did you mean ${listed(meant)}?`);
  const command = nearest(slug, COMMAND_WORDS);
  return usageProblem(
    `There is no site or command ${echo(text)}.`,
    command !== null
      ? `Did you mean \`/rollback ${command}\`?`
      : 'Type `/rollback sites` for the sites, or `/rollback help` for the commands.',
  );
}

/** Sites by full name or domain, by a slug among other words, by how the slug begins, or by a few letters. */
function meantSites(sites: readonly Site[], typed: string): readonly string[] {
  const slugs = [...new Set(sites.map((site) => site.slug))];
  const called = sites.filter(({ name, domain }) =>
    [name, domain].some((one) => one.toLowerCase() === typed),
  );
  if (called.length > 0) return called.map((site) => shortKey(sites, site));
  const words = typed.split(' ');
  const amongText = slugs.filter((slug) => words.includes(slug));
  if (amongText.length > 0) return amongText;
  const wanted = typed.replace(/[\s_]+/g, '-');
  const begun = slugs.filter((slug) => slug.startsWith(wanted));
  return begun.length > 0 ? begun : [nearest(wanted, slugs)].filter((near) => near !== null);
}

/** The slug; with the environment only if the slug has several. */
function shortKey(sites: readonly Site[], site: Site): string {
  return sites.filter(({ slug }) => slug === site.slug).length > 1 ? siteKey(site) : site.slug;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map(echo);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
