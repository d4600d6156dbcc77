import type { SiteOrigin } from '../../app/ports/host.ts';
import type { HostFailure, Problem } from '../../app/ports/host-error.ts';
import {
  environmentWarnings,
  restoreEnvironmentRefusal,
  unreadableRefusal,
} from '../../domain/host/environment-file.ts';
import { judgedAlone, withoutAsking } from '../../domain/host/judge-alone.ts';
import { grantText } from '../../domain/host/sudoers.ts';
import type { Survey } from '../../domain/host/survey.ts';
import { surveyRefusal } from '../../domain/host/survey-rules.ts';
import { packagesOf } from '../../domain/host/tools.ts';
import { startWarnings } from '../../domain/host/unit-rules.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { hostName, type JumpHost, type Site, siteKey, sshCommand } from '../../domain/site/site.ts';
import { type Asked, type CheckResult, fail, ok, warn } from '../parts/check-result.ts';
import type { NoConnection } from './inspect-site.ts';

/** Pure: why there is no connection, and what to do on which side. */
export function connectionFailure(site: Site, { failure, why, presented, jump }: NoConnection): CheckResult {
  const at = jump ?? site.host;
  const index = site.host.jump?.findIndex((one) => hostName(one) === hostName(at)) ?? 0;
  const key = jump === null ? 'host' : `host.jump[${index}]`;
  return fail(`${siteKey(site)}: SSH`, why, CONNECTION_FIXES[failure]({ site, at, key, presented }));
}

/** Where the connection failed: at the host itself, or at a jump host on the way. */
interface FailedAt {
  readonly site: Site;
  readonly at: JumpHost;
  /** Its place in the configuration. */
  readonly key: string;
  readonly presented: string | null;
}

type ConnectionFix = (failed: FailedAt) => string;

const tryBySsh: ConnectionFix = ({ site, key }) =>
  `check ${key} in the configuration, and from this machine: ${sshCommand(site.host)} true`;

const CONNECTION_FIXES: Readonly<Record<HostFailure, ConnectionFix>> = {
  unreachable: tryBySsh,
  'timed-out': tryBySsh,
  unknown: tryBySsh,
  errored: tryBySsh,
  authentication: ({ at }) =>
    `add the bot's public key (ssh-keygen -y -f "$SSH_PRIVATE_KEY_FILE") to ~${at.user}/.ssh/authorized_keys on ${at.address}`,
  'no-login': () =>
    'correct the files that SSH_PRIVATE_KEY_FILE and SSH_KNOWN_HOSTS_FILE name: this user must be able to read both',
  'host-key-unknown': ({ site, at, key, presented }) =>
    [
      `add to ${key} of ${site.slug} in the configuration: fingerprint: "${presented ?? 'SHA256:…'}"`,
      `but first compare it on the host itself, such as on the console of ${at.address}:`,
      'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done',
    ].join('\n'),
  'host-key-changed': ({ at, key, presented }) =>
    [
      `if ${at.address} was not rebuilt, someone may be intercepting the connection: tell whoever runs it before changing anything`,
      `if it was, compare ${presented ?? 'the fingerprint'} on its console, then correct ${key}.fingerprint or known_hosts`,
    ].join('\n'),
};

/** Pure: the owner of the site, and the repository that it came from. */
export function ownerResult(site: Site, asked: Asked<SiteOrigin | Problem>): CheckResult {
  const what = `${siteKey(site)}: owner`;
  if ('error' in asked) return fail(what, asked.error);
  if ('problem' in asked.answer)
    return fail(what, asked.answer.problem, `correct root of ${site.slug} in the configuration`);
  const { user, owner } = asked.answer;
  return user === owner
    ? ok(`${siteKey(site)}: ${user} owns ${site.root}/app`)
    : fail(
        what,
        `the bot logs in as ${user}, but the site belongs to ${owner}`,
        `set host.user of ${site.slug} to ${owner}, and add the bot's key to that account`,
      );
}

export function originResult(site: Site, asked: Asked<SiteOrigin | Problem>): CheckResult | null {
  if ('error' in asked || 'problem' in asked.answer) return null;
  const { user, owner, origin, originProblem } = asked.answer;
  if (user !== owner) return null;
  const what = `${siteKey(site)}: git origin`;
  const meanwhile = 'you can still roll back to versions that the host already has';
  if (origin === null)
    return warn(what, `there is none; ${meanwhile}`, `git -C ${site.root}/app remote add origin ADDRESS`);
  return originProblem === null
    ? ok(`${siteKey(site)}: git origin ${origin} answers`)
    : warn(
        what,
        `${origin} does not answer (${originProblem}); ${meanwhile}`,
        `try on the host as ${owner}: git -C ${site.root}/app ls-remote origin HEAD`,
      );
}

