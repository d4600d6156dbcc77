import { describe, expect, it } from 'vitest';
import { closeRun, takeOverRun } from '../../../src/app/decide/stop.ts';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { HostError } from '../../../src/app/ports/host-error.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { lines } from '../../support/fakes/journal-lines.ts';
import { people } from '../../support/fakes/people.ts';
import { type Look, scriptedHost } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { ended, hostState, RUN_ID } from '../../support/story/run.ts';
import { ALICE, BOB, site, T } from '../../support/story/site.ts';
import { done, PLAN, READY, SWITCHING, stage, voided } from '../../support/story/stage.ts';

const seconds = (count: number) => new Date(Date.parse(T.decided) + count * 1000).toISOString();

const STOPPED: readonly RunEvent[] = [
  ...SWITCHING,
  { type: 'step', name: 'stop', phase: 'start', code: null, hostTime: T.switched },
];

const LOST: readonly RunEvent[] = [
  ...STOPPED,
  { type: 'host-silent', why: 'no route to host' },
  { type: 'host-lost', why: 'no route to host' },
];

const RUNNING: Look = { status: { kind: 'running', quietSeconds: 0 } };

const UNREACHABLE = new HostError('unreachable', 'no route to host');

/** A host that does not answer until it is brought back; the clock goes on while the worker waits. */
function away(
  past: readonly RunEvent[],
  looks: readonly Look[] = [],
  why = UNREACHABLE,
  answers: Partial<HostSession> = {},
) {
  let isAway = true;
  let asked = 0;
  const host = scriptedHost(
    {
      ...answers,
      connect: async () => {
        if (isAway) throw why;
      },
    },
    looks,
  );
  const scene = stage(past, {
    host,
    deps: {
      inventory: inventory(site({ operators: [ALICE, BOB] })),
      asking: {
        take: async () => {
          asked += 1;
          return true;
        },
      },
      wait: async (ms) => {
        const next = Date.parse(scene.clock.now()) + ms;
        scene.clock.set(new Date(next).toISOString());
      },
    },
  });
  const back = () => {
    isAway = false;
  };
  return { ...scene, back, asked: () => asked };
}

describe('a host that stays away in the middle of the switch', () => {
  it('is left to people after two minutes, and holds no worker', async () => {
    const { advance, run, clock, host, deps } = away(STOPPED);

    await advance();

    expect(clock.now()).toBe(seconds(120));
    expect(await run()).toMatchObject({
      state: 'needs-decision',
      silence: { since: T.decided, why: 'no route to host' },
      stop: { since: seconds(120) },
    });
    expect(host.calls).toHaveLength(121);
    expect(await deps.leases.take(RUN_ID, 'another', 1)).toBe(true);
  });

  it('is left to them also where its key is another one since it was rebuilt', async () => {
    const rebuilt = new HostError('host-key-changed', 'its key is another one');
    const { advance, run } = away(STOPPED, [], rebuilt);

    await advance();

    expect(await run()).toMatchObject({
      state: 'needs-decision',
      silence: { why: 'its key is another one' },
    });
  });

  it('is counted from the record: a worker that comes later does not begin anew', async () => {
    const { advance, run, clock, host } = away([...STOPPED, { type: 'host-silent', why: 'it was away' }]);
    clock.set(seconds(119));

    await advance();

    expect(clock.now()).toBe(seconds(120));
    expect(host.calls).toEqual(['connect', 'connect']);
    expect((await run()).state).toBe('needs-decision');
  });

  it('is not counted on over an answer in between', async () => {
    const { advance, run, clock, store, back } = away(
      [...STOPPED, { type: 'host-silent', why: 'it was away' }],
      [RUNNING, done],
    );
    clock.set(seconds(100));
    back();

    await advance();

    expect(store.types(RUN_ID).filter((type) => type.startsWith('host-'))).toEqual([
      'host-silent',
      'host-answers',
    ]);
    expect((await run()).state).toBe('succeeded');
  });

  it('calls people again and again, like every run that waits for a decision', async () => {
    const { advance, run, clock } = away(LOST);

    clock.set(seconds(299));
    await advance();
    expect((await run()).stop?.calls).toEqual([]);
    clock.set(seconds(300));
    await advance();
    expect((await run()).stop?.calls).toHaveLength(1);
  });

  it('is asked on and on, without a word in the record', async () => {
    const { advance, store, asked, host } = away(LOST);

    for (const _ of Array.from({ length: 50 })) await advance();

    expect(store.types(RUN_ID)).toHaveLength(LOST.length);
    expect(asked()).toBe(50);
    expect(host.calls).toHaveLength(50);
  });

  it('is asked by one worker at a time only, every half minute', async () => {
    const taken: [string, number][] = [];
    const host = scriptedHost();
    const { advance, store } = stage(LOST, {
      host,
      deps: {
        asking: {
          take: async (run, _owner, ms) => {
            taken.push([run, ms]);
            return false;
          },
        },
      },
    });

    await advance();

    expect(taken).toEqual([[RUN_ID, 30_000]]);
    expect(host.calls).toEqual([]);
    expect(store.types(RUN_ID)).toHaveLength(LOST.length);
  });
});

