import { makePlan } from '../../src/app/plan/make-plan.ts';
import type { Evidence } from '../../src/app/plan/preflight.ts';
import type { AppliedOnDatabase } from '../../src/app/ports/host-probes.ts';
import type { BackupFile } from '../../src/domain/database/backup.ts';
import { tableChanges } from '../../src/domain/database/row-changes.ts';
import { SOUND_FILE } from '../../src/domain/host/environment-file.ts';
import type { Survey } from '../../src/domain/host/survey.ts';
import { foldRun } from '../../src/domain/lifecycle/fold.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { RunEvent, StoredEvent } from '../../src/domain/run/event.ts';
import type { Run } from '../../src/domain/run/run.ts';
import type { Site } from '../../src/domain/site/site.ts';
import type { CommitInfo } from '../../src/domain/version/commit.ts';
import { chain, NO_HASH } from '../../src/store/audit.ts';
import { recordKeys } from '../support/fakes/signer.ts';
import { unit } from '../support/story/evidence.ts';

export const site: Site = {
  slug: 'acme-kitchens',
  environment: 'production',
  name: 'Acme Kitchens',
  domain: 'acme-kitchens.test',
  url: 'http://10.0.0.5:8001',
  host: { address: '10.0.0.5', port: 22, user: 'deploy', fingerprint: 'SHA256:pinned' },
  root: '/srv/sum/acme-kitchens',
  bin: '/srv/sum/bin',
  channel: 'C01OPS',
  stakeholders: { channel: 'C02STATUS', everyMs: 300_000, words: {} },
  requesters: ['U01ALICE', 'U02BOB'],
  approvers: ['U02BOB', 'S01ONCALL'],
  operators: ['U01ALICE'],
  escalation: [],
  readers: 'members',
  paging: { everyMs: 300_000 },
  approval: { expiresMs: 900_000, quorum: 1 },
  retention: { safetyBackups: 3, environments: 3 },
  followUps: { remindMs: 259_200_000 },
};

const live: CommitInfo = {
  commit: 'a'.repeat(40),
  subject: 'Upgrade',
  committedAt: '2026-01-12T10:00:00+00:00',
  pin: 'v0.6.0',
  tags: ['v0.6.0'],
};

export const survey: Survey = {
  user: 'deploy',
  owner: 'deploy',
  application: { program: ['bin/gunicorn'], name: 'acme_kitchens.wsgi:application' },
  foreignOwned: null,
  staticRoot: '/srv/sum/acme-kitchens/static',
  hostname: 'web1',
  clock: '2026-03-01T02:00:00Z',
  missingTools: [],
  missingRights: [],
  sudoProblem: null,
  systemctl: '/usr/bin/systemctl',
  units: [
    unit('gunicorn'),
    unit('celery', { active: 'failed', sub: 'failed', result: 'exit-code', exitStatus: 203 }),
  ],
  bind: 'unix:/run/sum-acme-kitchens/gunicorn.sock',
  executables: ['bin/gunicorn'],
  lockFree: true,
  indexLocked: false,
  dirtyFiles: [],
  live,
  reflog: [{ commit: live.commit, at: '2026-01-12T10:20:00Z' }],
  environmentFile: SOUND_FILE,
  health: { status: 200, word: 'ok', failing: [] },
  redis: null,
  unmetPins: [],
  otherUnits: [],
  starts: [],
  wrappers: [],
  movesTo: [],
  stack: null,
  lastRun: 0,
  quarantine: [],
  pinRanBefore: false,
  endsProgramsAtLogout: false,
  freeBytes: 4 * 1024 ** 3,
};

export const database: AppliedOnDatabase = {
  name: 'sum_acme',
  host: '127.0.0.1',
  port: 5432,
  role: 'sum_acme',
  oid: '16400',
  sizeBytes: 8 * 1024 ** 2,
  serverVersion: '15.20',
  foreignExtensions: [],
  foreignObjects: [],
  neighbours: [],
  unreadable: [],
  applied: [
    { app: 'website', name: '0001_initial', appliedAt: '2026-01-01T00:00:00Z' },
    { app: 'website', name: '0003_split', appliedAt: '2026-01-12T10:19:00Z' },
  ],
};

