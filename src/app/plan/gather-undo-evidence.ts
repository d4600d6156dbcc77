import type { BackupFile, ListedBackup } from '../../domain/database/backup.ts';
import { backupProblem } from '../../domain/database/choose-backup.ts';
import { capacityRefusal, databaseRefusal } from '../../domain/database/facts.ts';
import {
  legacyRows,
  legacyWarning,
  type Migration,
  migrationVerdict,
  without,
} from '../../domain/database/migrations.ts';
import { tableChanges } from '../../domain/database/row-changes.ts';
import type { LoadedApplication, PreparedEnvironment } from '../../domain/host/environment.ts';
import { environmentWarnings, restoreEnvironmentRefusal } from '../../domain/host/environment-file.ts';
import { causeWarnings } from '../../domain/host/outside-causes.ts';
import type { Survey } from '../../domain/host/survey.ts';
import { judgeMatrix, stackWarnings } from '../../domain/matrix/compare.ts';
import { checkedOutAt, environmentRefusal } from '../../domain/plan/begun-by-hand.ts';
import { decideMode, type ModeDecision } from '../../domain/plan/choose-mode.ts';
import { changesCode, restoresDatabase } from '../../domain/plan/mode.ts';
import type { Plan, UndoFacts } from '../../domain/plan/plan.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Run } from '../../domain/run/run.ts';
import { unsealedRefusal } from '../../domain/run/unsealed.ts';
import type { Site } from '../../domain/site/site.ts';
import { commitLabel, type ResolvedTarget } from '../../domain/version/commit.ts';
import { clearedCommit } from '../../domain/version/review.ts';
import { programValue } from '../../remote/switch-program.ts';
import type { AppliedOnDatabase, KeptEnvironment } from '../ports/host-probes.ts';
import {
  type JudgedMigrations,
  type KnownMigrations,
  liveMigrations,
  rowsBeside,
  stageBackup,
  startRefusal,
} from './ask-host.ts';
import { surveyHost } from './gather-evidence.ts';
import { migrationsHash } from './make-plan.ts';
import type { Evidence, Preflight } from './preflight.ts';
import { inShort, Refused, refuseIf } from './refused.ts';

const WRITTEN_SINCE = 'what was written since (rows now, and rows then)';

/** The run that the undo takes back. A run that changed its site had a plan. */
interface Undone {
  readonly run: string;
  readonly plan: Plan;
  /** When its switch stopped the site, by the host's clock. */
  readonly stoppedAt: string;
}

/**
 * Asks the host before an undo: is what the run left still there, and is what it kept whole? Nothing is resolved or built,
 * because the undo brings back exactly what was there. Errors: throws Refused if policy says no, HostError if the host can't
 * be asked.
 */
export async function gatherUndoEvidence(preflight: Preflight, run: Run): Promise<Evidence> {
  const { host, site } = preflight;
  const undone = undoneOf(run);
  const { mode } = undone.plan.binding;
  const { survey, database } = await surveyHost(preflight);
  refuseIf(overtaken(undone, site, survey, database));
  if (restoresDatabase(mode)) refuseIf(restoreEnvironmentRefusal(survey.environmentFile, site.root));
  const kept = changesCode(mode) ? await keptEnvironment(preflight, undone, survey) : null;
  if (kept === null) refuseIf(environmentRefusal(survey.unmetPins));
  const known = await knownMigrations(preflight, kept);
  if (kept !== null) {
    const application = ownProgram(survey.application, kept.venv);
    const start = { ...kept, survey, application, target: undone.plan.facts.live };
    refuseIf(await startRefusal(preflight, start, cannotStart(undone)));
  }
  const { applied } = database;
  // The previous code ran here until the undone run stopped it, however short that was.
  const legacy = legacyRows({ applied, ...known }, { until: undone.stoppedAt, lasted: false });
  const verdict = migrationVerdict({ applied: without(applied, legacy), ...known });
  const decided = modeOf(decideMode(mode, verdict, known.live), undone.run);
  const chosen = restoresDatabase(mode)
    ? await safetyBackup(
        preflight,
        undone,
        database,
        { ...known, legacy },
        kept?.freeBytes ?? survey.freeBytes,
      )
    : { backup: null, restore: null, lostBeside: null };
  const written = judgeMatrix(await preflight.matrix, site, survey.live);
  const facts = undoFacts(undone, chosen.backup);
  return {
    hostKey: host.hostKey,
    survey,
    target: kept === null ? null : targetOf(undone),
    leftBehind: [],
    prepared: kept === null ? null : preparedOf(kept),
    database,
    verdict,
    mode,
    modeReason: restoresDatabase(mode)
      ? `${undone.run} restored another one`
      : `${undone.run} did not touch it`,
    staying: decided.staying,
    reversible: null,
    ...chosen,
    otherBackups: [],
    // The version that comes back is quarantined because the undone run left it. That is no reason against the undo.
    quarantined: [],
    liftedByRequester: null,
    loss:
      facts.rowsThen === null
        ? null
        : await rowsBeside(preflight, WRITTEN_SINCE, facts.rowsThen, database.applied),
    matrix: written.row,
    warnings: [
      ...legacyWarning(legacy, commitLabel(undone.plan.facts.live)),
      ...causeWarnings(survey, site.domain),
      ...environmentWarnings(survey.environmentFile, site.root),
      ...written.warnings,
      ...stackWarnings(survey.stack, site, survey.live),
    ],
    undo: { facts, packages: kept?.packages ?? null },
  };
}

