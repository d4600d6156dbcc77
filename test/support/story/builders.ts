import { makePlan } from '../../../src/app/plan/make-plan.ts';
import type { Evidence } from '../../../src/app/plan/preflight.ts';
import { type Approval, startText } from '../../../src/domain/approval/approval.ts';
import type { BackupFile } from '../../../src/domain/database/backup.ts';
import type { AppliedMigration, DiskMigration } from '../../../src/domain/database/migrations.ts';
import { tableChanges } from '../../../src/domain/database/row-changes.ts';
import type { HealthReading } from '../../../src/domain/host/health.ts';
import type { Survey, UnitState } from '../../../src/domain/host/survey.ts';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import { type Decision, decisionDigest, type HostState } from '../../../src/domain/run/decision.ts';
import type { Check, RunEvent, StoredEvent, SwitchOutcome } from '../../../src/domain/run/event.ts';
import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import type { Run, RunState } from '../../../src/domain/run/run.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import type { Stakeholders } from '../../../src/domain/site/stakeholders.ts';
import type { CommitInfo, ResolvedTarget, VersionFindings } from '../../../src/domain/version/commit.ts';
import { signer } from '../fakes/signer.ts';

/** The people of every story. */
export const ALICE = 'U01ALICE';

export const BOB = 'U02BOB';

export const CAROL = 'U03CAROL';

/** Forty times the same hex digit, which looks like a commit. */
export const commitOf = (digit: string): string => digit.repeat(40);

export const LIVE = commitOf('6');

export const TARGET = commitOf('5');

/** The story's clock: backup, upgrade, preflight, expiry of the plan. */
export const T = {
  backup: '2026-03-01T01:40:00Z',
  upgraded: '2026-03-01T02:00:00Z',
  requested: '2026-03-01T02:14:00.000Z',
  planned: '2026-03-01T02:15:00.000Z',
  decided: '2026-03-01T02:20:00.000Z',
  switched: '2026-03-01T02:20:01.000Z',
  expires: '2026-03-01T02:30:00.000Z',
} as const;

export function site(more: Partial<Site> = {}): Site {
  return {
    slug: 'acme-kitchens',
    environment: 'production',
    name: 'Acme Kitchens',
    domain: 'acme-kitchens.example',
    url: 'http://10.0.0.5:8001',
    host: { address: '10.0.0.5', port: 22, user: 'deploy' },
    root: '/srv/sum/acme-kitchens',
    bin: '/srv/sum/bin',
    requesters: [ALICE, BOB],
    approvers: [ALICE, BOB],
    operators: [ALICE],
    escalation: [],
    paging: { everyMs: 5 * 60_000 },
    approval: { expiresMs: 15 * 60_000, quorum: 1 },
    retention: { safetyBackups: 3, environments: 3 },
    followUps: { remindMs: 3 * 24 * 3_600_000 },
    ...more,
  };
}

export function stakeholders(more: Partial<Stakeholders> = {}): Stakeholders {
  return { channel: 'C02STATUS', everyMs: 5 * 60_000, words: {}, ...more };
}

export function request(more: Partial<RollbackRequest> = {}): RollbackRequest {
  return {
    site: 'acme-kitchens@production',
    version: 'v0.5.0',
    mode: null,
    backup: null,
    reason: null,
    dryRun: false,
    requester: ALICE,
    channel: 'C01OPS',
    ...more,
  };
}

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
    environmentFileError: null,
    unmetPins: [],
    otherUnits: [],
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
    originReached: true,
    reflogMatches: [],
    branchMatches: [],
    known: ['v0.4.0', 'v0.5.0', 'v0.6.0'],
    commits: { [LIVE]: liveCommit, [TARGET]: commit() },
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
      grantees: [],
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
    matrix: null,
    quarantined: [],
    warnings: [],
    ...more,
  };
}

const MODE_REASONS: Readonly<Record<Mode, string>> = {
  full: 'the database has website.0003_split_lead_name, which the target does not know',
  'code-only': 'the target knows every migration that has run',
  'database-only': '--database-only was asked for',
};

export function plan(mode: Mode = 'full', more: Partial<Evidence> = {}, where: Site = site()): Plan {
  return makePlan(where, evidence(mode, more), unhealthy, T.planned);
}

export function approval(of: Plan, more: Partial<Approval> = {}): Approval {
  return {
    run: RUN_ID,
    digest: of.digest,
    approver: BOB,
    requester: ALICE,
    at: T.decided,
    expiresAt: T.expires,
    signature: 'signed',
    ...more,
  };
}

export const RUN_ID = 'acme-kitchens-7';

/** A step of the switch that began, and that ended unless `code` is null. Each step takes one second. */
export function steps(...done: readonly (readonly [name: string, code: number | null])[]): RunEvent[] {
  const start = Date.parse(T.switched);
  const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
  return done.flatMap(([name, code], index): RunEvent[] => {
    const begun: RunEvent = { type: 'step', name, phase: 'start', code: null, hostTime: at(index) };
    return code === null
      ? [begun]
      : [begun, { type: 'step', name, phase: 'end', code, hostTime: at(index + 1) }];
  });
}

