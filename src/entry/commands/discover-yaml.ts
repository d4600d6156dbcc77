import { join } from 'node:path/posix';
import { stringify } from 'yaml';
import type { HostAddress } from '../../domain/site/site.ts';
import { unitNames } from '../../domain/site/units.ts';
import type { Discovered } from '../../ssh/discover.ts';

const ENVIRONMENTS: readonly string[] = ['production', 'staging', 'dev'];
/** Where the configuration looks for sites and scripts by default. */
const PLATFORM = '/srv/sum';

/** The `sites:` of a configuration for the sites found, with a comment where a person has to decide. Pure. */
export function discoveredYaml(found: Discovered, host: HostAddress, root: string): string {
  if (found.sites.length === 0)
    return `# Found no site below ${root} on ${host.address}. Is that the platform's directory?\n`;
  const hostLine = {
    address: host.address,
    ...(host.port === 22 ? {} : { port: host.port }),
    user: host.user,
    fingerprint: found.hostKey,
  };
  // If `bin` is left out, the configuration takes the platform's own, wherever the sites are.
  const scripts = join(root, 'bin');
  const bin = found.bin && scripts !== `${PLATFORM}/bin` ? { bin: scripts } : {};
  const sites = found.sites.map((site) => {
    const known = site.environment !== null && ENVIRONMENTS.includes(site.environment);
    const entry = {
      slug: site.slug,
      environment: known ? site.environment : 'production',
      domain: site.domain ?? `${site.slug}.example`,
      host: hostLine,
      ...(site.root === `${PLATFORM}/${site.slug}` ? {} : { root: site.root }),
      ...bin,
    };
    const notes = [
      known ? null : 'environment: the host does not say; is it production, staging or dev?',
      site.domain === null ? 'domain: the host does not say; fill it in' : null,
      site.owner === host.user ? null : `belongs to ${site.owner}; log in as that user`,
      site.unit ? null : `has no unit ${unitNames(site).gunicorn}`,
    ].filter((note) => note !== null);
    const yaml = stringify([entry], { lineWidth: 0 }).trimEnd();
    return [...notes.map((note) => `# ${note}`), yaml].map((text) => text.replaceAll(/^/gm, '  ')).join('\n');
  });
  const missing = found.bin
    ? []
    : [`# ${root}/bin/restore_db.sh is missing; set bin to the directory of the platform's scripts`];
  return [
    `# Found on ${host.address}. Before you use this, compare the fingerprint on the host itself.`,
    ...missing,
    'sites:',
    ...sites,
    '',
  ].join('\n');
}