/** Errors: throws Refused if its record is not to be trusted. */
function undoneOf(run: Run): Undone {
  const { id, plan, switched } = run;
  refuseIf(unsealedRefusal(run, 'Nothing was changed. Ask for a rollback to that version instead.'));
  if (plan === null || switched === null) throw new Error(`${id} has changed nothing that could be undone`);
  const stop = switched.steps.find(({ name }) => name === 'stop');
  return { run: id, plan, stoppedAt: stop?.endedAt ?? switched.startedAt };
}

/**
 * The site must still be as the run left it. Otherwise someone has deployed, migrated or repaired since, and would lose that
 * work.
 */
function overtaken(
  { run, plan }: Undone,
  site: Site,
  { live, reflog }: Survey,
  database: AppliedOnDatabase,
): Refusal | null {
  const { binding, facts, program } = plan;
  const left = binding.targetCommit ?? binding.liveCommit;
  if (live.commit !== left) {
    const was = facts.target ?? facts.live;
    const since = checkedOutAt(reflog);
    const when = since === null ? '' : `, checked out ${since.slice(0, 16).replace('T', ' ')}`;
    return overtakenRefusal(
      run,
      site,
      `the code is ${commitLabel(live)}${when}, but ${run} left ${commitLabel(was)}`,
    );
  }
  const { name, host, port, oid } = binding.database;
  if (database.name !== name || database.host !== host || database.port !== port || database.oid !== oid)
    return overtakenRefusal(
      run,
      site,
      `the site now uses another database, ${database.name} on ${database.host}:${database.port}`,
    );
  const migrations = restoresDatabase(binding.mode) ? 'MIGRATIONS_RESTORED' : 'MIGRATIONS_NOW';
  return migrationsHash(database.applied) === programValue(program, migrations)
    ? null
    : overtakenRefusal(run, site, `the database has other migrations than ${run} left`);
}

function overtakenRefusal(run: string, { slug }: Site, why: string): Refusal {
  return refusal(
    'undo-overtaken',
    `The site was changed after ${run}: ${why}. An undo would take that change away as well.`,
    `Nothing was changed. If the site has to go back, roll it back to a version: /rollback ${slug} VERSION`,
  );
}

async function keptEnvironment(
  { host, site, progress }: Preflight,
  { run, plan }: Undone,
  { executables }: Survey,
): Promise<KeptEnvironment> {
  // It was live until that run stopped it, as the sealed record says.
  const { liveCommit } = plan.binding;
  const commit = clearedCommit(liveCommit, { ran: [liveCommit], review: null, approved: null });
  if (commit === null) throw new Error(`${run} left no version to go back to`);
  await progress(`the environment that ${run} kept`);
  const answer = await host.keptEnvironment({
    run,
    left: programValue(plan.program, 'ENVIRONMENT'),
    leftPackages: programValue(plan.program, 'ENVIRONMENT_PACKAGES'),
    commit,
    executables,
  });
  if (!('problem' in answer)) return answer;
  throw new Refused(
    answer.code === 'undo-overtaken'
      ? overtakenRefusal(run, site, answer.problem)
      : notKept(run, site, `${answer.problem}${answer.detail ? ` (${inShort(answer.detail)})` : ''}`, plan),
  );
}