export function ended(
  outcome: SwitchOutcome,
  step: string,
  code: number,
  { logTail = '', found = null }: { logTail?: string; found?: HostState | null } = {},
): RunEvent {
  return { type: 'switch-ended', outcome, step, code, logTail, found };
}

/** A site that stopped after the restore: it is down, with the target's code and environment and the backup's data. */
export function hostState(more: Partial<HostState> = {}): HostState {
  return {
    code: TARGET,
    environment: 'target',
    database: 'restored',
    units: [{ name: 'sum-acme-kitchens-gunicorn.service', active: 'inactive' }],
    health: null,
    begun: true,
    ...more,
  };
}

export const goodChecks: readonly Check[] = [
  { name: 'code', result: 'passed', detail: 'commit 55555555, working tree clean' },
  { name: 'homepage', result: 'passed', detail: '200 text/html' },
  { name: 'form', result: 'not-checked', detail: 'send one entry yourself' },
];

export const verified: RunEvent = { type: 'verified', checks: goodChecks, health: healthy };

/** A person has decided, and no second person was needed. */
export function decided(recovery: Decision, by = ALICE): RunEvent {
  const digest = decisionDigest(RUN_ID, plan().digest, recovery);
  return { type: 'recovery-begun', recovery, by, digest, expiresAt: T.expires, approval: null };
}

/** Nothing answers after the switch, and Bob marks the run as done. */
export const skippedProof: readonly RunEvent[] = [
  {
    type: 'verified',
    checks: [{ name: 'health', result: 'failed', detail: 'connection refused' }],
    health: { status: null, word: 'connection refused', failing: [] },
  },
  {
    type: 'recovery-begun',
    recovery: { action: 'skip', step: 'proof', attempt: 2 },
    by: BOB,
    digest: 'd'.repeat(64),
    expiresAt: T.expires,
    approval: null,
  },
];

/** A run from the events after its request, all stored at the same moment. */
export function runOf(
  events: readonly RunEvent[],
  asked: RollbackRequest = request(),
  at: string = T.planned,
): Run {
  const all: readonly RunEvent[] = [{ type: 'requested', request: asked }, ...events];
  return foldRun(
    RUN_ID,
    all.map((event, seq): StoredEvent => ({ seq, at, hash: '', event })),
  );
}

/** The start of a plan that needs no second person, signed as the bot signs it. */
export function started({ digest }: Plan): RunEvent {
  const start = { run: RUN_ID, digest, by: ALICE, expiresAt: T.expires };
  return { type: 'started', by: ALICE, digest, signature: signer.sign(startText(start)) };
}

/** The events after the request that lead to each state, for a plan that needs a second person. */
export function eventsTo(state: RunState, of: Plan = plan()): readonly RunEvent[] {
  const planned: RunEvent = { type: 'planned', plan: of, expiresAt: T.expires };
  const decided: RunEvent =
    of.approvalReasons.length > 0 ? { type: 'approved', approval: approval(of) } : started(of);
  const switching: readonly RunEvent[] = [planned, decided, { type: 'switch-started', digest: of.digest }];
  const verifying = [...switching, ended('done', 'healthy', 0)];
  switch (state) {
    case 'planning':
      return [];
    case 'awaiting-approval':
      return [planned];
    case 'awaiting-start':
      return [{ type: 'planned', plan: plan('code-only'), expiresAt: T.expires }];
    case 'ready':
      return [planned, decided];
    case 'switching':
      return switching;
    case 'verifying':
      return verifying;
    case 'succeeded':
      return [...verifying, verified];
    case 'needs-decision':
      return [...switching, ended('hold', 'restore', 3)];
    case 'closed':
      return [...switching, ended('hold', 'restore', 3), { type: 'closed', by: BOB }];
    case 'failed':
      return [...switching, ended('put-back', 'static', 1)];
    case 'denied':
      return [planned, { type: 'denied', by: BOB, digest: of.digest }];
    case 'expired':
      return [planned, { type: 'expired' }];
    case 'cancelled':
      return [planned, { type: 'cancelled', by: BOB }];
    case 'refused':
      return [{ type: 'refused', refusal: refusal('dirty-tree', 'Files were changed.', 'Look at them.') }];
    case 'dry-run':
      return [{ type: 'dry-run-ended', plan: of }];
  }
}

export function runIn(state: RunState, of: Plan = plan(), asked: RollbackRequest = request()): Run {
  return runOf(eventsTo(state, of), asked);
}

export const RUN_STATES = [
  'planning',
  'awaiting-approval',
  'awaiting-start',
  'ready',
  'switching',
  'verifying',
  'needs-decision',
  'succeeded',
  'failed',
  'cancelled',
  'refused',
  'denied',
  'expired',
  'dry-run',
  'closed',
] as const satisfies readonly RunState[];
