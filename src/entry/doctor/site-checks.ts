import type { Problem } from '../../app/ports/host-error.ts';
import type { KeptForUndo } from '../../app/ports/host-keeping.ts';
import type { AppliedOnDatabase } from '../../app/ports/host-probes.ts';
import type { ListedBackup } from '../../domain/database/backup.ts';
import { poolerName, poolerServer } from '../../domain/database/facts.ts';
import type { HealthReading } from '../../domain/host/health.ts';
import { createdbCommand } from '../../domain/rehearsal/judge.ts';
import { hostName, type Site, siteKey } from '../../domain/site/site.ts';
import { distance, utc } from '../../report/text.ts';
import { type Asked, type CheckResult, fail, ok, warn } from '../parts/check-result.ts';
import {
  buildsResult,
  connectionFailure,
  megabytes,
  originResult,
  ownerResult,
  surveyResults,
} from './host-checks.ts';
import type { HostFacts, SiteFacts } from './inspect-site.ts';

/** From this age on, a backup loses more than a rollback usually should. */
const OLD_MS = 7 * 24 * 60 * 60 * 1_000;

/** Pure: one site and its host, in the order in which a person would fix it. `now`: ISO 8601. */
export function siteResults(site: Site, facts: SiteFacts, now: string): readonly CheckResult[] {
  const { host, health } = facts;
  return [
    ...('failure' in host ? [connectionFailure(site, host)] : hostResults(site, host, now)),
    healthResult(site, health),
    ...secretFileResults(site, facts),
  ];
}

function hostResults(site: Site, facts: HostFacts, now: string): readonly CheckResult[] {
  const { user, jump = [] } = site.host;
  const through = jump.length === 0 ? '' : ` through ${jump.map(hostName).join(', ')}`;
  const connected = ok(
    `${siteKey(site)}: SSH to ${user}@${hostName(site.host)}${through}, host key ${facts.hostKey} verified`,
  );
  const owner = ownerResult(site, facts.origin);
  // A user who does not own the site sees none of it: more lines would only repeat that.
  if (owner.level === 'fail' && 'answer' in facts.origin) return [connected, owner];
  const origin = originResult(site, facts.origin);
  return [
    connected,
    owner,
    ...surveyResults(site, facts.survey),
    ...(origin === null ? [] : [origin]),
    ...buildsResult(site, facts.origin),
    databaseResult(site, facts.database),
    ...rehearsalResult(site, facts.database),
    backupResult(site, facts.backups, now),
    keptResult(site, facts.kept, now),
  ];
}

function databaseResult(site: Site, asked: Asked<AppliedOnDatabase | Problem>): CheckResult {
  const what = `${siteKey(site)}: database`;
  const fix = `on the host: systemctl status postgresql, and compare DJANGO_DB_… in ${site.root}/.env`;
  if ('error' in asked) return fail(what, asked.error, fix);
  if ('problem' in asked.answer) return fail(what, asked.answer.problem, fix);
  const { name, host, port, serverVersion, sizeBytes, pooler } = asked.answer;
  if (pooler)
    return warn(
      what,
      `${name} answers through ${poolerName(pooler)} (${host}:${port}), so you can roll back only the code`,
      `before a restore, name the server itself in ${site.root}/.env: ${poolerServer(pooler)}`,
    );
  return ok(
    `${what} ${name} on ${host}:${port} answers, PostgreSQL ${serverVersion}, ${megabytes(sizeBytes)}`,
  );
}

/** Nothing to say of a site that wants no rehearsals, or whose database says nothing. */
function rehearsalResult(site: Site, asked: Asked<AppliedOnDatabase | Problem>): readonly CheckResult[] {
  if (site.rehearsal === undefined || 'error' in asked || 'problem' in asked.answer) return [];
  const { mayCreate, role } = asked.answer;
  const what = `${siteKey(site)}: rehearsal`;
  return [
    mayCreate
      ? ok(`${what}: the site's role may make a database, so rollbacks are tried aside`)
      : warn(
          what,
          "the site's role may not make a database, so no rollback is tried aside before it is needed",
          `on the database server: ${createdbCommand(role)}\nor set rehearsal to false for this site`,
        ),
  ];
}

