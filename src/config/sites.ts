import type { Accounts } from '../domain/approval/persons.ts';
import {
  type Environment,
  type HostAddress,
  type Site,
  type SmokeSettings,
  siteKey,
} from '../domain/site/site.ts';
import { approvalOf } from './approval/approval.ts';
import type { ConfigFinding } from './document.ts';
import type { RawDefaults, RawSite } from './schema.ts';
import { stakeholdersOf } from './stakeholders/stakeholders.ts';
import { parseDuration } from './values/duration.ts';
import { secretHeaderOf } from './values/secret-header.ts';

type RawHost = NonNullable<RawSite['host']>;

const DEFAULT_PAGING = '5m';
/** As many steps back as anyone has needed, and still room for them on a small disk. */
const DEFAULT_KEPT = 3;
const DEFAULT_REMIND = '3d';

export const DEFAULT_ENVIRONMENT = 'production';

/** Which environment a site is in, before anything is merged: its own key, or that of `defaults`. */
export function environmentOf(defaults: RawDefaults, own: RawDefaults): Environment {
  return own.environment ?? defaults.environment ?? DEFAULT_ENVIRONMENT;
}

/** One site with the platform's own defaults filled in. `raw`: from all layers of the file. */
export function toSite(raw: RawSite, accounts: Accounts = []): Site {
  const { host = {}, paging = {}, retention = {}, followUps = {} } = raw;
  const smoke = smokeOf(raw);
  const stakeholders = stakeholdersOf(raw.stakeholders);
  const domain = raw.domain ?? '';
  return {
    slug: raw.slug,
    environment: raw.environment ?? DEFAULT_ENVIRONMENT,
    name: raw.name ?? titleCase(raw.slug),
    domain,
    url: raw.url ?? `https://${domain}`,
    ...(smoke !== undefined && { smoke }),
    host: hostOf(host),
    root: raw.root ?? `/srv/sum/${raw.slug}`,
    bin: raw.bin ?? '/srv/sum/bin',
    ...(raw.settings !== undefined && { settings: raw.settings }),
    ...(raw.channel !== undefined && { channel: raw.channel }),
    ...(stakeholders !== undefined && { stakeholders }),
    requesters: raw.requesters ?? [],
    approvers: raw.approvers ?? [],
    operators: raw.operators ?? [],
    escalation: raw.escalation ?? [],
    readers: raw.readers ?? 'members',
    paging: {
      everyMs: parseDuration(paging.every ?? DEFAULT_PAGING) ?? 0,
      ...(paging.webhook !== undefined && { webhook: paging.webhook }),
      ...(paging.secret !== undefined && { secret: secretHeaderOf(paging.secret) }),
    },
    approval: approvalOf(raw.approval),
    ...(accounts.length > 0 && { accounts }),
    retention: {
      safetyBackups: retention.safetyBackups ?? DEFAULT_KEPT,
      environments: retention.environments ?? DEFAULT_KEPT,
    },
    followUps: { remindMs: parseDuration(followUps.remind ?? DEFAULT_REMIND) ?? 0 },
  };
}

function hostOf({ address = '', port = 22, user = 'deploy', fingerprint, jump = [] }: RawHost): HostAddress {
  const stations = jump.map((one) => ({
    address: one.address,
    port: one.port ?? 22,
    user: one.user ?? user,
    ...(one.fingerprint !== undefined && { fingerprint: one.fingerprint }),
  }));
  return {
    address,
    port,
    user,
    ...(fingerprint !== undefined && { fingerprint }),
    ...(stations.length > 0 && { jump: stations }),
  };
}

function smokeOf({ smoke }: RawSite): SmokeSettings | undefined {
  if (smoke === undefined) return undefined;
  const { connect, login, form } = smoke;
  return {
    ...(connect !== undefined && { connect }),
    ...(login !== undefined && { login }),
    ...(form !== undefined && { form: { path: form.path, fields: form.fields ?? {} } }),
  };
}

function titleCase(slug: string): string {
  return slug
    .split('-')
    .filter((word) => word !== '')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join(' ');
}

interface Clash {
  readonly key: (site: Site) => string;
  readonly message: (site: Site, other: string) => string;
}

/** Two entries that would act on the same thing. For each pair, the first rule that fits is enough. */
const CLASHES: readonly Clash[] = [
  {
    key: siteKey,
    message: (site, other) => `is ${siteKey(site)}, the same as ${other}; change the slug or the environment`,
  },
  {
    key: (site) => `${hostKey(site)} ${site.root}`,
    message: (site, other) => `has the same host and root as ${other} (${site.root}); give each its own`,
  },
  {
    // Unit names come from the slug alone: stopping one site would stop the other.
    key: (site) => `${hostKey(site)} ${site.slug}`,
    message: (site, other) =>
      `has the slug ${site.slug} on the same host as ${other}, so both would have the same systemd units; use another slug or host`,
  },
];

export function clashes(sites: readonly Site[]): readonly ConfigFinding[] {
  return sites.flatMap((site, index) => {
    for (const { key, message } of CLASHES) {
      const other = sites.slice(0, index).findIndex((earlier) => key(earlier) === key(site));
      if (other >= 0) return [{ path: ['sites', index, 'slug'], message: message(site, `sites[${other}]`) }];
    }
    return [];
  });
}

/** The same private address behind another jump host is another host. */
function hostKey({ host }: Site): string {
  return [...(host.jump ?? []), host].map((one) => `${one.address.toLowerCase()} ${one.port}`).join(' ');
}