describe('a step that outlives its deadline, at a disk that hangs', () => {
  const STUCK: Look = { status: { kind: 'running', quietSeconds: 180 } };
  const WHY = 'its program should have ended "stop the site" 30 s ago; its disk may hang';
  const stuck = (...looks: readonly Look[]) => {
    const scene = away(STOPPED, looks);
    scene.back();
    return scene;
  };

  it('is left to people after two minutes, although the host takes connections', async () => {
    const { advance, run, clock } = stuck(...Array.from({ length: 121 }, () => STUCK));

    await advance();

    expect(clock.now()).toBe(seconds(120));
    expect(await run()).toMatchObject({ state: 'needs-decision', silence: { since: T.decided, why: WHY } });
  });

  it('stays with them while it is stuck, and goes on by itself when it has ended', async () => {
    const { advance, run, store, back } = away(LOST, [STUCK, done, done]);
    back();

    await advance();
    expect((await run()).state).toBe('needs-decision');
    expect(store.types(RUN_ID)).toHaveLength(LOST.length);

    await advance();
    expect((await run()).state).toBe('succeeded');
  });

  it('is not taken for one that was open when the host went away, and has ended since', async () => {
    const far = { ...STUCK, lines: lines('stop') };
    const { advance, run, back } = away(LOST, [far, { ...RUNNING, lines: lines('stop') }, done]);
    back();

    await advance();

    expect((await run()).state).toBe('succeeded');
  });

  it('hears of a Cancel all the same', async () => {
    const { advance, host, back } = away([...LOST, { type: 'cancel-asked', by: ALICE }], [STUCK]);
    back();

    await advance();

    expect(host.calls).toContain('cancel');
  });

  it('is waited for within its time', async () => {
    const patient: Look = { status: { kind: 'running', quietSeconds: 179 } };
    const { advance, run, store } = stuck(patient, done);

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(store.types(RUN_ID)).not.toContain('host-silent');
  });
});

