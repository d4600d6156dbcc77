import { backupProblem, nothingFits, shortlistBackups } from '../domain/backup.ts';
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
import { type Refusal, refusal } from '../domain/reason.ts';
import type { RollbackRequest } from '../domain/request.ts';
import type { Site } from '../domain/site.ts';
import { commitLabel, resolveVersion } from '../domain/version.ts';
import type { AppliedOnDatabase, DiskMigrations, HostSession, Problem } from './host-port.ts';

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

/** Ends the preflight with policy's answer; caught in one place, and never an error. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;

  constructor(refused: Refusal) {
    super(refused.sentence);
    this.refusal = refused;
  }
}

interface Preflight {
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
  refuseIf(surveyRefusal(survey, site.root));
  const database = accepted(
    await host.database(),
    'host-errored',
    'The database has to answer before anything is planned.',
  );
  const found = request.version === null ? null : await findTarget(preflight, survey, request.version);
  const prepared = found ? await prepare(preflight, survey, found.target) : null;
  await looking('which migrations ran');
  const known = await knownMigrations(host, site, prepared);
  const verdict = verdictFor(request.mode, database, known);
  const decided = decideMode(request.mode, verdict);
  if (decided.kind === 'refused') throw new Refused(decided.refusal);
  const chosen = restoresDatabase(decided.mode)
    ? await chooseBackup(preflight, database, verdict, prepared ? known.target : known.live)
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
    warnings: found?.warnings ?? [],
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

function refuseIf(problem: Refusal | null): void {
  if (problem) throw new Refused(problem);
}

function accepted<T extends object>(answer: T | Problem, code: Refusal['code'], next: string): T {
  if ('problem' in answer && typeof answer.problem === 'string') {
    const detail = answer.detail ? `\n${answer.detail}` : '';
    throw new Refused(refusal(code, `${capital(answer.problem)}.`, `${next}${detail}`));
  }
  return answer as T;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

async function findTarget({ host, looking, nearest }: Preflight, survey: Survey, version: string) {
  await looking(`what ${version} is`);
  const resolution = resolveVersion(version, await host.resolveVersion(version), survey.reflog, nearest);
  if (resolution.kind === 'refused') throw new Refused(resolution.refusal);
  if (resolution.target.commit === survey.live.commit)
    throw new Refused(
      refusal(
        'already-live',
        `The code of this site is at ${commitLabel(survey.live)} already.`,
        'If only the database has to go back, ask with --database-only; if the site is down, look at its services.',
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

async function chooseBackup(
  preflight: Preflight,
  database: AppliedOnDatabase,
  verdict: MigrationVerdict,
  code: DiskMigrations,
) {
  const { host, site, request, runId, looking } = preflight;
  await looking('which backup fits');
  if ('error' in code)
    throw new Refused(
      refusal(
        'cannot-tell-migrations',
        `It cannot be told which backup fits: the migrations of the code cannot be read (${code.error}).`,
        'Nothing is restored on a guess.',
      ),
    );
  const before = firstUnwanted(verdict);
  const {
    candidates,
    others,
    refusal: no,
  } = shortlistBackups(await host.listBackups(), { slug: site.slug, before, named: request.backup });
  refuseIf(no);
  const rejected = [...others];
  for (const candidate of candidates) {
    const file = await host.readBackup(candidate);
    const problem = backupProblem(file, code);
    if (problem === null) {
      await looking(`a private copy of ${file.name}`);
      const staged = accepted(
        await host.stageRestore(runId, file, database.foreignExtensions),
        'host-errored',
        'Ask again.',
      );
      return { backup: file, restore: staged, others: rejected };
    }
    if (request.backup !== null)
      throw new Refused(
        refusal(
          problem.code,
          `The backup ${file.name} cannot be used: ${problem.sentence}.`,
          'Leave --backup out, and the newest one that fits is proposed.',
        ),
      );
    rejected.push({ name: file.name, why: problem.sentence });
  }
  throw new Refused(nothingFits(rejected));
}

function firstUnwanted(verdict: MigrationVerdict): string | null {
  const unwanted = verdict.kind === 'applied' || verdict.kind === 'behind' ? verdict.unwanted : [];
  return unwanted.map((row) => row.appliedAt).sort()[0] ?? null;
}
