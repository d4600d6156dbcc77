import type { Site } from '../../domain/site/site.ts';
import type { Problem } from './host-error.ts';
import type { HostKeeping } from './host-keeping.ts';
import type { HostProbes } from './host-probes.ts';
import type { RunProgram } from './run-program.ts';

/** One connection to a site's host. Use cases take the part that they need. */
export interface HostSession extends HostProbes, RunProgram, HostKeeping {
  /** Fingerprint of the key that was verified before authentication. */
  readonly hostKey: string;
  close(): void;
}

export interface Hosts {
  connect(site: Site): Promise<HostSession>;
}

/** Whose the site is and whether the repository that it came from answers; asked by the doctor alone. */
export interface SiteOrigin {
  readonly user: string;
  readonly owner: string;
  /** Without a login; null: there is none, or it could not be asked. */
  readonly origin: string | null;
  readonly originProblem: string | null;
}

export interface InspectedHost extends HostSession {
  origin(): Promise<SiteOrigin | Problem>;
}

/** Hosts to be looked at: sites on one host share a connection, and `close` ends them all. */
export interface InspectedHosts {
  connect(site: Site): Promise<InspectedHost>;
  close(): void;
}
