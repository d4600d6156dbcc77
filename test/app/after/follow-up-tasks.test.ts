import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/app/ports/host-error.ts';
import { openFollowUps } from '../../../src/domain/after/follow-ups.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { LIVE } from '../../support/story/evidence.ts';
import { eventsTo, RUN_ID, runOf } from '../../support/story/run.ts';
import { request, site, T } from '../../support/story/site.ts';
import { UNDONE, undoPlan } from '../../support/story/undo.ts';
import { stage } from './run-tasks-support.ts';

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
