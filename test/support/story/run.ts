import { makePlan } from '../../../src/app/plan/make-plan.ts';
import type { Evidence } from '../../../src/app/plan/preflight.ts';
import { type Approval, approvalText, startText } from '../../../src/domain/approval/approval.ts';
import { type AskedBuild, buildDigest } from '../../../src/domain/approval/build.ts';
import { type BrokenGlass, glassText } from '../../../src/domain/approval/glass.ts';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import { type Decision, decisionDigest, type HostState } from '../../../src/domain/run/decision.ts';
import type { Check, RunEvent, StoredEvent, SwitchOutcome } from '../../../src/domain/run/event.ts';
import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import type { Run, RunState } from '../../../src/domain/run/run.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { HASH, SEAL, signer } from '../fakes/signer.ts';
import { evidence, healthy, liveCommit, review, TARGET, UNREVIEWED, unhealthy } from './evidence.ts';
import { ALICE, BOB, CAROL, request, site, T } from './site.ts';

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
    all.map((event, seq): StoredEvent => ({ seq, at, hash: HASH, seal: SEAL, event })),
  );
}

/** The start of a plan that needs no second person, signed as the bot signs it. */
export function started({ digest }: Plan): RunEvent {
  const start = { run: RUN_ID, digest, by: ALICE, expiresAt: T.expires };
  return { type: 'started', by: ALICE, digest, signature: signer.sign(startText(start)) };
}

/** The bot asks whether it may build an unreviewed commit. */
export function askedBuild(more: Partial<AskedBuild> = {}): AskedBuild {
  const { site: where, requester, dryRun } = request();
  return {
    run: RUN_ID,
    site: where,
    requester,
    dryRun,
    quorum: 1,
    target: UNREVIEWED,
    live: liveCommit,
    review: review(),
    ...more,
  };
}

export function buildAsked(more: Partial<AskedBuild> = {}) {
  return { type: 'build-asked', asked: askedBuild(more), expiresAt: T.expires } as const;
}

/** A second person's approval of that, signed as the bot signs it. */
export function buildApproved(
  { asked }: ReturnType<typeof buildAsked> = buildAsked(),
  more: Partial<Approval> = {},
): Extract<RunEvent, { type: 'approved' }> {
  const one = { ...approval(plan(), { digest: buildDigest(asked) }), ...more };
  return { type: 'approved', approval: { ...one, signature: signer.sign(approvalText(one)) } };
}
/** Carol breaks the glass of a plan, or of a decision, signed as the bot signs it. */
export function broken(of: Pick<Plan, 'digest'>, more: Partial<BrokenGlass> = {}): GlassBroken {
  const { signature: _, ...unsigned } = {
    run: RUN_ID,
    digest: of.digest,
    by: CAROL,
    reason: 'nobody answers at night',
    at: T.decided,
    expiresAt: T.expires,
    signature: '',
    ...more,
  };
  const glass = { ...unsigned, signature: more.signature ?? signer.sign(glassText(unsigned)) };
  return { type: 'glass-broken', glass, told: [ALICE, BOB] };
}

type GlassBroken = Extract<RunEvent, { type: 'glass-broken' }>;

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
    case 'awaiting-build-approval':
      return [buildAsked()];
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
  'awaiting-build-approval',
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