function backupResult(site: Site, asked: Asked<readonly ListedBackup[]>, now: string): CheckResult {
  const what = `${siteKey(site)}: backup`;
  const fix = `${site.bin}/backup_db.sh --site-slug ${site.slug} (and check what should run it every day)`;
  if ('error' in asked) return fail(what, asked.error);
  const [newest] = asked.answer
    .filter(({ kind, slug }) => kind === 'database' && (slug === null || slug === site.slug))
    .toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : -1));
  if (newest === undefined)
    return warn(what, `there is none in ${site.root}/backups, so you can roll back only the code`, fix);
  const age = distance(newest.takenAt, now);
  if (newest.timeNote)
    return warn(
      what,
      `the newest is ${newest.name}, ${age} old (${utc(newest.takenAt)}); ${newest.timeNote}`,
      'name backups by UTC, with a Z at the end of the stamp: date -u +%Y%m%dT%H%M%SZ',
    );
  return Date.parse(now) - Date.parse(newest.takenAt) > OLD_MS
    ? warn(what, `the newest, ${newest.name}, is ${age} old`, fix)
    : ok(`${what}: the newest is ${newest.name}, ${age} old (${utc(newest.takenAt)})`);
}

/** What `/rollback undo` needs. A site that was never rolled back has none of it. */
function keptResult(site: Site, asked: Asked<KeptForUndo | Problem>, now: string): CheckResult {
  const what = `${siteKey(site)}: kept for undo`;
  if ('error' in asked) return warn(what, asked.error);
  if ('problem' in asked.answer) return warn(what, asked.answer.problem);
  const { safetyBackups, environments } = asked.answer;
  const age = (at: string) => `${distance(at, now)} old`;
  const backups = safetyBackups.map(
    ({ run, at, bytes }) => `safety backup of ${run} (${age(at)}, ${megabytes(bytes)})`,
  );
  const rest = environments.map(({ name, at }) => `environment ${name} (${age(at)})`);
  const all = [...backups, ...rest];
  const { retention } = site;
  const bounds = `limits: safety backups ${retention.safetyBackups}, environments ${retention.environments}`;
  return ok(`${what}: ${all.length === 0 ? 'nothing yet' : all.join(', ')}; ${bounds}`);
}

/**
 * The bot is there for sites that are ill, so that is only a warning. A site that does not answer at all may have a wrong
 * address here.
 */
function healthResult(site: Site, { status, word, failing }: HealthReading): CheckResult {
  const what = `${siteKey(site)}: health`;
  const page = `${site.url}/health/`;
  const connect = site.smoke?.connect === undefined ? '' : `--connect-to ::${site.smoke.connect}: `;
  if (status === null)
    return fail(
      what,
      `${page} does not answer (${word})`,
      `check url of ${site.slug} in the configuration, and from this machine: curl -i ${connect}${page}`,
    );
  const said = `${status} ${word}${failing.length > 0 ? ` (${failing.join(', ')})` : ''}`;
  return status === 200 ? ok(`${what}: ${page} says ${said}`) : warn(what, `${page} says ${said}`);
}

/**
 * Files on the worker that hold a secret, if the site has any. Better to learn by day than at night that one can't be read.
 */
function secretFileResults(
  site: Site,
  { passwordProblem, secretProblem, pagerProblem }: SiteFacts,
): readonly CheckResult[] {
  const { smoke, stakeholders, paging } = site;
  return [
    ...secretFile(site, 'smoke.login', smoke?.login?.passwordFile, 'the password', passwordProblem),
    ...secretFile(
      site,
      'stakeholders.webhook.secret',
      stakeholders?.webhook?.secret?.file,
      'the value of the header',
      secretProblem,
    ),
    ...secretFile(site, 'paging.secret', paging.secret?.file, 'the value of the header', pagerProblem),
  ];
}

function secretFile(
  site: Site,
  key: string,
  file: string | undefined,
  content: string,
  problem: string | null,
): readonly CheckResult[] {
  if (file === undefined) return [];
  const what = `${siteKey(site)}: ${key}`;
  const fix = `as the user that runs the worker: (umask 077; cat > ${file}), type ${content} and Ctrl-D`;
  return [problem === null ? ok(`${what}: ${file} can be read`) : fail(what, problem, fix)];
}
