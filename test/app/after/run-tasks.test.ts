import { describe, expect, it } from 'vitest';
import { runTasks } from '../../../src/app/after/run-tasks.ts';
import type { TaskDeps } from '../../../src/app/after/task.ts';
import { HostError } from '../../../src/app/ports/host-error.ts';
import type { RecordsOutcome } from '../../../src/app/ports/records.ts';
import { openFollowUps } from '../../../src/domain/after/follow-ups.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import {
  clockAt,
  inventory,
  leases,
  memoryStore,
  records,
  scriptedHost,
  wakeups,
} from '../../support/fakes/fakes.ts';
import {
  ALICE,
  BOB,
  ended,
  eventsTo,
  LIVE,
  plan,
  RUN_ID,
  request,
  runOf,
  site,
  steps,
  T,
} from '../../support/story/builders.ts';
import { UNDONE, undoPlan } from '../../support/story/undo.ts';

/** A run that has ended, and a worker that looks after it. */
function stage(
  state: 'succeeded' | 'failed' | 'denied' | 'closed',
  {
    host = scriptedHost(),
    deps = {},
    of = plan(),
    asked = request(),
    past = eventsTo(state, of),
  }: {
    host?: ReturnType<typeof scriptedHost>;
    deps?: Partial<TaskDeps>;
    of?: Plan;
    asked?: RollbackRequest;
    past?: readonly RunEvent[];
  },
) {
  const clock = clockAt(T.decided);
  const reported: string[] = [];
  const store = memoryStore(clock);
  store.put(runOf(past, asked), past);
  const all: TaskDeps = {
    store,
    wakeups: wakeups(),
    leases: leases(),
    leaseMs: 10_000,
    pickupName: () => 'pickup-1',
    every: () => () => undefined,
    inventory: inventory(site()),
    hosts: host.hosts,
    records: records(),
    clock,
    stopping: () => false,
    report: (trouble, run) => {
      reported.push(`${run}: ${trouble instanceof Error ? trouble.message : String(trouble)}`);
    },
    ...deps,
  };
  const tend = async () => {
    const run = await store.read(RUN_ID);
    if (run === null) throw new Error('the run is gone');
    await runTasks(all, run);
  };
  const later = (minutes: number) => {
    clock.set(new Date(Date.parse(clock.now()) + minutes * 60_000).toISOString());
  };
  const since = () => store.types(RUN_ID).slice(past.length);
  return { store, host, clock, tend, later, since, reported };
}

