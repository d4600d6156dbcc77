import {
  alsoQuarantined,
  liftedBy,
  namesInQuarantine,
  quarantinesOf,
} from '../../domain/after/quarantine.ts';
import { backupWarnings } from '../../domain/database/choose-backup.ts';
import {
  legacyRows,
  legacyWarning,
  type MigrationVerdict,
  migrationVerdict,
  traitsOf,
  without,
} from '../../domain/database/migrations.ts';
import type { PreparedEnvironment } from '../../domain/host/environment.ts';
import { environmentWarnings, restoreEnvironmentRefusal } from '../../domain/host/environment-file.ts';
import { causeRefusal, causeWarnings } from '../../domain/host/outside-causes.ts';
import type { Survey } from '../../domain/host/survey.ts';
import { surveyRefusal } from '../../domain/host/survey-rules.ts';
import { judgeMatrix, stackWarnings } from '../../domain/matrix/compare.ts';
import {
  alreadyLive,
  environmentRefusal,
  mismatches,
  pinText,
  upgradedAt,
} from '../../domain/plan/begun-by-hand.ts';
import { decideMode } from '../../domain/plan/choose-mode.ts';
import { changesCode, restoresDatabase } from '../../domain/plan/mode.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Site } from '../../domain/site/site.ts';
import { commitLabel, type ResolvedTarget } from '../../domain/version/commit.ts';
import { liveThroughout, ranHere } from '../../domain/version/lives.ts';
import { resolveVersion } from '../../domain/version/resolve.ts';
import { unreviewedWarning } from '../../domain/version/review.ts';
import type { Problem } from '../ports/host-error.ts';
import type { AppliedOnDatabase, DiskMigrations } from '../ports/host-probes.ts';
import {
  type HostQuestions,
  type JudgedMigrations,
  liveMigrations,
  rowsBeside,
  startRefusal,
} from './ask-host.ts';
import { chooseBackup } from './choose-backup.ts';
import { clearTarget } from './clear-target.ts';
import type { Evidence, Preflight } from './preflight.ts';
import { accepted, Refused, refuseIf } from './refused.ts';

/**
 * Asks the host while the site stays up, the cheapest question first. Errors: throws Refused if policy says no, HostError if
 * the host can't be asked.
 */
export async function gatherEvidence(preflight: Preflight): Promise<Evidence> {
  const { host, site, request } = preflight;
  const { survey, database } = await surveyHost(preflight);
  const found = request.version === null ? null : await findTarget(preflight, survey, request.version);
  if (found === null) refuseIf(environmentRefusal(survey.unmetPins));
  const known = await judgeMigrations(preflight, survey, database, found?.target ?? null);
  const decided = decideMode(request.mode, known.verdict, known.live, request.backup !== null);
  if (decided.kind === 'refused') throw new Refused(alsoQuarantined(decided.refusal, found?.quarantined));
  if (restoresDatabase(decided.mode)) refuseIf(restoreEnvironmentRefusal(survey.environmentFile, site.root));
  const chosen = restoresDatabase(decided.mode)
    ? await chooseBackup(
        preflight,
        database,
        known.verdict,
        known,
        known.prepared?.freeBytes ?? survey.freeBytes,
      )
    : { backup: null, restore: null, lostBeside: null, others: [] };
  const loss = chosen.backup ? await rowsBeside(preflight, LOSS, chosen.backup.rows, database.applied) : null;
  const written = judgeMatrix(await preflight.matrix, site, survey.live);
  const isBegun = found?.target.commit === survey.live.commit;
  return {
    hostKey: host.hostKey,
    survey,
    target: found?.target ?? null,
    leftBehind: isBegun ? mismatches(survey, known.verdict) : [],
    prepared: known.prepared,
    database,
    verdict: known.verdict,
    mode: decided.mode,
    modeReason: decided.why,
    staying: decided.staying ?? [],
    reversible: reversible(known),
    backup: chosen.backup,
    otherBackups: chosen.others,
    restore: chosen.restore,
    loss,
    lostBeside: chosen.lostBeside,
    matrix: written.row,
    quarantined: found?.quarantined ?? [],
    liftedByRequester:
      found && liftedBy(request.requester, found.target, await preflight.newest(), site.accounts),
    warnings: [
      ...(found?.warnings ?? []),
      ...(isBegun ? [] : survey.unmetPins.map((pin) => `The live environment ${pinText(pin)}.`)),
      ...(chosen.backup ? backupWarnings(chosen.backup, database.serverVersion) : []),
      ...legacyWarning(known.legacy, commitLabel(found?.target ?? survey.live)),
      ...causeWarnings(survey, site.domain),
      ...environmentWarnings(survey.environmentFile, site.root),
      ...written.warnings,
      ...stackWarnings(survey.stack, site, survey.live),
      ...(survey.staticRoot === null && changesCode(decided.mode) ? [NO_STATIC_ROOT] : []),
      ...unreviewedWarnings(preflight.approvedBuild, found?.target ?? null, known.prepared),
    ],
  };
}

/** What a rollback and an undo ask first. Errors: throws Refused if nothing can be done on this host. */
export async function surveyHost(
  preflight: Preflight,
): Promise<{ readonly survey: Survey; readonly database: AppliedOnDatabase }> {
  const { host, site, progress } = preflight;
  await progress('the host: rights, units, lock, code');
  const survey = accepted(
    await host.survey(),
    'host-unsupported',
    'Check root and host in the configuration.',
  );
  await checkNumber(preflight, survey);
  refuseIf(surveyRefusal(survey, site) ?? causeRefusal(survey));
  // Who asks for a restore need not wait until the target is built.
  const { mode } = preflight.request;
  if (mode !== null && restoresDatabase(mode))
    refuseIf(restoreEnvironmentRefusal(survey.environmentFile, site.root));
  const database = accepted(
    await host.database(),
    'host-errored',
    "A rollback doesn't cure that. Start the database, or correct DJANGO_DB_… in .env, then ask again.",
  );
  return { survey, database };
}

