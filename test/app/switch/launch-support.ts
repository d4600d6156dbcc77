import { type Decision, decisionDigest } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { BegunDecision } from '../../../src/domain/run/run.ts';
import type { Look } from '../../support/fakes/scripted-host.ts';
import { ended, hostState, RUN_ID, steps } from '../../support/story/run.ts';
import { ALICE, BOB, T } from '../../support/story/site.ts';
import { PLAN, SWITCHING } from '../../support/story/stage.ts';

export const ABSENT: Look = { status: { kind: 'absent' } };

export const CLAIMED: Look = { status: { kind: 'claimed' } };

export const CANCEL: RunEvent = { type: 'cancel-asked', by: ALICE };

export const RETRY: Decision = { action: 'retry', step: 'static', attempt: 2 };

export const BEGUN: BegunDecision = {
  recovery: RETRY,
  by: BOB,
  digest: decisionDigest(RUN_ID, PLAN.digest, RETRY),
  expiresAt: T.expires,
  approval: null,
};

export const RETRYING: readonly RunEvent[] = [
  ...SWITCHING,
  ...steps(['restore', 0], ['static', 1]),
  ended('hold', 'static', 1, { found: hostState() }),
  { type: 'recovery-begun', ...BEGUN },
];
