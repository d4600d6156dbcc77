import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { Decision } from '../../../src/domain/run/decision.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { HASH, SEAL } from '../fakes/signer.ts';
import { healthy } from './evidence.ts';
import { approval, ended, goodChecks, hostState, plan, RUN_ID } from './run.ts';
import { ALICE, BOB, CAROL, request, T } from './site.ts';

/** A record with its times, and the run that results from it. */
export interface Story {
  readonly run: Run;
  readonly events: readonly StoredEvent[];
}

/** Minutes and seconds after two o'clock of the story's day, as in `20:01`. */
const at = (time: string): string => `2026-03-01T02:${time}.000Z`;

export function storyOf(...told: readonly (readonly [time: string, event: RunEvent])[]): Story {
  const events = told.map(
    ([time, event], seq): StoredEvent => ({ seq, at: at(time), hash: HASH, seal: SEAL, event }),
  );
  return { run: foldRun(RUN_ID, events), events };
}

/** One step in the host's time, which the worker records when it ends. */
function took(name: string, from: string, to: string, code = 0): [string, RunEvent][] {
  return [
    [from, { type: 'step', name, phase: 'start', code: null, hostTime: at(from) }],
    [to, { type: 'step', name, phase: 'end', code, hostTime: at(to) }],
  ];
}

function upToSwitch(of: Plan, asked: Partial<RollbackRequest>): [string, RunEvent][] {
  return [
    ['14:00', { type: 'requested', request: request(asked) }],
    ['14:01', { type: 'picked-up', worker: 'worker-1', epoch: 1 }],
    ['14:02', { type: 'looked', what: 'the host: rights, units, lock, code' }],
    ['14:04', { type: 'looked', what: 'which migrations have run' }],
    ['15:00', { type: 'planned', plan: of, expiresAt: T.expires }],
    ['20:00', { type: 'approved', approval: approval(of) }],
    ['20:01', { type: 'switch-started', digest: of.digest }],
    ...took('recheck', '20:01', '20:02'),
    ...took('stop', '20:02', '20:04'),
    ...took('safety-backup', '20:04', '20:05'),
    ...took('checkout', '20:05', '20:06'),
  ];
}

/** A full rollback that succeeded, and the checks that a person confirmed afterwards. */
export function fullStory(of: Plan = plan(), asked: Partial<RollbackRequest> = {}): Story {
  return storyOf(
    ...upToSwitch(of, { reason: 'the contact form is down', ...asked }),
    ...took('restore', '20:06', '20:09'),
    ...took('environment', '20:09', '20:10'),
    ...took('static', '20:10', '20:12'),
    ...took('start', '20:12', '20:13'),
    ...took('healthy', '20:13', '20:15'),
    ...took('stable', '20:15', '20:25'),
    ['20:25', ended('done', 'stable', 0)],
    ['20:31', { type: 'verified', checks: goodChecks, health: healthy, errors: [], readAt: 1 }],
    ['20:31', { type: 'marked' }],
    ['22:00', { type: 'ticked', box: 'form', by: CAROL, on: true }],
  );
}

const RETRY: Decision = { action: 'retry', step: 'restore', attempt: 2 };

const GO_BACK: Decision = { action: 'go-back', step: 'proof', attempt: 3 };

/** The restore fails and is retried. Then checks fail, and two people go back. */
export function decisionStory(of: Plan = plan()): Story {
  const digest = 'e'.repeat(64);
  const asked = { recovery: GO_BACK, by: ALICE, digest, expiresAt: T.expires } as const;
  return storyOf(
    ...upToSwitch(of, {}),
    ...took('restore', '20:06', '20:09', 3),
    ['20:09', ended('hold', 'restore', 3, { found: hostState({ database: 'before' }) })],
    ['20:20', { type: 'paged', webhook: 'none' }],
    ['20:30', { type: 'acknowledged', by: BOB }],
    [
      '21:00',
      { type: 'recovery-begun', recovery: RETRY, by: BOB, digest, expiresAt: T.expires, approval: null },
    ],
    ...took('restore', '21:01', '21:04'),
    ...took('start', '21:04', '21:05'),
    ...took('healthy', '21:05', '21:06'),
    ['21:06', ended('done', 'healthy', 0)],
    [
      '21:10',
      {
        type: 'verified',
        checks: [{ name: 'homepage', result: 'failed', detail: '500' }],
        health: healthy,
        errors: [{ what: 'TypeError in website/views.py', count: 4 }],
      },
    ],
    ['21:30', { type: 'recovery-asked', ...asked }],
    ['21:50', { type: 'recovery-begun', ...asked, approval: approval(of, { digest }) }],
    ...took('put-back-stop', '21:51', '21:52'),
    ...took('put-back-keep', '21:52', '21:53'),
    ...took('put-back-restore', '21:53', '21:55'),
    ...took('put-back-start', '21:55', '21:56'),
    ...took('put-back-answers', '21:56', '21:57'),
    ['21:57', ended('put-back', 'go-back', 0)],
  );
}
