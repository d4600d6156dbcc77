import type { Factor } from '../approval/factor.ts';
import type { Accounts } from '../approval/persons.ts';
import type { ApprovalPolicy } from '../approval/policy.ts';
import type { SecretHeader } from './secret-header.ts';
import type { Stakeholders } from './stakeholders.ts';

/** Deployment environment of a site, as the platform names the three. */
export type Environment = 'production' | 'staging' | 'dev';

/** A host that the connection only passes through. */
export interface JumpHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` of the host key; without it the known_hosts file decides. */
  readonly fingerprint?: string;
}

/** How to reach a site's host. */
export interface HostAddress extends JumpHost {
  /** The hosts on the way, the one nearest to us first; absent or empty: none. */
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

/** The account that the smoke test logs in to the admin with. */
export interface SmokeLogin {
  readonly user: string;
  /** Its first line is the password. The worker reads it at the moment of the check. */
  readonly passwordFile: string;
}

/** The form through which the smoke test sends one marked entry. */
export interface SmokeForm {
  /** The page that has it, e.g. `/contact/`. */
  readonly path: string;
  /** What to fill in, beside the platform's own name, email and message. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What the smoke tests need to know of a site beyond its url. */
export interface SmokeSettings {
  /** The address to connect to; host name and certificate stay those of the url. */
  readonly connect?: string;
  readonly login?: SmokeLogin;
  readonly form?: SmokeForm;
}

/** The nightly readiness check of a site. */
export interface NightlyLook {
  /** Where the bot says what became worse; absent: in the site's own channel. */
  readonly channel?: string;
  /** The newest usable backup may be this old, in milliseconds. */
  readonly backupMaxAgeMs: number;
  /** Build the environment of the version that the site would go back to. */
  readonly prepare: boolean;
}

/** How far a rehearsal may go on a host. */
export interface RehearsalLimits {
  /** How long each of its parts may take, in seconds. */
  readonly withinSeconds: number;
  /** How much of the site's disk has to stay free, in bytes. */
  readonly keepFreeBytes: number;
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
  /** Slack channel id in which the bot shows runs; absent: where the command was typed. */
  readonly channel?: string;
  readonly stakeholders?: Stakeholders;
  /** Slack user ids (U…/W…) or user group ids (S…); an empty list means nobody. */
  readonly requesters: readonly string[];
  readonly approvers: readonly string[];
  readonly operators: readonly string[];
  readonly escalation: readonly string[];
  /** Who may read about its runs beside all of these; `members`: every full member of the workspace. */
  readonly readers: 'members' | readonly string[];
  readonly paging: {
    /** How long people have to answer before the bot calls them again, in milliseconds. */
    readonly everyMs: number;
    /** Where calls beyond Slack go. */
    readonly webhook?: string;
    /** By which the receiver of those calls knows the bot. */
    readonly secret?: SecretHeader;
  };
  readonly approval: ApprovalPolicy & {
    /** How long a plan waits for its approval, in milliseconds. */
    readonly expiresMs: number;
    /** What approvers show beside being logged in to Slack. Absent: nothing. */
    readonly factor?: Factor;
    /** Who may let a run go ahead without the approvals that it lacks. Absent or empty: nobody. */
    readonly breakGlass?: readonly string[];
  };
  /** The accounts of people who have several. Absent: nobody has. */
  readonly accounts?: Accounts;
  /** Absent: there is none. */
  readonly readiness?: NightlyLook;
  /** Rollbacks are tried aside, within these limits. Absent: they are not. */
  readonly rehearsal?: RehearsalLimits;
  readonly followUps: {
    /** How long follow-ups may rest before the bot reminds people, in milliseconds. */
    readonly remindMs: number;
  };
  readonly retention: Retention;
}

/** How many of the newest the host keeps for an undo; never fewer than one. */
export interface Retention {
  readonly safetyBackups: number;
  /** Not counting the live one. */
  readonly environments: number;
}

/** `slug@environment`: the key of a site, everywhere. */
export function siteKey(site: Pick<Site, 'slug' | 'environment'>): string {
  return `${site.slug}@${site.environment}`;
}

export type UnitKind = 'gunicorn' | 'celery' | 'socket';
