import type { Evidence } from '../../../src/app/plan/preflight.ts';
import type { BackupFile } from '../../../src/domain/database/backup.ts';
import type { AppliedMigration, DiskMigration } from '../../../src/domain/database/migrations.ts';
import { tableChanges } from '../../../src/domain/database/row-changes.ts';
import { SOUND_FILE } from '../../../src/domain/host/environment-file.ts';
import type { HealthReading } from '../../../src/domain/host/health.ts';
import type { Survey, UnitState } from '../../../src/domain/host/survey.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { CommitInfo, ResolvedTarget, VersionFindings } from '../../../src/domain/version/commit.ts';
import type { CommitReview } from '../../../src/domain/version/review.ts';
import { T } from './site.ts';

/** Forty times the same hex digit, which looks like a commit. */
export const commitOf = (digit: string): string => digit.repeat(40);

export const LIVE = commitOf('6');

export const TARGET = commitOf('5');

export function commit(more: Partial<CommitInfo> = {}): CommitInfo {
  return {
    commit: TARGET,
    subject: 'Release 0.5.0',
    committedAt: '2026-02-01T09:00:00+00:00',
    pin: 'v0.5.0',
    tags: ['v0.5.0'],
    ...more,
  };
}

export const liveCommit: CommitInfo = commit({
  commit: LIVE,
  subject: 'Release 0.6.0',
  committedAt: '2026-03-01T01:50:00+00:00',
  pin: 'v0.6.0',
  tags: ['v0.6.0'],
});

export function target(more: Partial<ResolvedTarget> = {}): ResolvedTarget {
  return { ...commit(), source: 'tag', liveUntil: T.upgraded, ...more };
}

export function unit(kind: UnitState['kind'], more: Partial<UnitState> = {}): UnitState {
  const name = kind === 'socket' ? 'sum-acme-kitchens-gunicorn.socket' : `sum-acme-kitchens-${kind}.service`;
  return {
    name,
    kind,
    active: 'active',
    sub: 'running',
    enabled: true,
    result: 'success',
    restarts: 0,
    exitStatus: 0,
    startedAt: Date.parse(T.upgraded) / 1000 + 60,
    stopSeconds: 90,
    foreignExecutable: null,
    ...more,
  };
}

export function survey(more: Partial<Survey> = {}): Survey {
  return {
    user: 'deploy',
    owner: 'deploy',
    hostname: 'web-1',
    clock: T.requested,
    missingTools: [],
    missingRights: [],
    sudoProblem: null,
    systemctl: '/usr/bin/systemctl',
    units: [unit('gunicorn')],
    bind: '127.0.0.1:8001',
    application: { program: ['bin/gunicorn'], name: 'acme_kitchens.wsgi:application' },
    foreignOwned: null,
    staticRoot: '/srv/sum/acme-kitchens/static',
    executables: ['bin/gunicorn'],
    lockFree: true,
    indexLocked: false,
    dirtyFiles: [],
    live: liveCommit,
    reflog: [
      { commit: LIVE, at: T.upgraded },
      { commit: TARGET, at: '2026-02-01T10:00:00Z' },
    ],
    environmentFile: SOUND_FILE,
    unmetPins: [],
    otherUnits: [],
    starts: [],
    wrappers: [],
    movesTo: [],
    stack: null,
    health: unhealthy,
    redis: { address: 'localhost:6379', problem: null },
    freeBytes: 20 * 1024 ** 3,
    lastRun: 0,
    quarantine: [],
    pinRanBefore: false,
    endsProgramsAtLogout: false,
    ...more,
  };
}

export function findings(more: Partial<VersionFindings> = {}): VersionFindings {
  return {
    commit: null,
    localTag: null,
    originTag: null,
    beginning: [],
    branch: null,
    originReached: true,
    reflogMatches: [],
    branchMatches: [],
    unread: [],
    unreadCount: 0,
    known: ['v0.4.0', 'v0.5.0', 'v0.6.0'],
    commits: { [LIVE]: liveCommit, [TARGET]: commit() },
    ...more,
  };
}

