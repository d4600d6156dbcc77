import { describe, expect, it } from 'vitest';
import { type Decision, type DecisionAction, decisionDigest } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { BegunDecision } from '../../../src/domain/run/run.ts';
import { lines } from '../../support/fakes/journal-lines.ts';
import { ended, hostState, RUN_ID, steps } from '../../support/story/run.ts';
import { BOB, T } from '../../support/story/site.ts';
import { done, looking, PLAN, SWITCHING, stage, voided } from '../../support/story/stage.ts';

describe('a decision', () => {
  const HELD: readonly RunEvent[] = [
    ...SWITCHING,
    ...steps(['restore', 0], ['static', 1]),
    ended('hold', 'static', 1, { found: hostState() }),
  ];
  const begun = (action: DecisionAction, more: Partial<BegunDecision> = {}): RunEvent => {
    const recovery: Decision = { action, step: 'static', attempt: 2 };
    const digest = decisionDigest(RUN_ID, PLAN.digest, recovery);
    return {
      type: 'recovery-begun',
      recovery,
      by: BOB,
      digest,
      expiresAt: T.expires,
      approval: null,
      ...more,
    };
  };

  it('is carried out as an attempt of its own, whose steps are not taken for those before', async () => {
    const launched: unknown[] = [];
    const host = looking(
      [{ status: { kind: 'absent' } }, { ...done, lines: lines('decide-recheck', 'static', 'start') }],
      {
        launch: async (attempt, _plan, recovery) => {
          launched.push([attempt.number, recovery?.action]);
          return { kind: 'launched' };
        },
      },
    );
    const { advance, run } = stage([...HELD, begun('retry')], { host });

    await advance();

    expect(launched).toEqual([[2, 'retry']]);
    expect(
      (await run()).switched?.steps.map(({ attempt, name, code }) => `${attempt} ${name} ${code}`),
    ).toEqual(['1 restore 0', '1 static 1', '2 decide-recheck 0', '2 static 0', '2 start 0']);
    expect((await run()).state).toBe('succeeded');
  });

  it.each([
    ['put-back', 'failed'],
    ['untouched', 'needs-decision'],
    ['hold', 'needs-decision'],
  ] as const)('that ends as %s makes the run %s', async (outcome, state) => {
    const host = looking([{ status: { kind: 'done', outcome, step: 'go-back', code: 0 } }]);
    const { advance, run } = stage([...HELD, begun('go-back')], { host });

    await advance();

    expect((await run()).state).toBe(state);
  });

  it('is not begun when it comes too late, and closes the door on the host', async () => {
    const host = looking([
      { status: { kind: 'absent' } },
      { status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } },
    ]);
    const { advance, run } = stage([...HELD, begun('retry', { expiresAt: T.requested })], { host });

    await advance();

    expect(host.calls).toContain('voidAttempt');
    expect(host.calls).not.toContain('launch');
    expect(await run()).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { outcome: 'untouched' } },
    });
  });

  it('is not begun where its record does not hold', async () => {
    const host = looking([{ status: { kind: 'absent' } }, voided]);
    const { advance, run } = stage([...HELD, begun('retry', { digest: 'f'.repeat(64) })], { host });

    await advance();

    expect(host.calls).not.toContain('launch');
    expect((await run()).switched?.ended).toMatchObject({
      outcome: 'untouched',
      step: 'decision',
      logTail: "the decision doesn't match its digest",
    });
  });
});
