import { canBeTyped } from '../domain/database/backup.ts';
import { isTagName } from '../domain/version/tag-name.ts';
import { echo } from './echo.ts';
import { nearest } from './nearest.ts';
import { type UsageProblem, usageProblem } from './problem.ts';

/** The words after `/rollback` that are commands. Any other word is the name of a site. */
export const COMMAND_WORDS = ['status', 'history', 'sites', 'cancel', 'undo', 'factor', 'help'] as const;

const ENVIRONMENTS = ['production', 'staging', 'dev'] as const;
const SLUG = /^[a-z][a-z0-9-]{0,40}$/;
/** A site's full name or its domain. No letters of other scripts, because some look like these. */
const NAME = /^[\p{Script=Latin}\d][\p{Script=Latin}\d .'’&_-]{0,60}$/u;
/** A version as nearly everyone writes it. Tags may have other names. */
const VERSION = /^v?\d[\w.+-]{0,63}$/;
const COMMIT = /^[0-9a-f]{7,40}$/i;
const RUN_OR_SITE = /^[a-z][a-z0-9-]{0,60}(?:@(?:production|staging|dev))?$/;

const A_VERSION = 'A version is a tag such as `v0.5.0`, or a commit of 7 to 40 hexadecimal digits.';

/** The word that was typed for something, in the form that the rest of the program uses; or what is wrong with it. */
export type ReadWord = { readonly kind: 'word'; readonly text: string } | UsageProblem;

const word = (text: string): ReadWord => ({ kind: 'word', text });

/**
 * A site: `slug` or `slug@environment`; phones begin both with a capital letter. A full name or a domain stays as it was
 * typed: `findSite` knows the sites.
 */
export function readSite(text: string): ReadWord {
  const site = text.toLowerCase();
  const [slug = '', environment, ...more] = site.split('@');
  if (text.startsWith('-'))
    return usageProblem(
      `${echo(text)} looks like an option, but the site comes first.`,
      'Type, for example, `/rollback acme-kitchens v0.5.0`; put options after that.',
    );
  if (VERSION.test(site))
    return usageProblem(
      `${echo(text)} looks like a version, but the site comes first.`,
      `Type, for example, ${echo(`/rollback acme-kitchens ${text}`)}.`,
    );
  if (!NAME.test(slug) || more.length > 0)
    return usageProblem(
      `${echo(text)} is not the name of a site. Names have lower-case letters, digits and dashes.`,
      'Type `/rollback sites` to see the sites.',
    );
  if (environment !== undefined && !ENVIRONMENTS.some((known) => known === environment))
    return unknownEnvironment(slug, environment);
  return word(SLUG.test(slug) ? site : text);
}

function unknownEnvironment(slug: string, environment: string): UsageProblem {
  if (VERSION.test(environment))
    return usageProblem(
      `${echo(environment)} is not an environment; it looks like a version.`,
      `Put a space before it: ${echo(`/rollback ${slug} ${environment}`)}.`,
    );
  const meant = ENVIRONMENTS.find((known) => environment.length > 1 && known.startsWith(environment));
  const near = meant ?? nearest(environment, ENVIRONMENTS);
  return usageProblem(
    `${echo(environment)} is not an environment.`,
    near
      ? `Did you mean ${echo(`${slug}@${near}`)}?`
      : 'The environments are `production`, `staging` and `dev`.',
  );
}

/** A commit, or whatever git takes as the name of a tag. The repository knows which tags there are. */
export function readVersion(text: string): ReadWord {
  if (COMMIT.test(text)) return word(text.toLowerCase());
  const version = text.replace(/^V(?=\d)/, 'v');
  if (text.startsWith('-'))
    return usageProblem(`${echo(text)} looks like an option, but a version belongs here.`, A_VERSION);
  const inRef = /^refs\/(?:tags|heads|remotes\/[^/]+)\/(.+)$/.exec(version)?.[1];
  if (isTagName(version) && inRef === undefined) return word(version);
  const meant = inRef ?? /v?\d+\.\d[\w.+-]*/.exec(text.toLowerCase())?.[0];
  return usageProblem(
    `${echo(text)} is not a version.`,
    meant !== undefined && isTagName(meant) ? `Did you mean ${echo(meant)}?` : A_VERSION,
  );
}

/** Whether a word can hardly be anything but a version: the words before it are then the site's name. */
export function looksLikeVersion(text: string): boolean {
  return VERSION.test(text.replace(/^V(?=\d)/, 'v')) || COMMIT.test(text);
}

/** A run's id or a site, after `status`, `cancel` or `undo`. */
export function readRunOrSite(text: string, command: string): ReadWord {
  const named = text.toLowerCase();
  if (RUN_OR_SITE.test(named)) return word(named);
  return usageProblem(
    `${echo(text)} is neither a run nor a site.`,
    `Type, for example, \`/rollback ${command} acme-kitchens-7\`; \`/rollback status\` lists the runs.`,
  );
}

export function readBackup(text: string): ReadWord {
  if (canBeTyped(text)) return word(text);
  const name = text.split(/[/\\]/).at(-1) ?? '';
  return usageProblem(
    `${echo(text)} is not the plain name of a backup file.`,
    name !== text && canBeTyped(name)
      ? `Give the name without its directory: ${echo(`--backup ${name}`)}.`
      : "Give the name of a file in the site's `backups` directory: letters, digits, spaces and `.` `_` `-` `+` `@` `:` `,` `(` `)` `=` `#` `~`.",
  );
}
