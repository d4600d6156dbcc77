import type { TestHost } from '../host/test-host.ts';

const PORTS = {
  'acme-kitchens': 8001,
  'birch-bakery': 8002,
  'cedar-clinic': 8003,
  'dune-dental': 8004,
} as const;

export type TestSite = keyof typeof PORTS;

export function siteUrl(host: TestHost, slug: TestSite): string {
  return `http://${host.address}:${PORTS[slug]}`;
}

/** A configuration for all sites of a test host, as a user would write it. */
export function inventoryOf(host: TestHost, extra = '', stakeholders = '{ channel: C02STATUS }'): string {
  const sites = (Object.keys(PORTS) as TestSite[]).map(
    (slug) => `  - slug: ${slug}
    environment: ${slug === 'dune-dental' || slug === 'cedar-clinic' ? 'staging' : 'production'}
    domain: ${slug}.test
    url: ${siteUrl(host, slug)}
    host: { address: ${host.address}, user: deploy, fingerprint: "${host.fingerprint}" }
`,
  );
  return `defaults:
  requesters: [U01ALICE, U02BOB]
  approvers: [U01ALICE, U02BOB]
  operators: [U01ALICE, U02BOB]
  stakeholders: ${stakeholders}
${extra}sites:
${sites.join('')}`;
}
