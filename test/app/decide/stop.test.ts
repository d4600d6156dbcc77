import { describe, expect, it } from 'vitest';
import {
  acknowledgeRun,
  closeRun,
  decideAtStop,
  saySiteIsBack,
  takeOverRun,
} from '../../../src/app/decide/stop.ts';
import type { DecisionAction } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { said, words } from '../../support/story/click-words.ts';
import { ended, eventsTo, plan, RUN_ID, skippedProof } from '../../support/story/run.ts';
import { BOB, CAROL, T } from '../../support/story/site.ts';
import { desk, HELD, UNPROVEN } from './stop-support.ts';

describe('what the approval of the plan covers', () => {
  it.each<[string, DecisionAction, readonly RunEvent[], string, string]>([
    ['Retry', 'retry', HELD, `The step that stopped ${RUN_ID} will be tried again.`, 'switching'],
    ['Skip', 'skip', HELD, `The step that stopped ${RUN_ID} will be skipped.`, 'switching'],
    ['Go back', 'go-back', HELD, `${RUN_ID} will put the site back as it was.`, 'switching'],
    [
      'Retry of the checks',
      'retry',
      UNPROVEN,
      `The step that stopped ${RUN_ID} will be tried again.`,
      'verifying',
    ],
    ['Skip of the checks', 'skip', UNPROVEN, `The step that stopped ${RUN_ID} will be skipped.`, 'succeeded'],
  ])('%s begins at once and wakes a worker', async (_, action, past, sentence, state) => {
    const { deps, run, click, woken } = desk(past);

    expect(await decideAtStop(deps, await click(BOB, action))).toEqual({ kind: 'done', sentence });

    expect(await run()).toMatchObject({
      state,
      switched: { decision: { by: BOB, approval: null, recovery: { action, attempt: 2 } } },
    });
    expect(woken.advanced).toEqual([[RUN_ID, undefined]]);
  });

  it('lets one of two decisions through that come at the same moment', async () => {
    const { deps, store, click } = desk(HELD);
    const [retry, back] = [await click(BOB, 'retry'), await click(CAROL, 'go-back')];

    const results = await Promise.all([decideAtStop(deps, retry), decideAtStop(deps, back)]);

    expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'late']);
    expect(store.types(RUN_ID).filter((type) => type === 'recovery-begun')).toHaveLength(1);
  });

  it('refuses a button of an earlier stop, and people on no list', async () => {
    const { deps, click } = desk(HELD);
    const retry = await click(BOB, 'retry');

    expect(words(await decideAtStop(deps, { ...retry, digest: 'f'.repeat(64) }))).toBe(
      'This button is out of date: the run has moved on. Decide on the newest message of this run.',
    );
    expect(await decideAtStop(deps, { ...retry, user: 'U99DAVE' })).toMatchObject({
      refusal: { code: 'requester-not-allowed' },
    });
  });
});

describe('people who take over', () => {
  it('stop the calls, once', async () => {
    const { deps, run, plain } = desk(HELD);

    expect(words(await acknowledgeRun(deps, plain(BOB)))).toBe(
      `You're on it. The bot calls nobody else about ${RUN_ID}.`,
    );
    expect((await run()).stop?.acknowledgedBy).toBe(BOB);
    expect(said(await acknowledgeRun(deps, plain(CAROL)))).toEqual({
      kind: 'late',
      sentence: `<@${BOB}> is already on it.`,
    });
  });

  it('get the remaining commands with their values, and the site', async () => {
    const { deps, run, plain, store } = desk(HELD);

    expect(words(await takeOverRun(deps, plain(BOB)))).toBe(
      `${RUN_ID} is yours. The commands are in its thread.`,
    );

    const { state, end } = await run();
    const folder = '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7';
    expect(state).toBe('closed');
    expect(end?.commands).toContain('ssh -p 22 deploy@10.0.0.5');
    expect(end?.commands).toMatch(
      new RegExp(`sh \\S+\\.sh continue ${folder} ${folder}/by-hand-\\$\\(date \\+%s\\) go-back static; cat`),
    );
    expect(end?.commands).toContain('manage.py collectstatic --noinput');
    expect(end?.commands).not.toContain('restore_db.sh');
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
  });

  it('close the run and leave the site as it is', async () => {
    const { deps, run, plain } = desk(HELD);

    expect(words(await closeRun(deps, plain(BOB)))).toBe(`${RUN_ID} is closed. The site stays as it is.`);
    expect((await run()).state).toBe('closed');
  });

  it.each([
    ['I am on it', acknowledgeRun],
    ['Take over by hand', takeOverRun],
    ['Stop here', closeRun],
  ] as const)('are told when %s comes from somebody on no list', async (_, use) => {
    const { deps, run, plain } = desk(HELD);

    expect(await use(deps, plain('U99DAVE'))).toMatchObject({ refusal: { code: 'requester-not-allowed' } });
    expect(await run()).toMatchObject({ state: 'needs-decision', stop: { acknowledgedBy: null } });
  });
});

describe('the site is back', () => {
  const CLOSED: readonly RunEvent[] = [...HELD, { type: 'closed', by: BOB }];

  it('is said once, by somebody who may decide, and the stakeholders are told', async () => {
    const { deps, run, plain, woken } = desk(CLOSED);

    expect(await saySiteIsBack(deps, plain(BOB))).toEqual({
      kind: 'done',
      sentence: 'The bot is telling the stakeholders of Acme Kitchens that it is back.',
    });
    expect(said(await saySiteIsBack(deps, plain(CAROL)))).toEqual({
      kind: 'late',
      sentence: '<@U02BOB> has already said so.',
    });

    expect((await run()).updates.back).toEqual({ by: BOB, at: T.decided });
    expect(woken.shown).toEqual([RUN_ID]);
  });

  it('is said by a person where the proof did not hold and was left out', async () => {
    const { deps, run, plain } = desk([
      ...eventsTo('switching', plan()),
      ended('done', 'stable', 0),
      ...skippedProof,
    ]);

    expect(await saySiteIsBack(deps, plain(BOB))).toMatchObject({ kind: 'done' });
    expect((await run()).updates.back).toEqual({ by: BOB, at: T.decided });
  });

  it('is not said of a run whose proof has said it', async () => {
    const { deps, run, plain } = desk(eventsTo('succeeded'));

    expect(await saySiteIsBack(deps, plain(BOB))).toEqual({
      kind: 'late',
      sentence: `${RUN_ID} has already ended: it succeeded.`,
    });
    expect((await run()).updates.back).toBeNull();
  });

  it('is not said by people on no list, and not of a run that still waits for a decision', async () => {
    const closed = desk(CLOSED);
    const held = desk(HELD);

    expect(words(await saySiteIsBack(closed.deps, closed.plain('U99DAVE')))).toContain('operators');
    expect(await saySiteIsBack(held.deps, held.plain(BOB))).toEqual({
      kind: 'late',
      sentence: `${RUN_ID} is waiting for a decision on its newest message.`,
    });
  });
});
