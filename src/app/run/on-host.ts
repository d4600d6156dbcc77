import type { Site } from '../../domain/site/site.ts';
import type { HostSession, Hosts } from '../ports/host.ts';

/** Works over one connection to a site's host, and ends it. Errors: HostError if there is no connection, or if it breaks. */
export async function onHost<Result>(
  hosts: Hosts,
  site: Site,
  work: (host: HostSession) => Promise<Result>,
): Promise<Result> {
  const host = await hosts.connect(site);
  try {
    return await work(host);
  } finally {
    host.close();
  }
}
