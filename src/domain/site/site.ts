import type { Stakeholders } from './stakeholders.ts';

/** Deployment environment of a site, in the platform's own three words. */
export type Environment = 'production' | 'staging' | 'dev';

/** A host that is only passed through, and how it proves who it is. */
export interface JumpHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` of the host key; without it the known_hosts file decides. */
  readonly fingerprint?: string;
}

/** Where a site's host is and how it proves who it is. */
export interface HostAddress extends JumpHost {
  /** What stands between us and it, from us on; absent or empty: nothing. */
  readonly jump?: readonly JumpHost[];
}

/** `10.0.0.5:22`, and an IPv6 address in brackets. */
export function hostName({ address, port }: JumpHost): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What a person types to get to a host. */
export function sshCommand({ user, address, port, jump = [] }: HostAddress): string {
  const through = jump.map((one) => `${one.user}@${hostName(one)}`).join(',');
  return `ssh ${through === '' ? '' : `-J ${through} `}-p ${port} ${user}@${address}`;
}

/** How the admin is logged in to after a switch. */
export interface SmokeLogin {
  readonly user: string;
  /** Read by the worker at the moment of the check; its first line is the password. */
  readonly passwordFile: string;
}

/** The form through which one marked entry is sent after a switch. */
export interface SmokeForm {
  /** The page that has it, e.g. `/contact/`. */
  readonly path: string;
  /** What is typed, beside the platform's own name, email and message. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What the smoke tests need to know of a site beyond its url. */
export interface SmokeSettings {
  /** The address that is connected to, while name and certificate are those of the url. */
  readonly connect?: string;
  readonly login?: SmokeLogin;
  readonly form?: SmokeForm;
}

/** How a site is looked at every night, before anybody needs it. */
export interface NightlyLook {
  /** Where is said what became worse; without it, in the site's own channel. */
  readonly channel?: string;
  /** The newest usable backup may be this old, in milliseconds. */
  readonly backupMaxAgeMs: number;
  /** The environment of the version that the site would go back to is built aside. */
  readonly prepare: boolean;
}

/** One row of the inventory: a slug in an environment, on one host. */
export interface Site {
  readonly slug: string;
  readonly environment: Environment;
  readonly name: string;
  readonly domain: string;
  /** Where HTTP probes go, without a trailing slash. */
  readonly url: string;
  readonly smoke?: SmokeSettings;
  readonly host: HostAddress;
  /** The site's directory on the host, e.g. `/srv/sum/acme-kitchens`. */
  readonly root: string;
  /** The platform's scripts, e.g. `/srv/sum/bin`. */
  readonly bin: string;
  /** Overrides DJANGO_SETTINGS_MODULE of the site's `.env`. */
  readonly settings?: string;
  /** Slack channel id in which runs are shown; without it, where the command was typed. */
  readonly channel?: string;
  readonly stakeholders?: Stakeholders;
  /** Slack user ids (U…/W…) or user group ids (S…); an empty list means nobody. */
  readonly requesters: readonly string[];
  readonly approvers: readonly string[];
  readonly operators: readonly string[];
  readonly escalation: readonly string[];
  readonly paging: {
    /** How long people have to answer before they are called again, in milliseconds. */
    readonly everyMs: number;
    /** Where the calls go that reach beyond Slack. */
    readonly webhook?: string;
  };
  readonly approval: {
    /** How long a plan waits for its approval, in milliseconds. */
    readonly expiresMs: number;
    /** How many different people have to approve. */
    readonly quorum: number;
  };
  /** Absent: it is not looked at. */
  readonly readiness?: NightlyLook;
  readonly followUps: {
    /** How long follow-ups may rest before people are reminded of them, in milliseconds. */
    readonly remindMs: number;
  };
  readonly retention: Retention;
}

/** How many of the newest are kept on the host for undoing; never fewer than one. */
export interface Retention {
  readonly safetyBackups: number;
  /** Beside the one that runs. */
  readonly environments: number;
}

/** `slug@environment`: the one key under which a site is known everywhere. */
export function siteKey(site: Pick<Site, 'slug' | 'environment'>): string {
  return `${site.slug}@${site.environment}`;
}

export type UnitKind = 'gunicorn' | 'celery' | 'socket';
