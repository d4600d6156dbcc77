import { describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { type Look, scriptedHost } from '../../support/fakes/scripted-host.ts';
import { evidence } from '../../support/story/evidence.ts';
import { approval, hostState, plan, started } from '../../support/story/run.ts';
import { ALICE, BOB, T } from '../../support/story/site.ts';
import { done, looking, PLAN, SWITCHING, stage, voided } from '../../support/story/stage.ts';
import { ABSENT, CANCEL, CLAIMED, RETRYING } from './launch-support.ts';

/** As somebody would write it who can write to Redis, and does not know the secret. */
const FORGED: readonly RunEvent[] = [
  { type: 'planned', plan: PLAN, expiresAt: T.expires },
  { type: 'approved', approval: approval(PLAN, { signature: 'f'.repeat(64) }) },
  { type: 'switch-started', digest: PLAN.digest },
];

const EXCHANGED: readonly RunEvent[] = [
  { type: 'planned', plan: { ...PLAN, program: 'rm -rf /srv' }, expiresAt: T.expires },
  ...SWITCHING.slice(1),
];

describe('right before the launch', () => {
  it.each<[string, readonly RunEvent[], string, string]>([
    [
      'an approval without a valid signature',
      FORGED,
      'approval',
      'an approval has no valid signature for this plan',
    ],
    ['a program that nobody has approved', EXCHANGED, 'approval', "the plan doesn't match its digest"],
    [
      'a decision on a plan whose approval is forged',
      [...FORGED, ...RETRYING.slice(SWITCHING.length)],
      'approval',
      'an approval has no valid signature for this plan',
    ],
  ])('the record is checked once more: %s', async (_, past, step, logTail) => {
    const host = looking([ABSENT, voided]);
    const { advance, run } = stage(past, { host });

    await advance();

    expect(host.calls).toContain('voidAttempt');
    expect(host.calls).not.toContain('launch');
    expect((await run()).switched?.ended).toMatchObject({ outcome: 'untouched', step, logTail });
  });

  it('the key is compared with that of the host that was looked at', async () => {
    const host = scriptedHost({ hostKey: 'SHA256:another-host' }, [ABSENT, voided]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(host.calls).toContain('voidAttempt');
    expect(host.calls).not.toContain('launch');
    expect(await run()).toMatchObject({
      state: 'failed',
      switched: {
        ended: {
          outcome: 'untouched',
          step: 'host-key',
          logTail: `the host shows the key SHA256:another-host, but the plan was approved for a host with ${evidence().hostKey}. If the host was rebuilt or its key renewed, ask for a new plan; if not, tell whoever runs the host`,
        },
      },
    });
  });

  it('a program that runs is followed, whatever key its host shows by now', async () => {
    const host = scriptedHost({ hostKey: 'SHA256:renewed' }, [
      { status: { kind: 'running', quietSeconds: 0 } },
      done,
    ]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).state).toBe('succeeded');
  });

  it.each([
    ['absent', ABSENT],
    ['claimed', CLAIMED],
  ])('a Cancel counts, and the %s program never begins', async (_, status) => {
    const host = looking([status, voided]);
    const { advance, run } = stage([...SWITCHING, CANCEL], { host });

    await advance();

    expect(host.calls).toContain('voidAttempt');
    expect(host.calls).not.toContain('launch');
    expect(await run()).toMatchObject({
      state: 'failed',
      switched: {
        cancelledBy: ALICE,
        ended: { outcome: 'untouched', step: 'recheck', code: 130, logTail: 'cancelled before it began' },
      },
    });
  });

  it('a Cancel counts that comes while the record is kept on the host', async () => {
    const host = looking([ABSENT, voided], {
      keepRecord: async () => {
        await scene.store.append(await scene.run(), CANCEL);
      },
    });
    const scene = stage(SWITCHING, { host });

    await scene.advance();

    expect(host.calls).not.toContain('launch');
    expect(await scene.run()).toMatchObject({ state: 'failed', switched: { ended: { code: 130 } } });
  });

  it.each<[string, (scene: ReturnType<typeof stage>) => Promise<unknown>, string]>([
    [
      'another worker has gone on with it',
      async ({ store, run }) => {
        const found = await run();
        return store.append(found, { type: 'picked-up', worker: 'other', epoch: found.epoch + 1 });
      },
      'switching',
    ],
    [
      'people have closed it, because nobody could reach its host',
      async ({ store, run }) =>
        store.append(
          await run(),
          { type: 'host-silent', why: 'no route to host' },
          { type: 'host-lost', why: 'no route to host' },
          { type: 'closed', by: BOB },
        ),
      'closed',
    ],
  ])('a worker that was paused begins nothing and voids nothing: %s', async (_, meanwhile, state) => {
    const host = looking([ABSENT], { keepRecord: async () => void (await meanwhile(scene)) });
    const scene = stage(SWITCHING, { host });

    await scene.advance();

    expect(host.calls).not.toContain('launch');
    expect(host.calls.slice(0, host.calls.indexOf('keepRecord'))).not.toContain('voidAttempt');
    expect((await scene.run()).state).toBe(state);
  });

  it('begins nothing where the record is gone, and leaves the one that the host has kept', async () => {
    const host = looking([ABSENT]);
    const scene = stage(SWITCHING, { host });
    const { store } = scene;
    store.beforeAppend = async (_, [event]) => {
      if (event?.type !== 'picked-up') return;
      // Lost as soon as the worker has taken it up.
      vi.spyOn(store, 'read').mockResolvedValue(null);
      vi.spyOn(store, 'events').mockResolvedValue([]);
    };

    await scene.advance();

    expect(host.calls.filter((call) => /^(launch|keepRecord|voidAttempt)/.test(call))).toEqual([]);
  });

  it('a Cancel counts for what was decided, too', async () => {
    const host = looking([ABSENT, voided]);
    const { advance, run } = stage([...RETRYING, CANCEL], { host });

    await advance();

    expect(host.calls).not.toContain('launch');
    expect(await run()).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { outcome: 'untouched', code: 130, found: hostState() } },
    });
  });

  it('what another worker has begun in the same moment is followed, and not called untouched', async () => {
    const put: Look = { status: { kind: 'done', outcome: 'put-back', step: 'checkout', code: 130 } };
    const host = looking([CLAIMED, { status: { kind: 'running', quietSeconds: 0 } }, put]);
    const { advance, run } = stage([...SWITCHING, CANCEL], { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'failed',
      switched: { ended: { outcome: 'put-back', step: 'checkout' } },
    });
  });

  it.each([
    ['by nobody', { type: 'started', by: BOB, digest: plan('code-only').digest, signature: 'f'.repeat(64) }],
    ['for another plan', { ...started(PLAN), digest: plan('code-only').digest }],
    ['by somebody else', { ...started(plan('code-only')), by: BOB }],
  ] as readonly [string, RunEvent][])('the start is checked: one that was signed %s', async (_, start) => {
    const of = plan('code-only');
    const host = looking([ABSENT, voided]);
    const { advance, run } = stage(
      [
        { type: 'planned', plan: of, expiresAt: T.expires },
        start,
        { type: 'switch-started', digest: of.digest },
      ],
      { host },
    );

    await advance();

    expect(host.calls).not.toContain('launch');
    expect((await run()).switched?.ended).toMatchObject({
      step: 'approval',
      logTail: 'the start has no valid signature for this plan',
    });
  });

  it('an approval does not outlive its plan, whatever the record says', async () => {
    const [planned, ...rest] = SWITCHING;
    if (planned?.type !== 'planned') throw new Error('the story begins with another event');
    const host = looking([ABSENT, voided]);
    const { advance, run } = stage([{ ...planned, expiresAt: '2999-01-01T00:00:00.000Z' }, ...rest], {
      host,
    });

    await advance();

    expect(host.calls).not.toContain('launch');
    expect((await run()).switched?.ended?.step).toBe('approval');
  });

  it('a plan that needs no second person is launched without an approval', async () => {
    const of = plan('code-only');
    const host = looking([ABSENT, done]);
    const { advance, run } = stage(
      [
        { type: 'planned', plan: of, expiresAt: T.expires },
        started(of),
        { type: 'switch-started', digest: of.digest },
      ],
      { host },
    );

    await advance();

    expect(host.calls).toContain('launch');
    expect((await run()).switched?.ended?.outcome).toBe('done');
  });
});