describe('a host that answers again', () => {
  it('takes the run to its end without anybody, where its program has finished meanwhile', async () => {
    const finished: Look = { ...done, lines: lines('stop', 'start', 'healthy') };
    const { advance, run, store, back } = away(LOST, [finished, finished]);

    await advance();
    back();
    await advance();

    expect(await run()).toMatchObject({ state: 'succeeded', silence: null, history: { stops: [] } });
    expect(store.types(RUN_ID).slice(LOST.length, LOST.length + 3)).toEqual([
      'picked-up',
      'host-answers',
      'step',
    ]);
  });

  it('takes the run on where its program still runs', async () => {
    const { advance, run, back, host } = away(LOST, [RUNNING, RUNNING, done]);
    back();

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(host.calls).not.toContain('launch');
  });

  it('asks people for what its program could not do', async () => {
    const held: Look = { status: { kind: 'done', outcome: 'hold', step: 'restore', code: 3 } };
    const { advance, run, back } = away(LOST, [held, held]);
    back();

    await advance();

    expect(await run()).toMatchObject({
      state: 'needs-decision',
      silence: null,
      switched: { ended: { outcome: 'hold', found: hostState() } },
    });
  });

  it('begins a switch that it was never told of, while the approval holds', async () => {
    const unheard = [...SWITCHING, ...LOST.slice(-2)];
    const { advance, run, back, store, host } = away(unheard, [
      { status: { kind: 'absent' } },
      { status: { kind: 'absent' } },
      done,
    ]);
    back();

    await advance();

    expect(host.calls.filter((call) => call === 'launch')).toHaveLength(1);
    expect(store.types(RUN_ID)).toContain('host-answers');
    expect((await run()).state).toBe('succeeded');
  });

  it('is told of a Cancel that came while it was away: what had not begun never does', async () => {
    const cancelled: readonly RunEvent[] = [
      ...SWITCHING,
      ...LOST.slice(-2),
      { type: 'cancel-asked', by: ALICE },
    ];
    const absent: Look = { status: { kind: 'absent' } };
    const { advance, run, back, host } = away(cancelled, [absent, absent, voided]);
    back();

    await advance();

    expect(host.calls).not.toContain('launch');
    expect(await run()).toMatchObject({
      state: 'failed',
      switched: { ended: { outcome: 'untouched', code: 130 } },
    });
  });

  it('begins nothing for a run that people have closed in the same moment', async () => {
    const unheard = [...SWITCHING, ...LOST.slice(-2)];
    const absent: Look = { status: { kind: 'absent' } };
    const { advance, run, back, store, host } = away(unheard, [absent, absent]);
    back();
    store.beforeAppend = async (current, [event]) => {
      if (event?.type !== 'host-answers') return;
      store.beforeAppend = async () => undefined;
      await store.append(current, { type: 'closed', by: BOB });
    };

    await advance();

    expect(host.calls).not.toContain('launch');
    expect((await run()).state).toBe('closed');
  });

  it('does not begin anew what it had begun, although it has lost all traces of it', async () => {
    // Without its directory the program says that it has not begun, and that the database is the old one.
    const { advance, run, host, back } = away(STOPPED, [{ status: { kind: 'absent' } }], UNREACHABLE, {
      currentState: async () => hostState({ begun: false, database: 'before' }),
    });
    back();

    await advance();

    expect(host.calls).not.toContain('launch');
    expect(await run()).toMatchObject({
      state: 'needs-decision',
      switched: { ended: { outcome: 'interrupted', step: 'stop', found: null } },
    });
  });
});

describe('people, while the host is away', () => {
  it.each([
    ['Stop here', closeRun, `${RUN_ID} is closed. The state of its host is unknown.`],
    ['Take over by hand', takeOverRun, `${RUN_ID} is yours. The commands are in its thread.`],
  ] as const)('have a way out: %s gives the site free', async (_, press, sentence) => {
    const { deps, run, store } = away(LOST);

    const answer = await press(
      { ...deps, people: people() },
      { run: RUN_ID, digest: PLAN.digest, user: BOB },
    );

    expect(answer).toEqual({ kind: 'done', sentence });
    expect((await run()).state).toBe('closed');
    expect(await store.activeOn('acme-kitchens@production')).toBeNull();
  });

  it('are not called for a run whose host answers', async () => {
    const { advance, run, back } = away([...READY, ...SWITCHING.slice(-1), ended('put-back', 'static', 1)]);
    back();

    await advance();

    expect(await run()).toMatchObject({ state: 'failed', history: { silences: [] } });
  });
});
