import type { Site } from '../../domain/site/site.ts';
import type { Problem } from './host-error.ts';
import type { HostKeeping } from './host-keeping.ts';
import type { HostProbes } from './host-probes.ts';
import type { HostRehearsal } from './host-rehearsal.ts';
import type { RunProgram } from './run-program.ts';

/** One connection to a site's host. Use cases take the part that they need. */
export interface HostSession extends HostProbes, HostRehearsal, RunProgram, HostKeeping {
  /** Fingerprint of the host key that was verified before we logged in. */
  readonly hostKey: string;
  close(): void;
}

export interface Hosts {
  connect(site: Site): Promise<HostSession>;
}

/** Who owns the site, and whether the repository that it came from answers. Only the doctor asks. */
export interface SiteOrigin {
  readonly user: string;
  readonly owner: string;
  /** Without any credentials in it; null: there is none, or the host could not be asked. */
  readonly origin: string | null;
  readonly originProblem: string | null;
  /** The host can keep a build away from the site's `.env`, processes and files. */
  readonly confinesBuilds: boolean;
}

export interface InspectedHost extends HostSession {
  origin(): Promise<SiteOrigin | Problem>;
}

/** Hosts for many questions at once: sites on one host share a connection, and `close` ends them all. */
export interface InspectedHosts {
  connect(site: Site): Promise<InspectedHost>;
  close(): void;
}