/** What a person can still do without what the run had kept. */
function notKept(run: string, { slug }: Site, why: string, { binding, facts }: Plan): Refusal {
  const backup = restoresDatabase(binding.mode)
    ? ' That takes the database from a file of backups/. The safety backup may still be in the run directory.'
    : '';
  return refusal(
    'undo-not-kept',
    `${run} can't be undone: ${why}.`,
    changesCode(binding.mode)
      ? `Nothing was changed. You can install the previous code again: /rollback ${slug} ${facts.live.commit.slice(0, 12)}.${backup}`
      : `Nothing was changed. You can restore a file of backups/: /rollback ${slug} --database-only`,
  );
}

async function knownMigrations(preflight: Preflight, kept: KeptEnvironment | null): Promise<KnownMigrations> {
  await preflight.progress('which migrations the previous code knows');
  const live = await liveMigrations(preflight);
  return { live, target: kept === null ? live : await preflight.host.migrations(kept.tree, kept.venv) };
}

/**
 * Console scripts of a kept environment name the Python of `venv`, which leads to another environment now. So its own Python
 * runs them.
 */
function ownProgram(application: LoadedApplication | null, venv: string): LoadedApplication | null {
  if (application === null) return null;
  const [program = '', ...words] = application.program;
  return {
    ...application,
    program: words.length > 0 ? [program, ...words] : ['bin/python', `${venv}/${program}`],
  };
}

function cannotStart({ run, plan }: Undone): (problem: string) => Refusal {
  return (problem) =>
    refusal(
      'target-does-not-start',
      `${run} kept the previous environment, but gunicorn can't load ${commitLabel(plan.facts.live)} from it: ${problem}.`,
      'Roll back to another version instead. Nothing was changed.',
    );
}

function modeOf(decision: ModeDecision, run: string): { readonly staying: readonly Migration[] } {
  if (decision.kind === 'mode') return { staying: decision.staying ?? [] };
  const { code, sentence } = decision.refusal;
  throw new Refused(
    refusal(
      code,
      `${run} can't be undone. ${sentence}`,
      'Nothing was changed. Roll back to a version instead.',
    ),
  );
}

/**
 * The database as it was when the run stopped the site, judged like any backup. Errors: throws Refused if it does not fit.
 */
async function safetyBackup(
  { host, site, runId, progress }: Preflight,
  { run, plan, stoppedAt }: Undone,
  database: AppliedOnDatabase,
  { target: code, live, legacy }: JudgedMigrations,
  freeBytes: number,
) {
  refuseIf(databaseRefusal(database));
  await progress(`the safety backup of ${run}`);
  if ('error' in code)
    throw new Refused(
      refusal(
        'cannot-tell-migrations',
        `Can't tell whether its safety backup fits: the migrations of the previous code can't be read (${code.error}).`,
        'The bot never restores a backup on a guess.',
      ),
    );
  const listed: ListedBackup = {
    name: `${run}/safety.sql.gz`,
    keptBy: run,
    bytes: 0,
    slug: site.slug,
    takenAt: stoppedAt,
    kind: 'database',
  };
  const backup = await host.readBackup(listed);
  const problem = backupProblem(backup, code, live, legacy);
  if (problem !== null)
    throw new Refused(notKept(run, site, `its safety backup can't be used: ${problem.sentence}`, plan));
  refuseIf(capacityRefusal(freeBytes, database, backup));
  const staged = await stageBackup({ host, progress, runId }, backup, database, (why) =>
    refusal('host-errored', `The safety backup of ${run}: ${why}.`, 'Ask again.'),
  );
  return { backup, ...staged };
}

function targetOf({ plan, stoppedAt }: Undone): ResolvedTarget {
  return { ...plan.facts.live, source: 'reflog', liveUntil: stoppedAt };
}

function preparedOf({ tree, venv, freeBytes, installed }: KeptEnvironment): PreparedEnvironment {
  return { tree, venv, freeBytes, installed, reused: true };
}

function undoFacts({ run, plan, stoppedAt }: Undone, backup: BackupFile | null): UndoFacts {
  const rowsThen = plan.facts.backup?.rows ?? null;
  return {
    run,
    stoppedAt,
    rowsThen,
    comesBack: backup === null || rowsThen === null ? null : rowsOf(backup, rowsThen),
    healthBefore: plan.facts.healthBefore,
    errorsBefore: plan.facts.errorsBefore ?? null,
  };
}

function rowsOf({ rows, migrations }: BackupFile, then: Readonly<Record<string, number>>) {
  const counted = Object.entries(rows).map(
    ([table, count]) => [table, { rows: count, exact: true }] as const,
  );
  return tableChanges(Object.fromEntries(counted), then, migrations);
}
