import { join } from 'node:path/posix';
import { Document, type YAMLMap, type YAMLSeq } from 'yaml';
import { HOST_NAME } from '../../config/values/schema-parts.ts';
import type { HostAddress } from '../../domain/site/site.ts';
import { unitNames } from '../../domain/site/units.ts';
import type { Discovered } from '../../ssh/discover.ts';
import { inLine } from '../parts/terminal.ts';

const ENVIRONMENTS: readonly string[] = ['production', 'staging', 'dev'];
/** Where the configuration looks for sites and scripts by default. */
const PLATFORM = '/srv/sum';

/** The `sites:` of a configuration for the sites found, with a comment where a person has to decide. Pure. */
export function discoveredYaml(found: Discovered, host: HostAddress, root: string): string {
  if (found.sites.length === 0)
    return `${comment(`Found no site below ${root} on ${host.address}. Is that the platform's directory?`)}\n`;
  const address = {
    address: host.address,
    ...(host.port === 22 ? {} : { port: host.port }),
    user: host.user,
    fingerprint: found.hostKey,
  };
  // If `bin` is left out, the configuration takes the platform's own, wherever the sites are.
  const scripts = join(root, 'bin');
  const bin = found.bin && scripts !== `${PLATFORM}/bin` ? { bin: scripts } : {};
  const sites = found.sites.map((site) => entryOf(site, join(root, site.slug), { host: address, ...bin }));
  const document = new Document({ sites }, { aliasDuplicateObjects: false });
  const entries = (document.get('sites') as YAMLSeq<YAMLMap>).items;
  for (const [index, site] of found.sites.entries()) {
    const entry = entries[index];
    if (entry !== undefined) entry.commentBefore = notesOn(site, host).map(oneComment).join('\n');
  }
  const missing = found.bin
    ? []
    : [comment(`${root}/bin/restore_db.sh is missing; set bin to the directory of the platform's scripts`)];
  return [
    comment(`Found on ${host.address}. Before you use this, compare the fingerprint on the host itself.`),
    ...missing,
    document.toString({ lineWidth: 0 }),
  ].join('\n');
}

type FoundSite = Discovered['sites'][number];

/** `directory`: where the site is, as this machine was told to look. */
function entryOf(
  site: FoundSite,
  directory: string,
  { host, ...bin }: { readonly host: object; readonly bin?: string },
) {
  return {
    slug: site.slug,
    environment: saysEnvironment(site) ? site.environment : 'production',
    domain: saysDomain(site) ? site.domain : `${site.slug}.example`,
    host,
    ...(directory === `${PLATFORM}/${site.slug}` ? {} : { root: directory }),
    ...bin,
  };
}

/** Anything else than the configuration takes does not count. */
function saysEnvironment({ environment }: FoundSite): boolean {
  return environment !== null && ENVIRONMENTS.includes(environment);
}

function saysDomain({ domain }: FoundSite): boolean {
  return domain !== null && HOST_NAME.test(domain);
}

/** Where a person has to decide. */
function notesOn(site: FoundSite, host: HostAddress): readonly string[] {
  return [
    saysEnvironment(site) ? null : 'environment: the host does not say; is it production, staging or dev?',
    saysDomain(site) ? null : 'domain: the host does not say; fill it in',
    site.owner === host.user ? null : `belongs to ${site.owner}; log in as that user`,
    site.unit ? null : `has no unit ${unitNames(site).gunicorn}`,
  ].filter((note) => note !== null);
}

/** A comment ends with its line, and so does whatever a host says in it. */
function oneComment(text: string): string {
  return ` ${inLine(text)}`;
}

function comment(text: string): string {
  return `#${oneComment(text)}`;
}
