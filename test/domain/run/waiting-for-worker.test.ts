import { expect, it } from 'vitest';
import type { DecisionAction } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { waitsTooLongAt } from '../../../src/domain/run/waiting-for-worker.ts';
import {
  approval,
  decided,
  eventsTo,
  plan,
  RUN_STATES,
  runIn,
  runOf,
  skippedProof,
} from '../../support/story/run.ts';
import { site, T } from '../../support/story/site.ts';

const DUE = new Date(Date.parse(T.planned) + 30_000).toISOString();
const PICKED: RunEvent = { type: 'picked-up', worker: 'worker-1', epoch: 1 };

it('is half a minute after a run has begun to wait for a worker', () => {
  expect(RUN_STATES.filter((state) => waitsTooLongAt(runIn(state)) !== null)).toEqual(['planning', 'ready']);
  expect(waitsTooLongAt(runIn('planning'))).toBe(DUE);
  expect(waitsTooLongAt(runIn('ready', plan('code-only')))).toBe(DUE);
});

it('is never once a worker has it, until people have decided and it waits for one again', () => {
  const decided = eventsTo('ready');

  expect(waitsTooLongAt(runOf([PICKED]))).toBeNull();
  expect(waitsTooLongAt(runOf([PICKED, ...decided]))).toBe(DUE);
  expect(waitsTooLongAt(runOf([...decided, PICKED]))).toBeNull();
});

it('is half a minute after a decision that no worker has begun', () => {
  const about = (action: DecisionAction, step: string) => decided({ action, step, attempt: 2 });
  const stopped = [PICKED, ...eventsTo('needs-decision')];
  const failed = [PICKED, ...eventsTo('verifying'), ...skippedProof.slice(0, 1)];

  expect(waitsTooLongAt(runOf([...stopped, about('go-back', 'restore')]))).toBe(DUE);
  expect(waitsTooLongAt(runOf([...failed, about('retry', 'proof')]))).toBe(DUE);
  expect(waitsTooLongAt(runOf([...failed, about('skip', 'proof')]))).toBeNull();
  expect(waitsTooLongAt(runOf([...stopped, about('go-back', 'restore'), PICKED]))).toBeNull();
});

it('waits for the last approval where two are needed', () => {
  const strict = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));
  const first: readonly RunEvent[] = [
    PICKED,
    { type: 'planned', plan: strict, expiresAt: T.expires },
    { type: 'approved', approval: approval(strict) },
  ];

  expect(runOf(first).waitingSince).toBeNull();
});
