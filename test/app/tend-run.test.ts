import { describe, expect, it } from 'vitest';
import { HostError } from '../../src/app/host-port.ts';
import { type TendDeps, tendRun } from '../../src/app/tend-run.ts';
import { eventsTo, RUN_ID, runOf, site, T } from '../support/builders.ts';
import { clockAt, inventory, leases, memoryStore, records, scriptedHost, wakeups } from '../support/fakes.ts';

/** A run that has ended, and a worker that looks after it. */
function stage(
  state: 'succeeded' | 'denied',
  { host = scriptedHost(), deps = {} }: { host?: ReturnType<typeof scriptedHost>; deps?: Partial<TendDeps> },
) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  const past = eventsTo(state);
  store.put(runOf(past), past);
  const all: TendDeps = {
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
    ...deps,
  };
  const tend = async () => {
    const run = await store.read(RUN_ID);
    if (run === null) throw new Error('the run is gone');
    await tendRun(all, run);
  };
  const later = (minutes: number) => {
    clock.set(new Date(Date.parse(clock.now()) + minutes * 60_000).toISOString());
  };
  const since = () => store.types(RUN_ID).slice(past.length);
  return { store, host, clock, tend, later, since };
}

describe('what a run owes after its end', () => {
  it('is done once, and then nothing is owed', async () => {
    const { tend, host, since, store, later } = stage('succeeded', {});

    await tend();
    await tend();

    expect(host.calls).toEqual(['connect', 'markRecorded']);
    expect(host.open()).toBe(0);
    expect(since()).toEqual(['marked']);
    later(60 * 24);
    await tend();
    expect(await store.owing('9999')).toEqual([]);
  });

  it('is nothing where the host was never touched', async () => {
    const { tend, host, store } = stage('denied', {});

    await tend();

    expect(host.calls).toEqual([]);
    expect(await store.owing('9999')).toEqual([]);
  });

  it('is tried again while the host is away, later and later', async () => {
    let away = true;
    const host = scriptedHost({
      markRecorded: async () => {
        if (away) throw new HostError('unreachable', 'the connection is gone');
      },
    });
    const { tend, since, store, clock, later } = stage('succeeded', { host });

    await tend();

    expect(since()).toEqual([]);
    expect(host.open()).toBe(0);
    expect(await store.owing(clock.now())).toEqual([]);
    later(1);
    expect(await store.owing(clock.now())).toEqual([RUN_ID]);
    later(60);
    await tend();
    later(14);
    expect(await store.owing(clock.now())).toEqual([]);
    later(2);
    expect(await store.owing(clock.now())).toEqual([RUN_ID]);
    away = false;
    await tend();
    expect(since()).toEqual(['marked']);
  });

  it('is said to the log where it is not the host that is away, and tried again', async () => {
    const host = scriptedHost({
      markRecorded: async () => {
        throw new Error('a bug');
      },
    });
    const { tend, store, clock, later } = stage('succeeded', { host });

    await expect(tend()).rejects.toThrow(`${RUN_ID} still owes something`);

    later(1);
    expect(await store.owing(clock.now())).toEqual([RUN_ID]);
  });

  it('is left to whoever is at it already', async () => {
    const { tend, host, since } = stage('succeeded', { deps: { leases: leases(true) } });

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
    await store.owe(before, null);

    expect(await store.owing(T.decided)).toEqual([RUN_ID]);
  });
});
