import type { InspectedHost, InspectedHosts, SiteOrigin } from '../../app/ports/host.ts';
import { HostError, type HostFailure, type Problem } from '../../app/ports/host-error.ts';
import type { KeptForUndo } from '../../app/ports/host-keeping.ts';
import type { AppliedOnDatabase } from '../../app/ports/host-probes.ts';
import type { SiteProbe } from '../../app/ports/site.ts';
import type { ListedBackup } from '../../domain/database/backup.ts';
import type { HealthReading } from '../../domain/host/health.ts';
import type { Survey } from '../../domain/host/survey.ts';
import type { JumpHost, Site } from '../../domain/site/site.ts';
import { readPassword } from '../../probe/password-file.ts';
import { ConnectError } from '../../ssh/transport/session.ts';
import { type Asked, askOne } from '../parts/check-result.ts';

/** What a host and a site answered, each question with a deadline of its own. */
export interface SiteFacts {
  readonly host: HostFacts | NoConnection;
  readonly health: HealthReading;
  /** What is wrong with the password file of smoke.login; null: nothing, or there is none. */
  readonly passwordProblem: string | null;
  /** The same for the secret of the status page. */
  readonly secretProblem: string | null;
  /** The same for the secret of the paging webhook. */
  readonly pagerProblem: string | null;
}

export interface HostFacts {
  readonly hostKey: string;
  readonly origin: Asked<SiteOrigin | Problem>;
  readonly survey: Asked<Survey | Problem>;
  readonly database: Asked<AppliedOnDatabase | Problem>;
  readonly backups: Asked<readonly ListedBackup[]>;
  readonly kept: Asked<KeptForUndo | Problem>;
}

export interface NoConnection {
  readonly failure: HostFailure;
  readonly why: string;
  /** The fingerprint that the host presented, if its key is the problem. */
  readonly presented: string | null;
  /** The jump host at which it failed; null: the host itself. */
  readonly jump: JumpHost | null;
}

const DEADLINE_MS = 30_000;

/** Asks one site and its host. Changes nothing there, and never throws. */
export async function inspectSite(
  hosts: InspectedHosts,
  probe: SiteProbe,
  site: Site,
  deadlineMs: number = DEADLINE_MS,
): Promise<SiteFacts> {
  const [host, health, passwordProblem, secretProblem, pagerProblem] = await Promise.all([
    inspectHost(hosts, site, deadlineMs),
    readHealth(probe, site),
    findFileProblem(site.smoke?.login?.passwordFile),
    findFileProblem(site.stakeholders?.webhook?.secret?.file),
    findFileProblem(site.paging.secret?.file),
  ]);
  return { host, health, passwordProblem, secretProblem, pagerProblem };
}

async function findFileProblem(file: string | undefined): Promise<string | null> {
  if (file === undefined) return null;
  const read = await readPassword(file);
  return 'problem' in read ? read.problem : null;
}

async function readHealth(probe: SiteProbe, site: Site): Promise<HealthReading> {
  const asked = await askOne(DEADLINE_MS, () => probe.health(site));
  return 'answer' in asked ? asked.answer : { status: null, word: asked.error, failing: [] };
}

async function inspectHost(
  hosts: InspectedHosts,
  site: Site,
  deadlineMs: number,
): Promise<HostFacts | NoConnection> {
  let host: InspectedHost;
  try {
    host = await hosts.connect(site);
  } catch (error) {
    return noConnection(error);
  }
  const [origin, survey, database, backups, kept] = await Promise.all([
    askOne(deadlineMs, () => host.origin()),
    askOne(deadlineMs, () => host.survey()),
    askOne(deadlineMs, () => host.database()),
    askOne(deadlineMs, () => host.listBackups()),
    askOne(deadlineMs, () => host.keptForUndo()),
  ]);
  return { hostKey: host.hostKey, origin, survey, database, backups, kept };
}

function noConnection(error: unknown): NoConnection {
  const why = error instanceof Error ? error.message : String(error);
  if (!(error instanceof HostError)) return { failure: 'errored', why, presented: null, jump: null };
  const { presented = null, jump = null } = error.cause instanceof ConnectError ? error.cause : {};
  return { failure: error.failure, why, presented, jump };
}
