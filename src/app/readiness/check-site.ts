import { type BackupFile, backupLabel, type ListedBackup } from '../../domain/database/backup.ts';
import {
  backupProblem,
  readProblem,
  shortlistBackups,
  unjudgedRefusal,
} from '../../domain/database/choose-backup.ts';
import { capacityRefusal, databaseRefusal } from '../../domain/database/facts.ts';
import type { PreparedEnvironment } from '../../domain/host/environment.ts';
import { causeRefusal } from '../../domain/host/outside-causes.ts';
import type { Survey } from '../../domain/host/survey.ts';
import { judgeMatrix, wasLeft } from '../../domain/matrix/compare.ts';
import type { MatrixRow } from '../../domain/matrix/table.ts';
import { decideMode } from '../../domain/plan/choose-mode.ts';
import { restoresDatabase } from '../../domain/plan/mode.ts';
import { ageText, backupFindings } from '../../domain/readiness/backup-findings.ts';
import {
  bad,
  cannotTell,
  type Finding,
  good,
  type SiteReadiness,
  type Subject,
} from '../../domain/readiness/findings.ts';
import { surveyFindings } from '../../domain/readiness/survey-findings.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Rehearsed } from '../../domain/rehearsal/rehearsal.ts';
import { isVerified } from '../../domain/run/verified.ts';
import { type NightlyLook, type Site, siteKey } from '../../domain/site/site.ts';
import { commitLabel, type ResolvedTarget, typedName } from '../../domain/version/commit.ts';
import { knownGood, type PastRollback } from '../../domain/version/known-good.ts';
import { liveUntil } from '../../domain/version/resolve.ts';
import { firstUnwanted, readUntilFit } from '../plan/choose-backup.ts';
import { judgeMigrations } from '../plan/gather-evidence.ts';
import { asRefusal } from '../plan/plan-rollback.ts';
import { accepted, Refused, refuseIf } from '../plan/refused.ts';
import type { HostSession, Hosts } from '../ports/host.ts';
import type { AppliedOnDatabase } from '../ports/host-probes.ts';
import type { Clock } from '../ports/outside.ts';
import type { Records } from '../ports/records.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readAllOf, readable } from '../run/find-runs.ts';
import { rehearsalFinding } from './rehearsal-finding.ts';

export interface CheckSiteDeps {
  readonly hosts: Hosts;
  readonly records: Pick<Records, 'matrix'>;
  /** null: there is no record to ask. */
  readonly runs: Pick<RunStore, 'recent' | 'read'> | null;
  readonly clock: Clock;
  /** Says what is being asked now. */
  readonly progress: (what: string) => Promise<void>;
}

/** One readiness check: what it has found so far, and what it asks with. */
interface Checking extends CheckSiteDeps {
  readonly host: HostSession;
  readonly site: Site;
  readonly approvedBuild: null;
  readonly wish: Pick<NightlyLook, 'backupMaxAgeMs' | 'prepare'>;
  readonly findings: Finding[];
}

/**
 * Asks the host everything that a rollback would need, with the preflight's own questions. It changes nothing there except
 * what the preflight builds aside, too, and it does not take `deploy.lock`. Errors: throws any error that is not the host's,
 * and the reason of `signal` if that ended the check.
 */
export async function checkSite(
  deps: CheckSiteDeps,
  site: Site,
  wish: Checking['wish'],
  signal: AbortSignal,
): Promise<SiteReadiness> {
  const lookedAt = deps.clock.now();
  const findings: Finding[] = [];
  let rehearsed: Rehearsed | undefined;
  try {
    await deps.progress('the host: rights, units, lock, code');
    const host = await deps.hosts.connect(site);
    const close = () => host.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      signal.throwIfAborted();
      // Nobody is asked at night, so an unreviewed version is not built.
      const checking = { ...deps, host: readingOnce(host), site, approvedBuild: null, wish, findings };
      rehearsed = await checkHost(checking);
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  } catch (error) {
    signal.throwIfAborted();
    const refused = asRefusal(error, site);
    if (refused === null) throw error;
    findings.push(cannotTell('host', refused));
  }
  return { lookedAt, findings, ...(rehearsed && { rehearsed }) };
}

/** Returns the rehearsal that was held. */
async function checkHost(checking: Checking): Promise<Rehearsed | undefined> {
  const { host, site, wish, findings } = checking;
  const survey = await tried(checking, 'host', async () =>
    accepted(await host.survey(), 'host-unsupported', 'Check root and host in the configuration.'),
  );
  if (survey === null) return undefined;
  findings.push(...surveyFindings(survey, site));
  if (survey.user !== survey.owner) return undefined;
  judge(checking, 'cause', causeRefusal(survey), 'everything that the health page needs on the host answers');
  const database = await tried(checking, 'database', async () =>
    accepted(
      await host.database(),
      'host-errored',
      "A rollback doesn't cure that. Start the database, or correct DJANGO_DB_… in .env.",
    ),
  );
  if (database !== null)
    judge(checking, 'database', databaseRefusal(database), `${database.name} answers and could be restored`);
  const newest = await checkBackups(checking, survey, database);
  if (database === null || !wish.prepare) return undefined;
  const ready = await checkKnownGood(checking, survey, database);
  const backup = ready?.backup ?? newest;
  if (site.rehearsal === undefined || backup === null) return undefined;
  await checking.progress('whether a rollback works, by trying it aside');
  const { finding, rehearsed } = await rehearsalFinding(
    host,
    { backup, database, target: ready },
    site.rehearsal,
  );
  findings.push(finding);
  return rehearsed;
}

