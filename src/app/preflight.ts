import { causeRefusal, causeWarnings } from '../domain/cause.ts';
import type {
  BackupFile,
  PreparedEnvironment,
  ResolvedTarget,
  RestoreCopy,
  Survey,
} from '../domain/evidence.ts';
import { decideMode, surveyRefusal } from '../domain/gate.ts';
import { type MigrationVerdict, migrationVerdict } from '../domain/migrations.ts';
import { changesCode, type Mode, restoresDatabase } from '../domain/mode.ts';
import { refusal } from '../domain/reason.ts';
import type { RollbackRequest } from '../domain/request.ts';
import type { Site } from '../domain/site.ts';
import { commitLabel, resolveVersion } from '../domain/version.ts';
import { chooseBackup } from './choose-backup.ts';
import type { AppliedOnDatabase, DiskMigrations, HostSession } from './host-port.ts';
import { accepted, Refused, refuseIf } from './refused.ts';

/** Everything that a plan is made from, gathered with the site untouched. */
export interface Evidence {
  readonly hostKey: string;
  readonly survey: Survey;
  readonly target: ResolvedTarget | null;
  readonly prepared: PreparedEnvironment | null;
  readonly database: AppliedOnDatabase;
  readonly verdict: MigrationVerdict;
  readonly mode: Mode;
  readonly modeReason: string;
  readonly backup: BackupFile | null;
  readonly otherBackups: readonly { readonly name: string; readonly why: string }[];
  readonly restore: RestoreCopy | null;
  readonly warnings: readonly string[];
}

export interface Preflight {
  readonly host: HostSession;
  readonly site: Site;
  readonly request: RollbackRequest;
  readonly runId: string;
  readonly nearest: (word: string, known: readonly string[]) => string | null;
  /** Makes the numbers of future runs of this site higher than this one. */
  readonly skipNumbers: (number: number) => Promise<void>;
  /** Says what is being looked at, for the progress message. */
  readonly looking: (what: string) => Promise<void>;
}

/**
 * The look at the host with the site untouched, cheapest question first. Errors: throws Refused where policy says no,
 * HostError where the host cannot be asked.
 */
export async function gatherEvidence(preflight: Preflight): Promise<Evidence> {
  const { host, site, request, looking } = preflight;
  await looking('the host: rights, units, lock, code');
  const survey = accepted(
    await host.survey(),
    'host-unsupported',
    'Check root and host in the configuration.',
  );
  await checkNumber(preflight, survey);
  refuseIf(surveyRefusal(survey, site.root) ?? causeRefusal(survey));
  const database = accepted(
    await host.database(),
    'host-errored',
    'No rollback cures that. Start the database, or correct DJANGO_DB_… in .env, and ask again.',
  );
  const found = request.version === null ? null : await findTarget(preflight, survey, request.version);
  const prepared = found ? await prepare(preflight, survey, found.target) : null;
  await looking('which migrations ran');
  const known = await knownMigrations(host, site, prepared);
  const verdict = verdictFor(request.mode, database, known);
  const decided = decideMode(request.mode, verdict);
  if (decided.kind === 'refused') throw new Refused(decided.refusal);
  const chosen = restoresDatabase(decided.mode)
    ? await chooseBackup(preflight, database, verdict, prepared ? known.target : known.live, survey.freeBytes)
    : { backup: null, restore: null, others: [] };
  return {
    hostKey: host.hostKey,
    survey,
    target: found?.target ?? null,
    prepared,
    database,
    verdict,
    mode: decided.mode,
    modeReason: decided.why,
    backup: chosen.backup,
    otherBackups: chosen.others,
    restore: chosen.restore,
    warnings: [...(found?.warnings ?? []), ...causeWarnings(survey, site.domain)],
  };
}

/** A record that was lost begins to count anew; the host still has the runs of that name and must not mix them up. */
async function checkNumber({ runId, skipNumbers }: Preflight, { lastRun }: Survey): Promise<void> {
  const number = Number(/-(\d+)$/.exec(runId)?.[1] ?? Number.MAX_SAFE_INTEGER);
  if (lastRun < number) return;
  await skipNumbers(lastRun);
  throw new Refused(
    refusal(
      'run-number-taken',
      `The host already has a run called ${runId}, which the bot's record does not know. Was Redis replaced?`,
      'Type the command again: the next run gets a free number.',
    ),
  );
}

async function findTarget({ host, site, looking, nearest }: Preflight, survey: Survey, version: string) {
  await looking(`what ${version} is`);
  const resolution = resolveVersion(version, await host.resolveVersion(version), survey.reflog, nearest);
  if (resolution.kind === 'refused') throw new Refused(resolution.refusal);
  if (resolution.target.commit === survey.live.commit)
    throw new Refused(
      refusal(
        'already-live',
        `The code of this site is at ${commitLabel(survey.live)} already.`,
        `If a rollback was left half done, its environment and database may not belong to this code: read ${site.root}/.rollback-bot/runs/*/STATE before anything is restored.`,
      ),
    );
  return resolution;
}

async function prepare(
  { host, looking }: Preflight,
  survey: Survey,
  target: ResolvedTarget,
): Promise<PreparedEnvironment> {
  await looking(`whether ${commitLabel(target)} can be installed (its environment is built aside)`);
  const answer = await host.prepareEnvironment(target.commit, survey.executables);
  return accepted(
    answer,
    'target-not-installable',
    `${commitLabel(target)} cannot be the target as it is; choose another version.`,
  );
}

interface KnownMigrations {
  readonly live: DiskMigrations;
  readonly target: DiskMigrations;
}

async function knownMigrations(
  host: HostSession,
  site: Site,
  prepared: PreparedEnvironment | null,
): Promise<KnownMigrations> {
  const live = await host.migrations(`${site.root}/app`, `${site.root}/venv`);
  return { live, target: prepared ? await host.migrations(prepared.tree, prepared.venv) : live };
}

function verdictFor(
  asked: Mode | null,
  database: AppliedOnDatabase,
  known: KnownMigrations,
): MigrationVerdict {
  return migrationVerdict({
    applied: database.applied,
    target: asked !== null && !changesCode(asked) ? known.live : known.target,
    live: known.live,
  });
}