const backup: BackupFile = {
  name: 'acme-kitchens_db_20260112T100000Z.sql.gz',
  bytes: 2_000_000,
  takenAt: '2026-01-12T10:00:00Z',
  slug: 'acme-kitchens',
  kind: 'database',
  problem: null,
  sha256: 'b'.repeat(64),
  restoredBytes: 8_000_000,
  migrations: [{ app: 'website', name: '0001_initial' }],
  rows: { website_lead: 12 },
};

const fullEvidence: Evidence = {
  hostKey: 'SHA256:pinned',
  survey,
  target: {
    commit: 'c'.repeat(40),
    subject: 'Good',
    committedAt: '2026-01-01T00:00:00+00:00',
    pin: 'v0.5.0',
    tags: ['v0.5.0'],
    source: 'tag',
    liveUntil: '2026-01-12T10:20:00Z',
  },
  leftBehind: [],
  staying: [],
  reversible: null,
  matrix: null,
  lostBeside: [],
  quarantined: [],
  liftedByRequester: null,
  loss: tableChanges({ website_lead: { rows: 12, exact: true } }, { website_lead: 9 }, [
    { app: 'website', name: '0001' },
  ]),
  prepared: {
    tree: `/srv/sum/acme-kitchens/.rollback-bot/trees/${'c'.repeat(40)}`,
    venv: `/srv/sum/acme-kitchens/.rollback-bot/venvs/${'c'.repeat(40)}`,
    reused: false,
    freeBytes: 19 * 1024 ** 3,
    installed: { 'sum-core': '0.5.0' },
  },
  database,
  verdict: {
    kind: 'applied',
    unwanted: [{ app: 'website', name: '0003_split', appliedAt: '2026-01-12T10:19:00Z' }],
  },
  mode: 'full',
  modeReason: 'the database has website.0003_split, which the target does not know',
  backup,
  otherBackups: [{ name: 'old.sql.gz', why: 'it is empty' }],
  restore: {
    path: '/srv/sum/acme-kitchens/.rollback-bot/runs/terminal-1/restore.sql.gz',
    sha256: 'd'.repeat(64),
  },
  warnings: [],
};

export function planOf(changed: Partial<Evidence> = {}): Plan {
  return makePlan(
    site,
    { ...fullEvidence, ...changed },
    { status: 503, word: 'unhealthy', failing: ['leads'] },
    '2026-01-12T12:00:00.000Z',
  );
}

export function codeOnlyPlan(): Plan {
  return planOf({
    mode: 'code-only',
    modeReason: 'the target knows every migration that has run',
    verdict: { kind: 'none' },
    backup: null,
    restore: null,
    otherBackups: [],
  });
}

export function databaseOnlyPlan(): Plan {
  return planOf({ mode: 'database-only', modeReason: 'asked for', target: null, prepared: null });
}

export const requested: RunEvent = {
  type: 'requested',
  request: {
    site: 'acme-kitchens@production',
    version: 'v0.5.0',
    mode: null,
    backup: null,
    reason: 'checkout is broken',
    dryRun: false,
    requester: 'U01ALICE',
    channel: 'C01OPS',
  },
};

/** A record as the store would have written it. */
export function recordOf(...events: readonly RunEvent[]): readonly StoredEvent[] {
  const place = { run: 'acme-kitchens-7', previous: NO_HASH, seq: 0 };
  return chain(place, '2026-01-12T12:00:00.000Z', [requested, ...events], recordKeys);
}

export function runOf(...events: readonly RunEvent[]): Run {
  return foldRun('acme-kitchens-7', recordOf(...events));
}

/** One step that began and ended, on the host's clock. */
export function step(name: string, from: string, to: string, code = 0): readonly RunEvent[] {
  const at = (time: string) => `2026-01-12T12:${time}.000Z`;
  return [
    { type: 'step', name, phase: 'start', code: null, hostTime: at(from) },
    { type: 'step', name, phase: 'end', code, hostTime: at(to) },
  ];
}

/** What the doctor hears of a site's owner and repository if all is well. */
export const origin = {
  user: 'deploy',
  owner: 'deploy',
  origin: '/srv/git/acme.git',
  originProblem: null,
  confinesBuilds: true,
};