async function checkBackups(
  checking: Checking,
  survey: Survey,
  database: AppliedOnDatabase | null,
): Promise<BackupFile | null> {
  const { host, site, wish, findings } = checking;
  await checking.progress('the newest backups, reading them to the end');
  const { candidates } = shortlistBackups(await host.listBackups(), {
    slug: site.slug,
    before: null,
    named: null,
  });
  const { fit, rejected } = await readUntilFit(host, candidates, readProblem);
  const unusable = rejected.map(({ file, problem }) => ({
    name: file.name,
    why: problem.sentence,
    isUnjudged: problem.code === 'backup-unjudged',
  }));
  const read = { newest: fit, unusable, readAt: survey.clock };
  findings.push(...backupFindings(read, site, wish.backupMaxAgeMs));
  const full = fit && database ? capacityRefusal(survey.freeBytes, database, fit) : null;
  if (full !== null) findings.push(bad('disk', full));
  return full === null ? fit : null;
}

/**
 * Whether the version that the site would go back to can be installed, can start, and finds what it needs in the database.
 */
async function checkKnownGood(
  checking: Checking,
  survey: Survey,
  database: AppliedOnDatabase,
): Promise<ReadyTarget | null> {
  const { findings } = checking;
  const target = await lastKnownGood(checking, survey);
  if (target === null) {
    findings.push(good('target', 'no other version is known to have run well here'));
    return null;
  }
  const ready = await tried(checking, 'target', () => checkTarget(checking, survey, database, target));
  if (ready !== null) findings.push(good('target', ready.sentence));
  return ready;
}

/** A version that can be gone back to. */
interface ReadyTarget {
  readonly label: string;
  readonly sentence: string;
  readonly prepared: PreparedEnvironment;
  /** What would be restored; null: the database would stay as it is. */
  readonly backup: BackupFile | null;
}

/** Errors: throws Refused with the reason that would refuse a rollback to this version. */
async function checkTarget(
  checking: Checking,
  survey: Survey,
  database: AppliedOnDatabase,
  target: ResolvedTarget,
): Promise<ReadyTarget> {
  const known = await judgeMigrations(checking, survey, database, target);
  const decided = decideMode(null, known.verdict, known.live);
  if (decided.kind === 'refused') throw new Refused(decided.refusal);
  const { prepared } = known;
  if (prepared === null) throw new Error('a version was judged that was not prepared');
  const label = commitLabel(target);
  const ready = `${label} is installed aside and can be started`;
  if (!restoresDatabase(decided.mode))
    return { label, prepared, backup: null, sentence: `${ready}; the database would stay as it is` };
  const { host, site } = checking;
  const { target: code, live, legacy } = known;
  if ('error' in code) throw new Error('a mode was decided on without the migrations of the target');
  const wish = { slug: site.slug, before: firstUnwanted(known.verdict), named: null };
  const { candidates } = shortlistBackups(await host.listBackups(), wish);
  const read = await readUntilFit(host, candidates, (file) => backupProblem(file, code, live, legacy));
  const version = typedName(target);
  refuseIf(unjudgedRefusal(read, (option) => `/rollback ${siteKey(site)} ${version} ${option}`));
  const { fit } = read;
  if (fit === null)
    throw new Refused(
      refusal(
        'backup-missing',
        `A rollback to ${commitLabel(target)} would have to restore a backup, and none on the host fits.`,
        `On the machine of the bot, type rollback-bot plan ${siteKey(site)} ${version}: it says why each one doesn't fit.`,
      ),
    );
  refuseIf(capacityRefusal(prepared.freeBytes, database, fit));
  const age = ageText(Date.parse(survey.clock) - Date.parse(fit.takenAt));
  return {
    label,
    prepared,
    backup: fit,
    sentence: `${ready}, with the backup ${backupLabel(fit)}, ${age} old`,
  };
}

/** More candidates are not worth a question each. */
const MOST_CANDIDATES = 5;

async function lastKnownGood(checking: Checking, survey: Survey): Promise<ResolvedTarget | null> {
  const { host, site } = checking;
  const { reflog, live } = survey;
  const candidates = knownGood(live.commit, reflog, await pastRollbacks(checking));
  const row: MatrixRow | null = judgeMatrix(await checking.records.matrix(), site, live).row;
  for (const commit of candidates.slice(0, MOST_CANDIDATES)) {
    const info = await host.describeCommit(commit);
    if (info !== null && !wasLeft(row, info))
      return { ...info, source: 'reflog', liveUntil: liveUntil(commit, reflog) };
  }
  return null;
}

/** Runs older than these say nothing about what is good today. */
const NEWEST_RUNS = 100;

async function pastRollbacks({ runs, site }: Checking): Promise<readonly PastRollback[]> {
  if (runs === null) return [];
  const known = await readAllOf(runs, await runs.recent(NEWEST_RUNS), siteKey(site));
  // A run that can't be read was not verified, as far as we know.
  return readable(known).flatMap((run) => {
    const { liveCommit: from, targetCommit: to } = run.plan?.binding ?? {};
    return isVerified(run) && from && to ? [{ from, to }] : [];
  });
}

function judge({ findings }: Checking, subject: Subject, refused: Refusal | null, sentence: string): void {
  findings.push(refused === null ? good(subject, sentence) : bad(subject, refused));
}

/** A refusal would end the preflight. Here it is one finding, and the answer is null. */
async function tried<T>({ findings }: Checking, subject: Subject, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    findings.push(bad(subject, error.refusal));
    return null;
  }
}

/** The same host, but it reads each backup only once, however often it is asked. */
function readingOnce(host: HostSession): HostSession {
  const read = new Map<string, Promise<BackupFile>>();
  return {
    ...host,
    readBackup: (listed: ListedBackup) => {
      const reading = read.get(listed.name) ?? host.readBackup(listed);
      read.set(listed.name, reading);
      return reading;
    },
  };
}
