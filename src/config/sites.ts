import { type HostAddress, type Site, type SmokeSettings, siteKey } from '../domain/site/site.ts';
import type { ConfigFinding } from './document.ts';
import { parseDuration } from './duration.ts';
import type { RawDefaults, RawSite } from './schema.ts';
import { secretHeaderOf } from './secret-header.ts';
import { stakeholdersOf } from './stakeholders.ts';

type RawHost = NonNullable<RawSite['host']>;

const DEFAULT_EXPIRES = '15m';
const DEFAULT_PAGING = '5m';
/** As many steps back as anyone has needed, and still room for them on a small disk. */
const DEFAULT_KEPT = 3;
const DEFAULT_REMIND = '3d';

/** One site with `defaults` and the platform's own defaults filled in. Lists replace, mappings merge key by key. */
export function toSite(defaults: RawDefaults, own: RawSite): Site {
  const raw = { ...defaults, ...own };
  const host = { ...defaults.host, ...own.host };
  const smoke = smokeOf(defaults, own);
  const stakeholders = stakeholdersOf(defaults, own);
  const approval = { ...defaults.approval, ...own.approval };
  const paging = { ...defaults.paging, ...own.paging };
  // A secret is for one receiver. One that the site names itself must not get the secret of another.
  const { secret } = own.paging?.webhook === undefined ? paging : own.paging;
  const retention = { ...defaults.retention, ...own.retention };
  const followUps = { ...defaults.followUps, ...own.followUps };
  const domain = raw.domain ?? '';
  return {
    slug: own.slug,
    environment: raw.environment ?? 'production',
    name: raw.name ?? titleCase(own.slug),
    domain,
    url: raw.url ?? `https://${domain}`,
    ...(smoke !== undefined && { smoke }),
    host: hostOf(host),
    root: raw.root ?? `/srv/sum/${own.slug}`,
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
      ...(secret !== undefined && { secret: secretHeaderOf(secret) }),
    },
    approval: {
      expiresMs: parseDuration(approval.expires ?? DEFAULT_EXPIRES) ?? 0,
      quorum: approval.quorum ?? 1,
      ...(approval.always === true && { always: true }),
    },
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

function smokeOf({ smoke: all }: RawDefaults, { smoke: own }: RawSite): SmokeSettings | undefined {
  if (all === undefined && own === undefined) return undefined;
  const { connect, login, form } = { ...all, ...own };
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

/** Settings that are allowed, but that leave someone waiting for nobody at three in the morning. */
export function siteWarnings(sites: readonly Site[]): readonly ConfigFinding[] {
  return sites.flatMap((site, index) => {
    const at = (key: string, message: string): ConfigFinding => ({ path: ['sites', index, key], message });
    const { requesters, approvers } = site;
    const people = new Set(approvers);
    const found: ConfigFinding[] = [];
    if (requesters.length === 0)
      found.push(at('requesters', `is empty, so nobody can roll back ${siteKey(site)}; add someone`));
    if (approvers.length === 0)
      found.push(
        at('approvers', `is empty, so nobody can approve a rollback of ${siteKey(site)}; add someone`),
      );
    else if (
      people.size === 1 &&
      requesters.length > 0 &&
      requesters.every((id) => people.has(id) && isUser(id))
    )
      found.push(
        at(
          'approvers',
          `names only ${approvers[0]}, who is also the only requester of ${siteKey(site)} and can't approve their own rollback; add a second person`,
        ),
      );
    else if (approvers.every(isUser) && people.size < site.approval.quorum)
      found.push(
        at(
          'approvers',
          `names ${people.size} of the ${site.approval.quorum} people that approval.quorum asks for; add more people or lower the quorum`,
        ),
      );
    return found;
  });
}

function isUser(id: string): boolean {
  return !id.startsWith('S');
}
