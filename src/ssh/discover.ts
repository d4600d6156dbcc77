import { z } from 'zod';
import { HostError } from '../app/ports/host-error.ts';
import type { HostAddress } from '../domain/site/site.ts';
import { discoverCommand } from '../remote/probes.ts';
import { list, said } from './answers/limits.ts';
import { askJson } from './ask.ts';
import { ConnectError, type Credentials, openSession } from './transport/session.ts';

/** The configuration takes no other slugs, so there is no entry for a directory of another name. */
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

const discovered = z.object({
  user: said(100),
  bin: z.boolean(),
  sites: list(
    'sites',
    1000,
    z.object({
      slug,
      owner: said(100),
      environment: said(100).nullable(),
      domain: said(253).nullable(),
      settings: said(200).nullable(),
      unit: z.boolean(),
    }),
  ),
});

/** The sites below the platform's directory on one host. */
export type Discovered = z.infer<typeof discovered> & { readonly hostKey: string };

/** Asks a host that is not configured yet. Errors: throws HostError. */
export async function discoverSites(
  host: HostAddress,
  credentials: Credentials,
  root: string,
): Promise<Discovered> {
  try {
    const session = await openSession(host, credentials);
    try {
      return {
        ...(await askJson(session, discoverCommand({ root }), discovered, 30_000)),
        hostKey: session.hostKey,
      };
    } finally {
      session.close();
    }
  } catch (error) {
    if (error instanceof ConnectError) throw new HostError(error.failure, error.message, { cause: error });
    throw error;
  }
}
