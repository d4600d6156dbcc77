import { namesLeft } from '../../domain/after/quarantine.ts';
import {
  alwaysReason,
  type BoundApproval,
  decisionRules,
  planSubjects,
  quorumFor,
} from '../../domain/approval/policy.ts';
import type { BackupFile } from '../../domain/database/backup.ts';
import type { DatabaseFacts } from '../../domain/database/facts.ts';
import { type Migration, migrationLabel, someLabels, verdictText } from '../../domain/database/migrations.ts';
import { sha256 } from '../../domain/digest.ts';
import type { HealthReading } from '../../domain/host/health.ts';
import type { ErrorCount } from '../../domain/host/journal-errors.ts';
import { certificateWarning } from '../../domain/host/outside-causes.ts';
import type { UnitState } from '../../domain/host/survey.ts';
import { changesCode, restoresDatabase } from '../../domain/plan/mode.ts';
import { type Plan, type PlanBinding, planDigest } from '../../domain/plan/plan.ts';
import { stepsOf } from '../../domain/plan/steps.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { ResolvedTarget } from '../../domain/version/commit.ts';
import { switchProgram } from '../../remote/switch-program.ts';
import type { AppliedOnDatabase } from '../ports/host-probes.ts';
import type { Evidence } from './preflight.ts';

/** Turns evidence into the one plan that the bot shows. Pure: the same evidence gives the same digest. */
export function makePlan(
  site: Site,
  evidence: Evidence,
  healthBefore: HealthReading,
  measuredAt: string,
  errorsBefore: readonly ErrorCount[] | null = null,
): Plan {
  const steps = stepsOf(evidence.mode, {
    databaseBytes: evidence.database.sizeBytes,
    restoredBytes: evidence.backup?.restoredBytes ?? 0,
    stopSeconds: evidence.survey.units.map((unit) => unit.stopSeconds),
  });
  const program = switchProgram({ ...valuesOf(site, evidence), steps });
  const { survey, target, database, backup, restore } = evidence;
  const quorum = quorumFor(site.approval, planSubjects(evidence.mode, evidence.undo !== undefined));
  const decisions = decisionRules(site.approval);
  const reasons = approvalReasons(site, evidence);
  const binding: PlanBinding = {
    site: siteKey(site),
    hostKey: evidence.hostKey,
    mode: evidence.mode,
    liveCommit: survey.live.commit,
    targetCommit: target?.commit ?? null,
    database: { name: database.name, host: database.host, port: database.port, oid: database.oid },
    backupSha256: backup?.sha256 ?? null,
    restoreSha256: restore?.sha256 ?? null,
    migrations: verdictText(evidence.verdict),
    programSha256: sha256(program),
    approval: { reasons, quorum, ...(decisions && { decisions }), ...factorOf(site) },
  };
  return {
    digest: planDigest(binding),
    binding,
    steps,
    restore,
    program,
    failureClause: failureClause(evidence),
    approvalReasons: reasons,
    quorum,
    facts: {
      live: survey.live,
      liveSince: survey.reflog[0]?.at ?? null,
      target,
      leftBehind: evidence.leftBehind,
      healthBefore,
      verdict: evidence.verdict,
      modeReason: evidence.modeReason,
      reversible: evidence.reversible,
      backup: backup && keptOf(backup),
      otherBackups: evidence.otherBackups.slice(0, MOST_BACKUPS),
      moreBackups: Math.max(0, evidence.otherBackups.length - MOST_BACKUPS),
      loss: evidence.loss,
      lostBeside: evidence.lostBeside && firstOf(evidence.lostBeside, MOST_OBJECTS, 'objects'),
      matrix: evidence.matrix,
      database: withoutRows(database),
      units: survey.units,
      installed: evidence.prepared?.installed ?? {},
      environment: evidence.prepared?.venv ?? null,
      errorsBefore,
      leaves: evidence.undo ? [] : namesLeft(survey.live, target, survey.pinRanBefore),
      quarantined: evidence.quarantined.slice(0, MOST_QUARANTINES),
      warnings: firstOf(
        [...evidence.warnings, ...certificateWarning(healthBefore, survey.health)],
        MOST_WARNINGS,
        'warnings',
      ),
      ...(evidence.rehearsal && { rehearsal: evidence.rehearsal }),
      ...(evidence.undo && { undo: evidence.undo.facts }),
      measuredAt,
    },
  };
}

/** Nobody reads more than these, and each read of the record reads them all. */
const MOST_BACKUPS = 20;
const MOST_OBJECTS = 100;
const MOST_QUARANTINES = 20;
const MOST_WARNINGS = 40;