const LOSS = 'what would be lost (rows now, and rows in the backup)';

/** If people had to approve that the target is built. */
function unreviewedWarnings(
  approved: string | null,
  target: ResolvedTarget | null,
  prepared: PreparedEnvironment | null,
): readonly string[] {
  if (target === null || target.commit !== approved) return [];
  return [unreviewedWarning(target), ...(prepared?.confined === false ? [NOT_CONFINED] : [])];
}

const NOT_CONFINED =
  "The host can't keep a build away from the site, so what built this version could read .env and change files of the site.";

const NO_STATIC_ROOT =
  'DJANGO_STATIC_ROOT is not in .env. So collectstatic writes where the settings say; that may be inside the code tree, and not where the web server looks.';

/**
 * A Redis that lost its record counts from 1 again. The host still has runs with those numbers, and must not mix them up.
 */
async function checkNumber({ runId, skipNumbers }: Preflight, { lastRun }: Survey): Promise<void> {
  const number = Number(/-(\d+)$/.exec(runId)?.[1] ?? Number.MAX_SAFE_INTEGER);
  if (lastRun < number) return;
  await skipNumbers(lastRun);
  throw new Refused(
    refusal(
      'run-number-taken',
      `The host already has a run called ${runId}, and the bot's record doesn't know it. Was Redis replaced?`,
      'Type the command again: the next run gets a free number.',
    ),
  );
}

async function findTarget(
  { host, progress, nearest, runsWithTasks }: Preflight,
  survey: Survey,
  version: string,
) {
  await progress(`which commit ${version} is`);
  const findings = await host.resolveVersion(version);
  const marked = namesInQuarantine(survey.quarantine, runsWithTasks);
  const resolution = resolveVersion(version, findings, survey.reflog, nearest, marked);
  if (resolution.kind === 'refused') throw new Refused(resolution.refusal);
  return { ...resolution, quarantined: quarantinesOf(resolution.target, survey.quarantine, runsWithTasks) };
}

async function prepare(
  questions: HostQuestions,
  survey: Survey,
  target: ResolvedTarget,
): Promise<PreparedEnvironment> {
  const { host, site, progress } = questions;
  const commit = await clearTarget(questions, survey, target);
  await progress(`whether ${commitLabel(target)} can be installed (the bot builds its environment aside)`);
  const answer = await host.prepareEnvironment(commit, survey.executables);
  return accepted(
    answer,
    'target-not-installable',
    nextStep('problem' in answer ? answer.code : undefined, site, target),
  );
}

function nextStep(code: Problem['code'], { root }: Site, target: ResolvedTarget): string {
  switch (code) {
    case 'disk-space':
      return `Free some space, then ask again. Environments of earlier targets are in ${root}/.rollback-bot/venvs.`;
    case 'tools-missing':
      return 'Install them on the host (on Debian and Ubuntu: apt install python3-venv), then ask again.';
    default:
      return `${commitLabel(target)} can't be the target as it is. Choose another version.`;
  }
}

function cannotStart(target: ResolvedTarget): (problem: string) => Refusal {
  return (problem) =>
    refusal(
      'target-does-not-start',
      `${commitLabel(target)} was installed aside, but gunicorn can't load it: ${problem}.`,
      'Choose another version. Nothing was changed.',
    );
}

function reversible({ verdict, live }: Judged): boolean | null {
  return verdict.kind === 'applied' ? (traitsOf(verdict.unwanted, live)?.reversible ?? null) : null;
}

interface Judged extends JudgedMigrations {
  readonly verdict: MigrationVerdict;
  readonly prepared: PreparedEnvironment | null;
}

/**
 * Asks the live code first: if the target is already checked out and everything agrees with it, there is nothing to build.
 * Errors: throws Refused in that case, and if the target cannot be installed.
 */
export async function judgeMigrations(
  preflight: HostQuestions,
  survey: Survey,
  { applied }: AppliedOnDatabase,
  target: ResolvedTarget | null,
): Promise<Judged> {
  await preflight.progress('which migrations have run');
  const live = await liveMigrations(preflight);
  const ran =
    target === null
      ? liveThroughout(survey.live.commit, survey.reflog)
      : ranHere(target.commit, survey.reflog);
  const isBegun = target?.commit === survey.live.commit;
  const since = isBegun ? upgradedAt(target, survey.reflog) : null;
  const judge = (known: DiskMigrations) => {
    const legacy = legacyRows({ applied, target: known, live }, ran);
    const rows = without(applied, legacy);
    return {
      target: known,
      live,
      legacy,
      verdict: migrationVerdict({ applied: rows, target: known, live }, since),
    };
  };
  if (target === null) return { ...judge(live), prepared: null };
  if (isBegun && mismatches(survey, judge(live).verdict).length === 0) throw new Refused(alreadyLive(survey));
  const prepared = await prepare(preflight, survey, target);
  const known = await preflight.host.migrations(prepared.tree, prepared.venv);
  const start = { ...prepared, survey, application: survey.application, target };
  refuseIf(await startRefusal(preflight, start, cannotStart(target)));
  return { ...judge(known), prepared };
}
