import { z } from 'zod';
import { HostError } from '../app/ports/host-error.ts';
import type { HostAddress } from '../domain/site/site.ts';
import { discoverCommand } from '../remote/probes.ts';
import { askJson } from './ask.ts';
import { ConnectError, type Credentials, openSession } from './transport/session.ts';

const discovered = z.object({
  user: z.string(),
  bin: z.boolean(),
  sites: z.array(
    z.object({
      slug: z.string(),
      root: z.string(),
      owner: z.string(),
      environment: z.string().nullable(),
      domain: z.string().nullable(),
      settings: z.string().nullable(),
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
