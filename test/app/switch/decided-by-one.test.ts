import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/app/ports/host-error.ts';
import { type Decision, decisionDigest, type HostState } from '../../../src/domain/run/decision.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { approval, hostState, RUN_ID, steps } from '../../support/story/run.ts';
import { BOB } from '../../support/story/site.ts';
import { done, looking, PLAN, SWITCHING, stage, voided } from '../../support/story/stage.ts';
import { ABSENT, BEGUN, RETRYING } from './launch-support.ts';

describe('what one person has decided is compared with what is on the host right before the launch', () => {
  const GO_BACK: Decision = { action: 'go-back', step: 'static', attempt: 2 };
  const digest = decisionDigest(RUN_ID, PLAN.digest, GO_BACK);
  const going: readonly RunEvent[] = [
    ...RETRYING.slice(0, -1),
    { type: 'recovery-begun', ...BEGUN, recovery: GO_BACK, digest },
  ];
  const up = hostState({ units: [{ name: 'a.service', active: 'active' }] });
  const USED =
    'the decision has no valid approval by a second person: the site may have come up since it was made';

  it.each<[string, () => Promise<HostState>]>([
    ['has come up', async () => up],
    ['comes up', async () => hostState({ units: [{ name: 'a.service', active: 'activating' }] })],
    [
      'cannot be asked about',
      async () => {
        throw new HostError('errored', 'the program is gone');
      },
    ],
  ])('a site that %s keeps its database until a second person agrees', async (_, currentState) => {
    const host = looking([ABSENT, voided], { currentState });
    const { advance, run } = stage(going, { host });

    await advance();

    expect(host.calls).toContain('voidAttempt');
    expect(host.calls).not.toContain('launch');
    const now = await run();
    expect(now).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { step: 'decision', logTail: USED } },
    });
    expect(offers(now).find(({ decision }) => decision.action === 'go-back')?.secondPerson).not.toBeNull();
  });

  it('a restore that the record has lost, and the host remembers, is not overwritten by one person', async () => {
    const without = [...SWITCHING, ...steps(['static', 1]), ...going.slice(-2)];
    const ran = ['restore', 'start', 'static', 'stop'];
    const host = looking([ABSENT, voided], { currentState: async () => hostState({ ran }) });
    const { advance, run } = stage(without, { host });

    await advance();

    expect(host.calls).not.toContain('launch');
    expect((await run()).switched?.ended).toMatchObject({ step: 'decision', logTail: USED });
  });

  it.each([
    ['ended', 'the host has this run as one that has ended'],
    ['out-of-turn', 'the host knows of another last attempt of this run'],
  ] as const)('the host has the last word: %s', async (kind, logTail) => {
    const host = looking([ABSENT], { launch: async () => ({ kind }) });
    const { advance, run } = stage(going, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { outcome: 'untouched', step: kind, logTail } },
    });
  });

  it('an approval that nobody gave is none', async () => {
    const invented = approval(PLAN, { digest, requester: BOB, signature: 'f'.repeat(64) });
    const forged: RunEvent = {
      type: 'recovery-begun',
      ...BEGUN,
      recovery: GO_BACK,
      digest,
      approval: invented,
    };
    const host = looking([ABSENT, voided], { currentState: async () => up });
    const { advance } = stage([...going.slice(0, -1), forged], { host });

    await advance();

    expect(host.calls).not.toContain('launch');
  });

  it('a site that is still stopped goes back', async () => {
    const host = looking([ABSENT, done]);
    const { advance } = stage(going, { host });

    await advance();

    expect(host.calls).toContain('launch');
  });

  it('what takes nothing away is done, whoever has started the site', async () => {
    const host = looking([ABSENT, done], { currentState: async () => up });
    const { advance } = stage(RETRYING, { host });

    await advance();

    expect(host.calls).toContain('launch');
  });
});
