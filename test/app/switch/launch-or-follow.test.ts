import { describe, expect, it } from 'vitest';
import { advanceRun } from '../../../src/app/advance-run.ts';
import { HostError } from '../../../src/app/ports/host-error.ts';
import { line, lines } from '../../support/fakes/journal-lines.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { LIVE } from '../../support/story/evidence.ts';
import { hostState, RUN_ID } from '../../support/story/run.ts';
import { ALICE, T } from '../../support/story/site.ts';
import { done, looking, READY, SWITCHING, stage } from '../../support/story/stage.ts';

describe('the switch', () => {
  it('is followed from its launch to its proof, each step written once', async () => {
    const host = looking([
      { status: { kind: 'absent' } },
      { lines: lines('recheck', 'stop'), status: { kind: 'running', quietSeconds: 0 } },
      { ...done, lines: [...lines('start', 'healthy'), line('finish', 'done')] },
    ]);
    const { advance, run, store } = stage(READY, { host });

    await advance();

    expect((await run()).switched?.steps.map((step) => [step.name, step.code])).toEqual([
      ['recheck', 0],
      ['stop', 0],
      ['start', 0],
      ['healthy', 0],
    ]);
    expect(store.types(RUN_ID).filter((type) => type === 'step')).toHaveLength(8);
    expect(await run()).toMatchObject({
      state: 'succeeded',
      switched: { ended: { logTail: 'the end of the log' } },
    });
    expect(host.calls).toEqual([
      'connect',
      'follow 0',
      'keepRecord',
      'launch',
      'follow 0',
      'follow 4',
      'connect',
      'proof',
      `journal ${Date.parse(T.switched) / 1000}`,
      'connect',
      'markRecorded',
      'connect',
      `quarantine ${LIVE} v0.6.0`,
      'connect',
      `prune ${RUN_ID}`,
    ]);
    expect(host.open()).toBe(0);
  });

  it('is not launched again when it is found running or ended', async () => {
    const host = looking([{ status: { kind: 'running', quietSeconds: 0 } }, done]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(host.calls).not.toContain('launch');
  });

  it('is launched again, with a pause, where it was claimed and did not begin', async () => {
    const host = looking([
      { status: { kind: 'claimed' } },
      { status: { kind: 'running', quietSeconds: 0 } },
      done,
    ]);
    const { advance, waits } = stage(SWITCHING, { host });

    await advance();

    expect(host.calls.filter((call) => call === 'launch')).toHaveLength(1);
    expect(waits).toEqual([200]);
  });

  it.each(['absent', 'claimed'] as const)(
    'is closed on the host and not launched when the time is over and it is %s',
    async (kind) => {
      const host = looking([
        { status: { kind } },
        { status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } },
      ]);
      const { advance, run, clock } = stage(SWITCHING, { host });
      clock.set(T.expires);

      await advance();

      expect(await run()).toMatchObject({
        state: 'failed',
        switched: { ended: { outcome: 'untouched', step: 'expired' } },
      });
      expect(host.calls).toContain('voidAttempt');
      expect(host.calls).not.toContain('launch');
    },
  );

  it('is followed to its end when it had begun before the time was over', async () => {
    const host = looking([{ status: { kind: 'running', quietSeconds: 0 } }, done]);
    const { advance, run, clock } = stage(SWITCHING, { host });
    clock.set(T.expires);

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(host.calls).not.toContain('voidAttempt');
  });

  it('is not launched where the run directory belongs to another plan', async () => {
    const host = looking([{ status: { kind: 'absent' } }], {
      launch: async () => ({ kind: 'claimed', by: 'f'.repeat(64) }),
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'failed',
      switched: {
        ended: {
          outcome: 'untouched',
          step: 'claim',
          logTail: 'the run directory on the host belongs to another plan (ffffffffffff)',
        },
      },
    });
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('needs a person when the program was interrupted; rebooted: %s', async (rebooted, code) => {
    const host = looking([
      { lines: [...lines('recheck'), line('begin', 'stop')], status: { kind: 'interrupted', rebooted } },
    ]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { outcome: 'interrupted', step: 'stop', code } },
    });
  });

  it('does not name a step when the program was interrupted before its first', async () => {
    const host = looking([{ status: { kind: 'interrupted', rebooted: false } }]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).switched?.ended?.step).toBe('lock');
  });

  it.each([
    ['untouched', 'recheck', 10, 'failed'],
    ['put-back', 'static', 1, 'failed'],
    ['hold', 'restore', 3, 'needs-decision'],
  ] as const)('that ends as %s at %s makes the run %s', async (outcome, step, code, state) => {
    const host = looking([{ status: { kind: 'done', outcome, step, code } }]);
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({ state, switched: { ended: { outcome, step, code } } });
  });

  it('goes on without a log where the host has none', async () => {
    const host = looking([{ status: { kind: 'done', outcome: 'untouched', step: 'expired', code: 0 } }], {
      logTail: async () => {
        throw new HostError('errored', 'tail: no such file');
      },
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).switched?.ended?.logTail).toBe('');
  });

  it('passes a Cancel on to the host, once', async () => {
    const watches: (() => Promise<void>)[] = [];
    const host = looking([{ status: { kind: 'done', outcome: 'put-back', step: 'static', code: 130 } }]);
    const { advance, run } = stage([...SWITCHING, { type: 'cancel-asked', by: ALICE }], {
      host,
      deps: {
        every: (_ms, work) => {
          watches.push(work);
          return () => undefined;
        },
      },
    });

    await advance();
    for (const watch of [...watches, ...watches]) await watch();

    expect(host.calls.filter((call) => call === 'cancel')).toHaveLength(1);
    expect(await run()).toMatchObject({ state: 'failed', switched: { cancelledBy: ALICE } });
  });

  it('asks the host what is there where a person has to decide', async () => {
    const found = hostState({ health: 503 });
    const host = looking([{ status: { kind: 'done', outcome: 'hold', step: 'healthy', code: 124 } }], {
      currentState: async () => found,
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect((await run()).switched?.ended?.found).toEqual(found);
  });

  it('goes on without that where the host does not say it', async () => {
    const host = looking([{ status: { kind: 'done', outcome: 'hold', step: 'healthy', code: 124 } }], {
      currentState: async () => {
        throw new HostError('errored', 'the program is gone');
      },
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({ state: 'needs-decision', switched: { ended: { found: null } } });
  });

  it('counts as never begun where it was interrupted before it stopped anything', async () => {
    const host = looking([{ lines: lines('recheck'), status: { kind: 'interrupted', rebooted: true } }], {
      currentState: async () => hostState({ begun: false }),
    });
    const { advance, run } = stage(SWITCHING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'failed',
      switched: { ended: { outcome: 'untouched', step: 'interrupted' } },
    });
  });

  it('is read on over a new connection when one breaks in the middle, and no step is doubled', async () => {
    const lost = new HostError('unknown', 'the connection was lost');
    const host = looking([
      { lines: lines('recheck', 'stop', 'checkout'), status: lost },
      { ...done, lines: lines('recheck', 'stop', 'checkout', 'static', 'start', 'healthy') },
    ]);
    const { advance, run, store, waits } = stage(SWITCHING, { host });

    await advance();

    const written = (await store.events(RUN_ID)).flatMap(({ event }) =>
      event.type === 'step' ? [`${event.name} ${event.phase}`] : [],
    );
    expect(written).toEqual([...new Set(written)]);
    expect(written).toHaveLength(12);
    expect(waits).toEqual([1_000]);
    expect(host.calls.filter((call) => call === 'follow 0')).toHaveLength(2);
    expect(host.calls.filter((call) => call === 'connect')).toHaveLength(6);
    expect(await run()).toMatchObject({ state: 'succeeded' });
    expect(host.open()).toBe(0);
  });

  it('says that the host does not answer, once, and goes on trying', async () => {
    let tries = 0;
    const host = scriptedHost(
      {
        connect: async () => {
          tries += 1;
          if (tries <= 3) throw new HostError('unreachable', 'no route to host');
        },
      },
      [done],
    );
    const { advance, run, store, waits } = stage(SWITCHING, { host });

    await advance();

    const silence = (await store.events(RUN_ID)).flatMap(({ event }) =>
      event.type.startsWith('host-') ? [event] : [],
    );
    expect(silence).toEqual([{ type: 'host-silent', why: 'no route to host' }, { type: 'host-answers' }]);
    expect(waits).toEqual([1_000, 1_000, 1_000]);
    expect((await run()).state).toBe('succeeded');
  });

  it('is left to the program when this process is asked to stop', async () => {
    let stopping = false;
    const { advance, run } = stage(SWITCHING, {
      host: scriptedHost(
        {
          follow: async (_run, { offset }, onLine) => {
            for (const one of lines('recheck')) onLine(one);
            stopping = true;
            return { status: { kind: 'running', quietSeconds: 0 }, offset };
          },
        },
        [],
      ),
      deps: { stopping: () => stopping },
    });

    await advance();

    expect(await run()).toMatchObject({
      state: 'switching',
      switched: { steps: [{ name: 'recheck', code: 0 }] },
    });
  });

  it('is given up at once by a worker whose run another one has picked up', async () => {
    const host = looking([{ lines: lines('recheck', 'stop'), status: { kind: 'running', quietSeconds: 0 } }]);
    const { advance, run, store } = stage(SWITCHING, { host });
    store.beforeAppend = async (current, [event]) => {
      if (event?.type !== 'step') return;
      store.beforeAppend = async () => undefined;
      await store.append(current, { type: 'picked-up', worker: 'other', epoch: current.epoch + 1 });
    };

    await advance();

    expect(store.types(RUN_ID).slice(-2)).toEqual(['picked-up', 'picked-up']);
    expect((await run()).epoch).toBe(2);
    expect(host.calls.filter((call) => call.startsWith('follow'))).toHaveLength(1);
    expect(host.open()).toBe(0);
  });

  it('is picked up by one of two workers that come at the same moment', async () => {
    const host = looking([{ status: { kind: 'absent' } }, done]);
    const { deps, store } = stage(READY, { host });

    await Promise.all([advanceRun(deps, RUN_ID), advanceRun(deps, RUN_ID)]);

    expect(host.calls.filter((call) => call === 'launch')).toHaveLength(1);
    expect(store.types(RUN_ID).filter((type) => type === 'switch-started')).toHaveLength(1);
  });
});