describe('what a run owes after its end', () => {
  it('is done once, and then nothing is owed', async () => {
    const { tend, host, since, store, later } = stage('failed', {});

    await tend();
    await tend();

    expect(host.calls).toEqual(['connect', 'markRecorded']);
    expect(host.open()).toBe(0);
    expect(since()).toEqual(['marked']);
    later(60 * 24);
    await tend();
    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('is nothing where the host was never touched', async () => {
    const { tend, host, store } = stage('denied', {});

    await tend();

    expect(host.calls).toEqual([]);
    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('is tried again while the host is away, later and later', async () => {
    let away = true;
    const host = scriptedHost({
      markRecorded: async () => {
        if (away) throw new HostError('unreachable', 'the connection is gone');
      },
    });
    const { tend, since, store, clock, later } = stage('failed', { host });

    await tend();

    expect(since()).toEqual([]);
    expect(host.open()).toBe(0);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    later(60);
    await tend();
    later(14);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(2);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    away = false;
    await tend();
    expect(since()).toEqual(['marked']);
  });

  it('is tried again and said where the host refuses it', async () => {
    const host = scriptedHost({
      markRecorded: async () => {
        throw new HostError('errored', 'touch: permission denied');
      },
    });
    const { tend, store, later, clock, reported } = stage('failed', { host });

    // Without throwing: the queue would ask again at once, and log in to a host that refuses it over and over.
    await tend();

    expect(reported).toEqual([`${RUN_ID}: touch: permission denied`]);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
  });

  it('is not forgiven by a worker that does not know the site', async () => {
    const { tend, store, later, clock } = stage('failed', { deps: { inventory: inventory() } });

    await tend();

    later(59);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    later(7 * 24 * 60);
    await tend();
    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('is nothing for a run that never began on a site that is gone', async () => {
    const { tend, store } = stage('denied', { deps: { inventory: inventory() } });

    await tend();

    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('closes the door on a host that has not taken the program until its time was over', async () => {
    const { tend, host } = stage('failed', {
      past: [...eventsTo('switching'), ended('untouched', 'launch', 0)],
    });

    await tend();

    expect(host.calls).toEqual(['connect', 'voidAttempt', 'markRecorded']);
  });

  it.each<[string, readonly RunEvent[], readonly string[]]>([
    ['never begins', [], ['connect', 'voidAttempt', 'markRecorded']],
    [
      'begins no further step where somebody had cancelled it as well',
      [{ type: 'cancel-asked', by: ALICE }],
      ['connect', 'voidAttempt', 'cancel', 'markRecorded'],
    ],
  ])('closes the door on a host that was away: the program %s', async (_, cancelled, calls) => {
    const { tend, host, since } = stage('closed', {
      past: [
        ...eventsTo('switching'),
        { type: 'host-silent', why: 'no route to host' },
        { type: 'host-lost', why: 'no route to host' },
        ...cancelled,
        { type: 'closed', by: BOB },
      ],
    });

    await tend();

    expect(host.calls).toEqual(calls);
    expect(since()).toContain('marked');
  });

  it('leaves what is kept alone while another run has the site, and while somebody deploys', async () => {
    let held = true;
    const host = scriptedHost({
      prune: async () =>
        held
          ? { problem: 'deploy.lock is held', code: 'lock-held' }
          : { safetyBackups: [], environments: [] },
    });
    const { tend, since, store, later } = stage('succeeded', { host });
    const next = await store.begin('acme-kitchens@production', 'acme-kitchens', 'key', {
      type: 'requested',
      request: request(),
    });
    if (next.kind !== 'begun') throw new Error('the site is not free');

    await tend();
    expect(host.calls).not.toContain(`prune ${RUN_ID}`);

    await store.append(next.run, { type: 'cancelled', by: 'U01ALICE' });
    later(60);
    await tend();
    expect(host.calls.filter((call) => call === `prune ${RUN_ID}`)).toHaveLength(1);
    expect(since()).toEqual(['marked', 'quarantined']);

    held = false;
    later(60);
    await tend();
    expect(since()).toEqual(['marked', 'quarantined', 'pruned']);
  });

  it('takes nothing away after a run that did not succeed', async () => {
    const { tend, since } = stage('failed', {});

    await tend();

    expect(since()).toEqual(['marked']);
  });

  it('is said to the log where it is not the host that is away, and tried again', async () => {
    const host = scriptedHost({
      markRecorded: async () => {
        throw new Error('a bug');
      },
    });
    const { tend, store, clock, later, reported } = stage('failed', { host });

    await tend();

    expect(reported).toEqual([`${RUN_ID}: a bug`]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
  });

  it('is left to whoever is at it already', async () => {
    const { tend, host, since } = stage('failed', { deps: { leases: leases(true) } });

    await tend();

    expect(host.calls).toEqual([]);
    expect(since()).toEqual([]);
  });

  it('is looked at again where something has happened meanwhile', async () => {
    const { tend, store } = stage('succeeded', {});
    const before = await store.read(RUN_ID);
    if (before === null) throw new Error('the run is gone');

    await tend();
    await store.append((await store.read(RUN_ID)) ?? before, {
      type: 'ticked',
      box: 'phone',
      by: 'U02BOB',
      on: true,
    });
    await store.scheduleTasks(before, null);

    expect(await store.withTasksDue(T.decided)).toEqual([RUN_ID]);
  });
});

describe('the quarantine of the version that a run left', () => {
  const NAMES = `quarantine ${LIVE} v0.6.0`;
  const close = async (store: ReturnType<typeof stage>['store']) => {
    const run = await store.read(RUN_ID);
    if (run === null) throw new Error('the run is gone');
    await store.append(run, { type: 'follow-ups-closed', by: 'U02BOB', reason: 'v0.6.1 replaces it' });
  };

  it('is placed once when the run has ended, with a line that says why', async () => {
    const placed: unknown[] = [];
    const host = scriptedHost({
      quarantine: async (...args) => {
        placed.push(args);
      },
    });
    const { tend, since } = stage('succeeded', { host });

    await tend();
    await tend();

    expect(since()).toEqual(['marked', 'quarantined', 'pruned']);
    expect(placed).toEqual([
      [RUN_ID, `${RUN_ID}\t${T.decided}\tleft v0.6.0 (66666666) for v0.5.0 (55555555)`, [LIVE, 'v0.6.0']],
    ]);
    expect(host.open()).toBe(0);
  });

  it('is lifted once when the follow-ups are closed', async () => {
    const { tend, host, since, store } = stage('succeeded', {});
    await tend();
    await close(store);

    await tend();
    await tend();

    expect(host.calls.filter((call) => call !== 'connect')).toEqual([
      'markRecorded',
      NAMES,
      `prune ${RUN_ID}`,
      'liftQuarantine',
    ]);
    expect(since().slice(-2)).toEqual(['follow-ups-closed', 'quarantine-lifted']);
    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('is tried again while the host is away, and lifted without having been placed if that comes first', async () => {
    let away = true;
    const host = scriptedHost({
      connect: async () => {
        if (away) throw new HostError('unreachable', 'the connection is gone');
      },
    });
    const { tend, since, store, later } = stage('succeeded', { host });
    await tend();
    expect(since()).toEqual([]);

    await close(store);
    await tend();
    away = false;
    later(20);
    await tend();

    expect(since()).toEqual(['follow-ups-closed', 'marked', 'quarantine-lifted', 'pruned']);
    expect(host.calls).not.toContain(NAMES);
  });

  it('does not keep a reminder away while the host is', async () => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError('unreachable', 'the connection is gone');
      },
    });
    const { tend, since, later } = stage('succeeded', { host });
    later(60 * 24 * 10);

    await tend();

    expect(since()).toEqual(['reminded']);
  });
});

describe('an undo', () => {
  it('closes the follow-ups of the run that it took back, which lifts the quarantine, and leaves none of its own', async () => {
    const asked = request({ version: null, undo: UNDONE });
    const { tend, store, since } = stage('succeeded', { of: undoPlan(), asked });
    const past = eventsTo('succeeded');
    store.put({ ...runOf(past), id: UNDONE }, past);
    const before = await store.read(UNDONE);

    await tend();
    await tend();

    expect(before && openFollowUps(before)).toHaveLength(4);
    expect(since()).toEqual(['marked', 'undone-closed', 'pruned']);
    expect(store.types(UNDONE).slice(past.length)).toEqual(['follow-ups-closed']);
    expect((await store.read(UNDONE))?.followUps.closed).toMatchObject({
      by: asked.requester,
      reason: `undone by ${RUN_ID}`,
    });
    expect(await store.withTasksDue(T.decided)).toEqual([UNDONE]);
  });
});

describe('a reminder', () => {
  const HOUR = 60;
  const hourly = { inventory: inventory(site({ followUps: { remindMs: 3_600_000 } })) };

  it('is written when it is due, once for each time, and the run is looked at again for the next', async () => {
    const { tend, since, store, later, clock } = stage('succeeded', { deps: hourly });
    const reminders = () => since().filter((type) => type === 'reminded').length;
    await tend();
    expect(reminders()).toBe(0);
    expect(await store.withTasksDue(clock.now())).toEqual([]);

    later(HOUR);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    await Promise.all([tend(), tend()]);
    await tend();
    expect(reminders()).toBe(1);

    later(2 * HOUR - 1);
    await tend();
    expect(reminders()).toBe(1);
    later(1);
    await tend();
    expect(reminders()).toBe(2);
  });

  it('says whose each open follow-up is', async () => {
    const { tend, store, later } = stage('succeeded', { deps: hourly });
    const run = await store.read(RUN_ID);
    if (run === null) throw new Error('the run is gone');
    await store.append(run, { type: 'follow-up', item: 'fix', act: 'take', by: 'U02BOB' });
    later(HOUR);

    await tend();

    expect((await store.read(RUN_ID))?.followUps.reminders).toEqual([
      {
        at: '2026-03-01T03:20:00.000Z',
        owed: [
          { item: 'cause', owner: null },
          { item: 'fix', owner: 'U02BOB' },
          { item: 'notes', owner: null },
          { item: 'upgrade', owner: null },
        ],
      },
    ]);
  });
});

describe('the records of a run', () => {
  const NONE: RecordsOutcome = { kind: 'none' };
  const WRITTEN: RecordsOutcome = {
    kind: 'written',
    commit: 'c'.repeat(40),
    branch: 'records',
    pullRequest: null,
  };
  const down = (state: 'succeeded' | 'failed' | 'closed' | 'denied') => {
    const [planned, decided, started, ...rest] = eventsTo(state);
    const begun = [planned, decided, started].filter((event) => event !== undefined);
    return state === 'denied' ? begun.slice(0, 2) : [...begun, ...steps(['stop', 0]), ...rest];
  };

  function ended(state: Parameters<typeof down>[0], ...outcomes: readonly RecordsOutcome[]) {
    const keeper = records(...outcomes);
    const past = down(state);
    const { store, ...rest } = stage('succeeded', { deps: { records: keeper } });
    store.put(runOf(past), past);
    const last = async () => (await store.events(RUN_ID)).at(-1)?.event;
    return { store, keeper, last, ...rest, since: () => store.types(RUN_ID).slice(past.length) };
  }

  it('are written once after a success, row and entry', async () => {
    const { tend, keeper, since, last, store } = ended('succeeded', WRITTEN);

    await tend();
    await tend();

    expect(since()).toEqual(['marked', 'quarantined', 'pruned', 'records-written']);
    expect(await last()).toEqual({
      type: 'records-written',
      commit: 'c'.repeat(40),
      branch: 'records',
      pullRequest: null,
    });
    expect(keeper.written).toHaveLength(1);
    expect(keeper.written[0]).toMatchObject({ run: RUN_ID, row: { cells: { version: 'v0.5.0' } } });
    expect(await store.withTasksDue(T.decided)).toEqual([]);
  });

  it.each(['failed', 'closed'] as const)('are an entry alone where the run is %s', async (state) => {
    const { tend, keeper, since } = ended(state, WRITTEN);

    await tend();

    expect(keeper.written).toMatchObject([{ run: RUN_ID, row: null }]);
    expect(since()).toEqual(['marked', 'records-written']);
  });

  it('are none where the site was never stopped', async () => {
    const { tend, keeper } = ended('denied', WRITTEN);

    await tend();

    expect(keeper.written).toEqual([]);
  });

  it('go to people where there is no repository', async () => {
    const { tend, last, keeper } = ended('succeeded', NONE);

    await tend();

    expect(await last()).toEqual({
      type: 'records-shown',
      row: '| Acme Kitchens | production | acme-kitchens | v0.5.0 | 2026-03-01 | Rolled back from v0.6.0 to v0.5.0 |  |',
      entry: keeper.written[0]?.entry,
    });
  });

  it('stay pending until they go through, and say why once for each reason', async () => {
    const refused = { kind: 'pending', why: 'the push was refused' } as const;
    const away = { kind: 'pending', why: 'the repository is away' } as const;
    const { tend, since, later, store, clock } = ended('succeeded', refused, refused, away, WRITTEN);

    await tend();
    expect(since()).toEqual(['marked', 'quarantined', 'pruned', 'records-pending']);
    expect((await store.read(RUN_ID))?.state).toBe('succeeded');
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    for (let round = 0; round < 3; round += 1) {
      later(60);
      expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
      await tend();
    }

    expect(since()).toEqual([
      'marked',
      'quarantined',
      'pruned',
      'records-pending',
      'records-pending',
      'records-written',
    ]);
    expect(await store.withTasksDue(T.decided)).toEqual([]);
  });

  it('come later, without a word, while those of other runs are being written', async () => {
    const { tend, since, later, store, clock } = ended('succeeded', { kind: 'busy' }, WRITTEN);

    await tend();
    expect(since()).toEqual(['marked', 'quarantined', 'pruned']);
    later(60);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    await tend();

    expect(since()).toEqual(['marked', 'quarantined', 'pruned', 'records-written']);
  });

  it('leave the row to a later run of the site that has succeeded meanwhile', async () => {
    const { tend, keeper, store } = ended('succeeded', WRITTEN);
    store.put({ ...runOf(down('succeeded')), id: 'acme-kitchens-8' }, down('succeeded'));

    await tend();

    expect(keeper.written).toMatchObject([{ run: RUN_ID, row: null }]);
  });
});
