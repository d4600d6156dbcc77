import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { broken, ended, plan, RUN_ID, verified } from '../../support/story/run.ts';
import { BOB, T } from '../../support/story/site.ts';
import { stage } from './run-tasks-support.ts';

const OF = plan();
const PLANNED: RunEvent = { type: 'planned', plan: OF, expiresAt: T.expires };
const DONE: readonly RunEvent[] = [
  PLANNED,
  broken(OF),
  { type: 'switch-started', digest: OF.digest },
  ended('done', 'healthy', 0),
  verified,
];

it.each([
  ['that succeeded', DONE],
  ['that was cancelled before it began', [PLANNED, broken(OF), { type: 'cancelled', by: BOB }] as const],
])('an open review of a run %s is remembered until somebody closes it', async (_, past) => {
  const { tend, later, since, store } = stage('succeeded', { past });
  const reminded = () => since().filter((type) => type === 'review-reminded').length;

  await tend();
  expect(reminded()).toBe(0);
  later(4 * 24 * 60);
  await tend();
  await tend();
  expect(reminded()).toBe(1);

  const run = await store.read(RUN_ID);
  if (run === null) throw new Error('the run is gone');
  await store.append(run, { type: 'review-closed', by: BOB, note: 'right' });
  later(30 * 24 * 60);
  await tend();
  expect(reminded()).toBe(1);
});

it('a worker sees to it that the webhook hears of a broken glass, if nobody has told it', async () => {
  const woken = wakeups();
  await stage('succeeded', { past: DONE, deps: { wakeups: woken } }).tend();
  const told = wakeups();
  const past: readonly RunEvent[] = [...DONE, { type: 'glass-told', number: 1, webhook: 'none' }];
  await stage('succeeded', { past, deps: { wakeups: told } }).tend();

  expect([woken.told, told.told]).toEqual([[RUN_ID], []]);
});
