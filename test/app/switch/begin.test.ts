import { describe, expect, it } from 'vitest';
import { approval, RUN_ID } from '../../support/story/run.ts';
import { T } from '../../support/story/site.ts';
import { done, looking, PLAN, READY, stage } from '../../support/story/stage.ts';

describe('beginning the switch', () => {
  it('is written down before anything is launched', async () => {
    let atLaunch: readonly string[] = [];
    const host = looking([{ status: { kind: 'absent' } }, done], {
      launch: async () => {
        atLaunch = scene.store.types(RUN_ID);
        return { kind: 'launched' };
      },
    });
    const scene = stage(READY, { host });

    await scene.advance();

    expect(atLaunch.slice(-1)).toEqual(['switch-started']);
    expect((await scene.run()).state).toBe('succeeded');
  });

  it('is refused when the approval does not hold, and the host lets nobody begin it later', async () => {
    const forged = approval(PLAN, { signature: 'f'.repeat(64) });
    const { advance, run, host } = stage([
      { type: 'planned', plan: PLAN, expiresAt: T.expires },
      { type: 'approved', approval: forged },
    ]);

    await advance();

    expect(await run()).toMatchObject({ state: 'refused', refusal: { code: 'approval-forged' } });
    expect(host.calls).toEqual(['connect', 'voidAttempt', 'markRecorded']);
  });
});