/** Pure: whether code of a version that is only being built can reach the site. */
export function buildsResult(site: Site, asked: Asked<SiteOrigin | Problem>): readonly CheckResult[] {
  if ('error' in asked || 'problem' in asked.answer) return [];
  const what = `${siteKey(site)}: builds`;
  return asked.answer.confinesBuilds
    ? [ok(`${what}: kept away from .env, backups, processes and files of the site`)]
    : [
        warn(
          what,
          'what builds a version can read .env and change files of the site: this host gives the login no user namespaces',
          'if your rules for the host permit it, allow them: sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns',
        ),
      ];
}

/** Pure: the survey, with every finding instead of only the first. The sentences are the preflight's own. */
export function surveyResults(site: Site, asked: Asked<Survey | Problem>): readonly CheckResult[] {
  const key = siteKey(site);
  if ('error' in asked) return [fail(`${key}: survey`, asked.error)];
  if ('problem' in asked.answer)
    return [fail(`${key}: survey`, asked.answer.problem, `correct root and host of ${site.slug}`)];
  const survey = asked.answer;
  const { missingTools, missingRights, units, bind, environmentFile, lockFree, freeBytes } = survey;
  const { indexLocked, dirtyFiles, sudoProblem, starts, wrappers, movesTo } = survey;
  const judge = (part: Partial<Survey>) => judgedAlone(survey, part, site);
  const unitNames = units.map((unit) => `${unit.name} (${unit.active})`).join(', ');
  const results = [
    result(`${key}: tools`, 'all there', judge({ missingTools }), installing(missingTools, site)),
    sudoProblem === null
      ? result(
          `${key}: sudo`,
          'may stop and start the units',
          judge({ missingRights }),
          granting(site, survey),
        )
      : result(`${key}: sudo`, '', judge({ sudoProblem })),
    result(
      `${key}: units`,
      unitNames,
      judge({ units }) ??
        judge({ starts }) ??
        judge({ units, wrappers }) ??
        judge({ bind }) ??
        judge({ bind, movesTo }),
    ),
    ...startWarnings(survey).map((sentence) => warn(`${key}: units`, sentence)),
    ...environmentResults(key, environmentFile, site.root),
    lockResult(key, judge({ lockFree })),
    result(`${key}: code`, 'no changes by hand', judge({ indexLocked }) ?? judge({ dirtyFiles })),
    result(`${key}: disk`, `${megabytes(freeBytes)} free`, judge({ freeBytes })),
  ];
  const refusal = surveyRefusal(survey, site);
  // A newer rule may have no line of its own here. Its refusal must still show.
  return refusal !== null && results.every(({ level }) => level === 'ok')
    ? [...results, result(`${key}: survey`, '', refusal)]
    : results;
}

function environmentResults(
  key: string,
  file: Survey['environmentFile'],
  root: string,
): readonly CheckResult[] {
  const refusal = unreadableRefusal(file, root) ?? restoreEnvironmentRefusal(file, root);
  const warnings = environmentWarnings(file, root);
  return refusal !== null || warnings.length === 0
    ? [result(`${key}: .env`, 'bash reads it', refusal)]
    : warnings.map((sentence) => warn(`${key}: .env`, sentence));
}

function result(what: string, good: string, refusal: Refusal | null, fix?: string): CheckResult {
  return refusal === null
    ? ok(`${what}: ${good}`)
    : fail(what, withoutDot(refusal.sentence), fix ?? withoutAsking(refusal.next));
}

/** If someone is deploying, that is no fault of the host. */
function lockResult(key: string, refusal: Refusal | null): CheckResult {
  return refusal === null
    ? ok(`${key}: deploy.lock: free`)
    : warn(`${key}: deploy.lock`, withoutDot(refusal.sentence), refusal.next);
}

function installing(missing: readonly string[], { bin }: Site): string {
  const scripts = missing.filter((tool) => tool.startsWith(`${bin}/`));
  const packages = packagesOf(missing);
  return [
    packages.length > 0 ? `apt-get install ${packages.join(' ')}` : null,
    scripts.length > 0
      ? `put ${scripts.join(', ')} there and make it executable, or correct bin in the configuration`
      : null,
  ]
    .filter((line) => line !== null)
    .join('\n');
}

function granting(site: Site, { systemctl, missingRights }: Survey): string {
  return grantText(
    site,
    { systemctl, missing: missingRights },
    'visudo -f /etc/sudoers.d/rollback-bot, and add:',
  );
}

export function megabytes(bytes: number): string {
  return bytes < 10 * 1024 ** 3
    ? `${Math.round(bytes / 1024 ** 2)} MB`
    : `${Math.round(bytes / 1024 ** 3)} GB`;
}

function withoutDot(text: string): string {
  return text.replace(/\.$/, '');
}