/** The first of them, and how many more there are. */
function firstOf(lines: readonly string[], most: number, what: string): readonly string[] {
  const more = lines.length - most;
  return more > 0 ? [...lines.slice(0, most), `and ${more} more ${what}`] : lines;
}

/** Without what only the planning needs. */
function keptOf({ roles: _r, extensions: _e, needs: _n, objects: _o, ...kept }: BackupFile): BackupFile {
  return kept;
}

function withoutRows(database: AppliedOnDatabase): DatabaseFacts {
  const { applied: _, ...facts } = database;
  return facts;
}

function valuesOf(site: Site, { mode, survey, target, prepared, database, backup, restore, undo }: Evidence) {
  return {
    site: siteKey(site),
    slug: site.slug,
    mode,
    root: site.root,
    bin: site.bin,
    domain: site.domain,
    bind: survey.bind ?? '',
    settings: site.settings ?? '',
    live: survey.live.commit,
    target: target?.commit ?? '',
    environment: prepared?.venv ?? '',
    environmentPackages: undo?.packages ?? '',
    goodHealth: goodHealth(undo?.facts.healthBefore),
    stopUnits: inOrder(survey.units, ['celery', 'socket', 'gunicorn']),
    startUnits: inOrder(survey.units, ['socket', 'gunicorn', 'celery']),
    database: `${database.name} ${database.host} ${database.port}`,
    databaseOid: database.oid,
    databaseRole: database.role,
    migrationsNow: migrationsHash(database.applied),
    migrationsRestored: migrationsHash(backup?.migrations ?? []),
    restoreSha256: restore?.sha256 ?? '',
    leftAlone: restoresDatabase(mode) ? (database.leftAlone ?? []) : [],
  };
}

function inOrder(units: readonly UnitState[], kinds: readonly UnitState['kind'][]): readonly string[] {
  return kinds.flatMap((kind) => units.filter((unit) => unit.kind === kind).map((unit) => unit.name));
}

/** An undo brings back what was there before, even if that did not answer well. */
function goodHealth(before: HealthReading | undefined): readonly number[] {
  const status = before?.status ?? 200;
  return status === 200 ? [200] : [200, status];
}

/** As the switch program computes it on the host: sorted by bytes, one name a line. */
export function migrationsHash(rows: readonly Migration[]): string {
  const lines = [...new Set(rows.map(migrationLabel))].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return sha256(`${lines.join('\n')}\n`);
}

function approvalReasons(site: Site, evidence: Evidence): readonly string[] {
  const { mode, target, staying, quarantined, liftedByRequester, undo } = evidence;
  const reasons: string[] = [];
  if (restoresDatabase(mode)) reasons.push('the database is overwritten');
  if (staying.length > 0)
    reasons.push(`the database keeps ${someLabels(staying)}, which this version does not know`);
  if (target !== null && neverRanHere(target, evidence)) reasons.push('this version has never run here');
  // A quarantine keeps a version from coming back. A version that is already in place is only started.
  if (quarantined.length > 0 && !isInPlace(evidence))
    reasons.push('this version is quarantined for this site');
  else if (liftedByRequester !== null && !isInPlace(evidence))
    reasons.push(`whoever asks has lifted the quarantine of ${liftedByRequester}`);
  const always = alwaysReason(site.approval, planSubjects(mode, undo !== undefined));
  if (always !== null) reasons.push(always);
  return reasons;
}

function neverRanHere(target: ResolvedTarget, evidence: Evidence): boolean {
  return !isInPlace(evidence) && (target.source === 'branch' || target.liveUntil === null);
}

/**
 * If the target is checked out with its own environment and database, it has run here, even though the site is stopped now.
 */
function isInPlace({ target, survey, verdict }: Evidence): boolean {
  return target?.commit === survey.live.commit && survey.unmetPins.length === 0 && verdict.kind === 'none';
}

function failureClause({ mode, leftBehind }: Evidence): string {
  const back =
    leftBehind.length > 0
      ? 'the bot puts the live environment back and starts the site'
      : changesCode(mode)
        ? 'the bot puts the previous code back and starts the site'
        : 'the bot starts the site again';
  return restoresDatabase(mode)
    ? `If a step fails before the database is replaced, ${back}. If one fails later, it stops and asks you.`
    : `If a step fails, ${back}.`;
}

function factorOf({ approval: { factor } }: Site): Pick<BoundApproval, 'factor'> {
  return factor === undefined ? {} : { factor };
}