/** A commit of somebody's branch that nobody has reviewed. */
export const UNREVIEWED: CommitInfo = commit({
  commit: commitOf('7'),
  subject: 'Make it faster',
  committedAt: '2026-02-28T17:00:00+00:00',
  pin: null,
  tags: [],
});

export function review(more: Partial<CommitReview> = {}): CommitReview {
  return {
    commit: UNREVIEWED.commit,
    author: 'Mallory Jones',
    branches: ['feature/faster'],
    moreBranches: 0,
    deployedBranch: 'main',
    isOnDeployed: false,
    difference: {
      ahead: 3,
      behind: 1,
      files: 3,
      named: ['website/views.py'],
      buildFiles: ['requirements.txt', 'pyproject.toml'],
    },
    ...more,
  };
}

/** `website.0001` as a migration of the code, with what it replaces. */
export function disk(label: string, ...replaces: readonly string[]): DiskMigration {
  return { ...named(label), replaces: replaces.map(named), harmless: false, reversible: false };
}

/** `website.0001` as a row of the database. */
export function applied(label: string, appliedAt: string = '2026-01-01T00:00:00Z'): AppliedMigration {
  return { ...named(label), appliedAt };
}

export function named(label: string): { app: string; name: string } {
  const [app = '', name = ''] = label.split('.');
  return { app, name };
}

export function backup(more: Partial<BackupFile> = {}): BackupFile {
  return {
    name: 'acme-kitchens_db_20260301T014000Z.sql.gz',
    bytes: 120_000,
    takenAt: T.backup,
    slug: 'acme-kitchens',
    kind: 'database',
    problem: null,
    sha256: 'b'.repeat(64),
    restoredBytes: 900_000,
    migrations: [named('website.0001'), named('website.0002')],
    rows: { website_lead: 12 },
    ...more,
  };
}

export const healthy: HealthReading = { status: 200, word: 'ok', failing: [] };

export const unhealthy: HealthReading = { status: 503, word: 'unhealthy', failing: ['db'] };

const UNWANTED = applied('website.0003_split_lead_name', T.upgraded);

export function evidence(mode: Mode = 'full', more: Partial<Evidence> = {}): Evidence {
  const restores = mode !== 'code-only';
  const codeChanges = mode !== 'database-only';
  const known = [applied('website.0001'), applied('website.0002')];
  return {
    hostKey: 'SHA256:hostkey',
    survey: survey(),
    target: codeChanges ? target() : null,
    leftBehind: [],
    prepared: codeChanges
      ? {
          tree: `/srv/sum/acme-kitchens/.rollback-bot/trees/${TARGET}`,
          venv: `/srv/sum/acme-kitchens/.rollback-bot/venvs/${TARGET}`,
          reused: false,
          freeBytes: 19 * 1024 ** 3,
          installed: { 'sum-core': commitOf('c'), gunicorn: '22.0.0' },
        }
      : null,
    database: {
      name: 'sum_acme',
      host: '127.0.0.1',
      port: 5432,
      role: 'sum_acme',
      oid: '16400',
      sizeBytes: 9_000_000,
      serverVersion: '15.8',
      foreignExtensions: [],
      foreignObjects: [],
      neighbours: [],
      unreadable: [],
      applied: mode === 'full' ? [...known, UNWANTED] : known,
    },
    verdict: mode === 'full' ? { kind: 'applied', unwanted: [UNWANTED] } : { kind: 'none' },
    mode,
    modeReason: MODE_REASONS[mode],
    staying: [],
    reversible: null,
    backup: restores ? backup() : null,
    otherBackups: [],
    loss: restores
      ? tableChanges({ website_lead: { rows: 14, exact: true } }, { website_lead: 12 }, known)
      : null,
    restore: restores ? { path: '/run/restore.sql.gz', sha256: 'd'.repeat(64) } : null,
    lostBeside: restores ? [] : null,
    matrix: null,
    quarantined: [],
    liftedByRequester: null,
    warnings: [],
    ...more,
  };
}

const MODE_REASONS: Readonly<Record<Mode, string>> = {
  full: 'the database has website.0003_split_lead_name, which the target does not know',
  'code-only': 'the target knows every migration that has run',
  'database-only': '--database-only was asked for',
};
