import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { RecoveryAction } from '../../../src/domain/run/recovery.ts';
import { untakenAt } from '../../../src/domain/run/waiting-for-worker.ts';
import {
  approval,
  decided,
  eventsTo,
  plan,
  RUN_STATES,
  runIn,
  runOf,
  site,
  skippedProof,
  T,
} from '../../support/story/builders.ts';

const DUE = new Date(Date.parse(T.planned) + 30_000).toISOString();
const PICKED: RunEvent = { type: 'picked-up', worker: 'worker-1', epoch: 1 };

it('is half a minute after a run has begun to wait for a worker', () => {
  expect(RUN_STATES.filter((state) => untakenAt(runIn(state)) !== null)).toEqual(['planning', 'ready']);
  expect(untakenAt(runIn('planning'))).toBe(DUE);
  expect(untakenAt(runIn('ready', plan('code-only')))).toBe(DUE);
});

it('is never once a worker has it, until people have decided and it waits for one again', () => {
  const decided = eventsTo('ready');

  expect(untakenAt(runOf([PICKED]))).toBeNull();
  expect(untakenAt(runOf([PICKED, ...decided]))).toBe(DUE);
  expect(untakenAt(runOf([...decided, PICKED]))).toBeNull();
});

it('is half a minute after a decision that no worker has begun', () => {
  const about = (action: RecoveryAction, step: string) => decided({ action, step, attempt: 2 });
  const stopped = [PICKED, ...eventsTo('needs-decision')];
  const failed = [PICKED, ...eventsTo('verifying'), ...skippedProof.slice(0, 1)];

  expect(untakenAt(runOf([...stopped, about('go-back', 'restore')]))).toBe(DUE);
  expect(untakenAt(runOf([...failed, about('retry', 'proof')]))).toBe(DUE);
  expect(untakenAt(runOf([...failed, about('skip', 'proof')]))).toBeNull();
  expect(untakenAt(runOf([...stopped, about('go-back', 'restore'), PICKED]))).toBeNull();
});

it('waits for the last approval where two are needed', () => {
  const strict = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));
  const first: readonly RunEvent[] = [
    PICKED,
    { type: 'planned', plan: strict, expiresAt: T.expires },
    { type: 'approved', approval: approval(strict) },
  ];

  expect(runOf(first).untakenSince).toBeNull();
});
