import { stringify } from 'yaml';
import { type DemoHost, HOST_USER } from '../host/demo-host.ts';
import { ALICE, BOB, DANA, OPS, STATUS } from './people.ts';

/** The rollback.yml of the demo. As for any other host, it holds everything that is special about this one. */
export function configurationFor(host: DemoHost): string {
  const { port, fingerprint } = host;
  return stringify({
    // The demo has its own Redis, which ends with it.
    redis: { allowUnfit: true },
    defaults: {
      requesters: [ALICE],
      approvers: [BOB, DANA],
      operators: [ALICE, BOB, DANA],
      escalation: [BOB],
      channel: OPS,
      host: { address: '127.0.0.1', port, user: HOST_USER, fingerprint },
      bin: host.places.scripts,
      // The demo's PostgreSQL has one database and can make no other.
      rehearsal: false,
    },
    sites: host.sites.map(({ definition, root, url }) => ({
      slug: definition.slug,
      name: definition.title,
      domain: definition.domain,
      url,
      root,
      ...(definition.slug === 'acme-kitchens' ? { stakeholders: { channel: STATUS } } : {}),
    })),
  });
}
